use std::fmt;

use pollbench_reports::record::KnobValue;

use super::replay::{TraceProblem, traces};

/// A setting of a workload.
pub struct Parameter {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it means.
    pub summary: &'static str,
    /// The values it can take.
    pub range: Range,
    /// The value if none is given.
    pub default: u64,
}

/// The values a parameter can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// Whole numbers, both ends included.
    Integer(u64, u64),
    /// One of these words; the value is its position.
    Choice(&'static [&'static str]),
    /// The file of a trace; the value is its number among the [`traces`].
    Trace,
}

/// Why a word is no value of a parameter.
#[derive(Debug, thiserror::Error)]
pub enum NoValue {
    /// It is not one of those that the parameter takes.
    #[error("it takes {0}")]
    Range(Range),
    /// The file can't be replayed.
    #[error(transparent)]
    Trace(#[from] TraceProblem),
}

impl Range {
    /// The value that a word of the command line means.
    ///
    /// # Errors
    ///
    /// If it means none.
    pub fn parse(self, word: &str) -> Result<u64, NoValue> {
        let value = match self {
            Self::Integer(low, high) => {
                word.parse().ok().filter(|value| (low..=high).contains(value))
            }
            Self::Choice(words) => words.iter().position(|it| *it == word).map(|at| at as u64),
            Self::Trace => return Ok(traces().read(word)?),
        };
        value.ok_or(NoValue::Range(self))
    }

    /// A value as the record has it.
    pub fn record(self, value: u64) -> KnobValue {
        match self {
            Self::Integer(..) => KnobValue::Integer(value),
            Self::Choice(words) => KnobValue::Choice(words[value as usize].into()),
            Self::Trace => KnobValue::Choice(traces().file(value)),
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(low, high) => write!(f, "{low} to {high}"),
            Self::Choice(words) => f.write_str(&words.join(", ")),
            Self::Trace => f.write_str("the file of a trace"),
        }
    }
}
