use std::collections::BTreeMap;

use pollbench_reports::record::{KnobValue, Measures};

use super::Parameter;
use crate::agenda::TOKIO_BUDGET;
use crate::script::Workload;

/// What there is to know about a workload, and how one is made.
pub struct Kind {
    /// Names it on the command line.
    pub name: &'static str,
    /// What happens in it.
    pub summary: &'static str,
    /// What it is there to answer.
    pub question: &'static str,
    /// How many of its pollables have an event under way.
    pub activity: Activity,
    /// What else can be set.
    pub parameters: &'static [Parameter],
    /// Makes one of a shape.
    pub build: fn(&Shape) -> Box<dyn Workload>,
    /// How many pollables have an event under way in one of a shape: as many as its
    /// `active` says, or the next number that there can be.
    pub active: fn(&Shape) -> u32,
}

/// How many pollables have an event under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// As many as is asked for.
    Asked,
    /// All.
    All,
    /// One.
    One,
    /// None: its events are not those of pollables.
    None,
}

/// The size of a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Pollables that tasks wait on: N, at least 1.
    pub pollables: u32,
    /// How many have an event under way: A, at most N; what [`Activity::of`] says.
    pub active: u32,
    /// A value for each parameter of the kind.
    pub parameters: BTreeMap<String, u64>,
    /// About how many handles may be passed to `poll` in the measured window.
    pub effort: u64,
}

/// See [`TOKIO_BUDGET`].
pub(super) const BUDGET: u64 = TOKIO_BUDGET as u64;

/// Fewer polls than this are no measurement.
const FEWEST_POLLS: u64 = 8;
/// More than this many tell nothing new.
const MOST_POLLS: u64 = 2_000;

impl Kind {
    /// The values of all parameters unless told otherwise.
    pub fn defaults(&self) -> BTreeMap<String, u64> {
        self.parameters.iter().map(|it| (it.name.to_string(), it.default)).collect()
    }

    /// Which events it is about.
    pub fn measures(&self) -> Measures {
        let active = self.activity.of(1, 1);
        let shape = Shape { pollables: 1, active, parameters: self.defaults(), effort: 1 };
        (self.build)(&shape).plan().measures
    }

    /// The parameters of a shape as the record has them.
    pub fn record(&self, values: &BTreeMap<String, u64>) -> BTreeMap<String, KnobValue> {
        let value = |it: &Parameter| (it.name.to_string(), it.range.record(values[it.name]));
        self.parameters.iter().map(value).collect()
    }
}

impl Activity {
    /// How many of so many pollables, when `asked` are asked for.
    pub fn of(self, pollables: u32, asked: u32) -> u32 {
        match self {
            Self::Asked => asked,
            Self::All => pollables,
            Self::One => 1,
            Self::None => 0,
        }
    }
}

impl Shape {
    pub(super) fn parameter(&self, name: &str) -> u64 {
        self.parameters[name]
    }

    /// How often each of A can have an event within the effort, where a poll passes all N
    /// and reports as many as tokio lets it: in [`FEWEST_POLLS`] polls at least.
    pub(super) fn turns_within_effort(&self) -> u64 {
        let polls = u64::from(self.active).div_ceil(BUDGET).max(1);
        let turns = self.effort / (u64::from(self.pollables) * polls).max(1);
        turns.clamp(FEWEST_POLLS.div_ceil(polls), MOST_POLLS)
    }

    /// How many polls of so many handles the effort allows.
    pub(super) fn polls_within_effort(&self, handles: u64) -> u64 {
        (self.effort / handles.max(1)).clamp(FEWEST_POLLS, MOST_POLLS)
    }
}
