//! What a guest says of itself.

use std::collections::BTreeMap;
use std::fmt;

use pollbench_reports::record::{self, KnobValue};

use super::bindings::exports::pollbench::bench::executor;
use super::rules;

/// What a guest says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Its name on the command line.
    pub name: String,
    /// The kind of its design.
    pub strategy: String,
    /// What it is, in one line.
    pub summary: String,
    /// Its settings.
    pub knobs: Vec<Knob>,
}

/// A setting of a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Knob {
    /// Its name on the command line.
    pub name: String,
    /// What it means.
    pub summary: String,
    /// The values it can take.
    pub range: KnobRange,
    /// The value it has unless told otherwise.
    pub default: u64,
}

/// The values a knob can take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KnobRange {
    /// Whole numbers, both ends included.
    Integer(u64, u64),
    /// One of these words, by position.
    Choice(Vec<String>),
}

impl Description {
    /// Names the values of all knobs, given in the order of the knobs, as the record has
    /// them.
    pub fn name_values(&self, values: &[u64]) -> BTreeMap<String, KnobValue> {
        let knobs = self.knobs.iter().zip(values);
        knobs.map(|(knob, value)| (knob.name.clone(), knob.range.record(*value))).collect()
    }
}

impl TryFrom<executor::Description> for Description {
    type Error = rules::Broken;

    fn try_from(description: executor::Description) -> Result<Self, rules::Broken> {
        rules::check(&description)?;
        let executor::Description { name, strategy, summary, knobs } = description;
        Ok(Self { name, strategy, summary, knobs: knobs.into_iter().map(Knob::from).collect() })
    }
}

impl From<executor::Knob> for Knob {
    fn from(executor::Knob { name, summary, range, default }: executor::Knob) -> Self {
        let range = match range {
            executor::KnobRange::Integer((low, high)) => KnobRange::Integer(low, high),
            executor::KnobRange::Choice(words) => KnobRange::Choice(words),
        };
        Self { name, summary, range, default }
    }
}

impl KnobRange {
    /// Whether a knob can take this value.
    pub fn contains(&self, value: u64) -> bool {
        match self {
            Self::Integer(low, high) => (*low..=*high).contains(&value),
            Self::Choice(words) => value < words.len() as u64,
        }
    }

    /// The value that a word of the command line means.
    pub fn parse(&self, word: &str) -> Option<u64> {
        let value = match self {
            Self::Integer(..) => word.parse().ok(),
            Self::Choice(words) => words.iter().position(|w| w == word).map(|p| p as u64),
        };
        value.filter(|value| self.contains(*value))
    }

    /// A value as the record has it.
    pub fn record(&self, value: u64) -> KnobValue {
        match self {
            Self::Integer(..) => KnobValue::Integer(value),
            Self::Choice(words) => KnobValue::Choice(words[value as usize].clone()),
        }
    }
}

impl fmt::Display for KnobRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(low, high) => write!(f, "{low} to {high}"),
            Self::Choice(words) => f.write_str(&words.join(", ")),
        }
    }
}

impl Knob {
    pub(super) fn record(&self) -> record::Knob {
        record::Knob {
            name: self.name.clone(),
            summary: self.summary.clone(),
            range: self.range.to_string(),
            integers: match self.range {
                KnobRange::Integer(low, high) => Some([low, high]),
                KnobRange::Choice(_) => None,
            },
            default: self.range.record(self.default),
        }
    }
}
