use std::fmt;

use pollbench_reports::record::KnobValue;

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
}

impl Range {
    /// The value that a word of the command line means.
    pub fn parse(self, word: &str) -> Option<u64> {
        match self {
            Self::Integer(low, high) => {
                word.parse().ok().filter(|value| (low..=high).contains(value))
            }
            Self::Choice(words) => words.iter().position(|it| *it == word).map(|at| at as u64),
        }
    }

    /// A value as the record has it.
    pub fn record(self, value: u64) -> KnobValue {
        match self {
            Self::Integer(..) => KnobValue::Integer(value),
            Self::Choice(words) => KnobValue::Choice(words[value as usize].into()),
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(low, high) => write!(f, "{low} to {high}"),
            Self::Choice(words) => f.write_str(&words.join(", ")),
        }
    }
}
