use std::collections::BTreeMap;

use pollbench_reports::record::{KnobValue, Measures};

use super::Parameter;
use crate::agenda::TOKIO_BUDGET;
use crate::script::Workload;

/// A workload's description, and how to make one.
pub struct Kind {
    /// Its name on the command line.
    pub name: &'static str,
    /// What happens in it.
    pub summary: &'static str,
    /// The question that it answers.
    pub question: &'static str,
    /// How many of its pollables have an event under way.
    pub activity: Activity,
    /// The parameters that can be set.
    pub parameters: &'static [Parameter],
    /// Makes a workload of a shape.
    pub build: fn(&Shape) -> Box<dyn Workload>,
    /// How many pollables have an event under way in a workload of a shape: as many as the
    /// shape's `active` says, or the nearest number that the workload can have.
    pub active: fn(&Shape) -> u32,
}

/// How many pollables have an event under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// As many as are asked for.
    Asked,
    /// All.
    All,
    /// One.
    One,
    /// None: its events are not those of pollables.
    None,
    /// As many as in a trace, which also says how many pollables there are.
    Traced,
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
/// More polls than this tell nothing new.
const MOST_POLLS: u64 = 2_000;

impl Kind {
    /// A shape with these numbers and values, or the nearest one that the workload can have.
    pub fn shape(
        &self,
        [pollables, active]: [u32; 2],
        parameters: BTreeMap<String, u64>,
        effort: u64,
    ) -> Shape {
        let active = self.activity.of(pollables, active);
        let mut shape = Shape { pollables, active, parameters, effort };
        if self.activity == Activity::Traced {
            shape = shape.traced();
        }
        shape.active = (self.active)(&shape);
        shape
    }

    /// The default values of all parameters.
    pub fn defaults(&self) -> BTreeMap<String, u64> {
        self.parameters.iter().map(|it| (it.name.to_string(), it.default)).collect()
    }

    /// Which kind of events the workload measures.
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
    /// How many of `pollables` have an event under way, when `asked` are asked for.
    pub fn of(self, pollables: u32, asked: u32) -> u32 {
        match self {
            Self::Asked => asked,
            Self::Traced => asked.min(pollables),
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

    /// How many events each of the A active pollables can have within the effort, if a poll
    /// passes all N handles and reports as many as tokio's budget allows. It is enough for
    /// at least [`FEWEST_POLLS`] polls.
    pub(super) fn turns_within_effort(&self) -> u64 {
        let polls = u64::from(self.active).div_ceil(BUDGET).max(1);
        let turns = self.effort / (u64::from(self.pollables) * polls).max(1);
        turns.clamp(FEWEST_POLLS.div_ceil(polls), MOST_POLLS)
    }

    /// How many polls of `handles` handles the effort allows.
    pub(super) fn polls_within_effort(&self, handles: u64) -> u64 {
        (self.effort / handles.max(1)).clamp(FEWEST_POLLS, MOST_POLLS)
    }
}
