use std::collections::BTreeMap;

use super::Workload;

/// What there is to know about a workload, and how one is made.
pub struct Kind {
    /// Names it on the command line.
    pub name: &'static str,
    /// What happens in it.
    pub summary: &'static str,
    /// What it is there to answer.
    pub question: &'static str,
    /// Whether the number of active pollables changes it.
    pub uses_active: bool,
    /// What else can be set.
    pub parameters: &'static [Parameter],
    /// Makes one of a shape.
    pub build: fn(&Shape) -> Box<dyn Workload>,
}

/// A setting of a workload.
pub struct Parameter {
    /// Names it on the command line.
    pub name: &'static str,
    /// What it means.
    pub summary: &'static str,
    /// The values it can take, both ends included.
    pub range: (u64, u64),
    /// The value it has unless told otherwise.
    pub default: u64,
}

/// The size of a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Tasks that wait on a pollable each: N, at least 1.
    pub pollables: u32,
    /// How many have an event under way: A, from 1 to N.
    pub active: u32,
    /// A value for each parameter of the kind.
    pub parameters: BTreeMap<String, u64>,
    /// About how many handles may be passed to `poll` in the measured window.
    pub effort: u64,
}

/// Fewer polls than this are no measurement.
const FEWEST_POLLS: u64 = 8;
/// More than this many tell nothing new.
const MOST_POLLS: u64 = 2_000;

impl Shape {
    pub(super) fn parameter(&self, name: &str) -> u64 {
        self.parameters[name]
    }

    /// How many polls of so many handles the effort allows.
    pub(super) fn polls_within_effort(&self, handles: u64) -> u64 {
        (self.effort / handles.max(1)).clamp(FEWEST_POLLS, MOST_POLLS)
    }
}
