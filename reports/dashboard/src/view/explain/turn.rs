use schemars::JsonSchema;
use serde::Serialize;

/// How many pollables the turns have that are pictured. Their numbers begin with 0, as
/// indices do.
pub const PICTURED: usize = 8;

/// A turn of an event loop, described by the few things in which loops differ.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Turn {
    /// What the guest hands over.
    pub list: List,
    /// Whether other tasks are runnable. The poll then must not block, and has a marker.
    pub busy: bool,
    /// Which pollables have an event in this turn.
    pub ready: &'static [usize],
    /// Whether the host looks at pollables, or keeps a record of what is ready.
    pub host: Host,
    /// How the guest finds the tasks of what is ready.
    pub finds: Finds,
    /// Which of these tasks run in the turn.
    pub runs: Runs,
    /// How the next turn begins.
    pub next: &'static str,
}

/// What the guest hands to the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum List {
    /// All handles, in a list that is made anew.
    Rebuilt,
    /// All handles, in a list that the guest keeps.
    Kept,
    /// Only these handles.
    Part(&'static [usize]),
    /// No list: the host has a set of them.
    Set,
    /// No list: each task has called the host, and the call has not returned.
    Calls,
}

/// How the host knows what is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Host {
    /// It looks at each handle of the list.
    Looks,
    /// An event tells it.
    Told,
}

/// How the guest finds the tasks of what is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Finds {
    /// It goes through all of its entries.
    Scan,
    /// It goes straight to those that were reported.
    Straight,
}

/// Which tasks run in a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Runs {
    /// Those of all that was reported.
    AllReported,
    /// One.
    One,
}

impl List {
    /// Which pollables are handed over.
    pub fn handles(self) -> Vec<usize> {
        match self {
            Self::Rebuilt | Self::Kept => (0..PICTURED).collect(),
            Self::Part(handles) => handles.to_vec(),
            Self::Set | Self::Calls => Vec::new(),
        }
    }
}

impl Turn {
    /// Which of the ready pollables the host reports.
    pub fn reported(&self) -> Vec<usize> {
        let handles = self.list.handles();
        match self.list {
            // A call returns, and the guest runs, before the next one does.
            List::Calls => self.ready.iter().take(1).copied().collect(),
            List::Set => self.ready.to_vec(),
            _ => self.ready.iter().filter(|it| handles.contains(it)).copied().collect(),
        }
    }

    /// Which tasks run.
    pub fn run(&self) -> Vec<usize> {
        let mut run = self.reported();
        if self.runs == Runs::One {
            run.truncate(1);
        }
        run
    }

    /// How often the host looks at each handle: a poll that blocks looks at all once more
    /// after it was woken.
    pub fn looks(&self) -> usize {
        match self.host {
            Host::Told => 0,
            Host::Looks if self.busy => 1,
            Host::Looks => 2,
        }
    }
}
