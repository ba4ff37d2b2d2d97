use crate::Driver;

/// An executor with its description: the `executor` interface of the contract.
pub trait Strategy: 'static {
    /// The description that `describe` returns.
    const DESCRIPTION: Description;

    /// Runs tasks 0 up to `tasks`, and those they spawn, to their end. `knobs`
    /// holds a value for each knob of the description, in its order.
    fn run<H: Driver>(host: H, tasks: u32, knobs: &[u64]) -> Result<(), Failure>;
}

/// Why a strategy did not run every task to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The executor can't express a step; the text says which, and why.
    NotSupported(String),
    /// The executor can't go on; the text says why.
    Failed(String),
}

impl From<&str> for Failure {
    fn from(message: &str) -> Self {
        Self::Failed(message.into())
    }
}

/// What a guest says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Description {
    /// Short, in kebab-case.
    pub name: &'static str,
    /// The kind of design.
    pub strategy: &'static str,
    /// A summary in one line.
    pub summary: &'static str,
    /// Its settings.
    pub knobs: &'static [Knob],
}

impl Description {
    /// The default of each knob, in the order of `knobs`.
    pub fn defaults(&self) -> Vec<u64> {
        self.knobs.iter().map(|knob| knob.default).collect()
    }
}

/// A setting of a guest.
#[derive(Clone, Copy, Debug)]
pub struct Knob {
    /// Short, in kebab-case.
    pub name: &'static str,
    /// What it means.
    pub summary: &'static str,
    /// The values it can take.
    pub range: KnobRange,
    /// The value of the knob if none is given.
    pub default: u64,
}

/// The values a knob can take.
#[derive(Clone, Copy, Debug)]
pub enum KnobRange {
    /// Whole numbers, both ends included.
    Integer(u64, u64),
    /// One of these words; the value is the word's position.
    Choice(&'static [&'static str]),
}
