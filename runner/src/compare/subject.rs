//! What a side of a comparison may be on the command line: `slab`, `batched@batch=64`,
//! `mine.wasm`, `record.json`, or the name of a baseline.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pollbench_guests::BUILT_IN;
use pollbench_reports::record::{KnobValue, STANDARD};

use crate::baseline::Baselines;
use crate::matrix::nearest;
use crate::worker::GuestSource;

/// A side of a comparison, as given on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The record of an earlier run, which has counters.
    Record(PathBuf),
    /// A baseline, which has counters and components.
    Baseline(String),
    /// A guest, with values for some of its knobs.
    Guest {
        /// Where the guest comes from.
        source: GuestSource,
        /// The values given, by the names of the knobs.
        knobs: BTreeMap<String, KnobValue>,
    },
}

/// Why a word of the command line names no side.
#[derive(Debug, thiserror::Error)]
pub enum SubjectError {
    /// Nothing has this name.
    #[error(
        "{name:?} is no built-in guest, no baseline in {baselines}, and no .wasm or .json file{suggestion}"
    )]
    Unknown {
        /// What was given.
        name: String,
        /// Where baselines are looked for.
        baselines: String,
        /// What may have been meant.
        suggestion: String,
    },
    /// What follows `@` is not a list of knobs.
    #[error("{given:?}: after @ come knobs, as in batched@batch=64,timers=wheel")]
    Knobs {
        /// What was given.
        given: String,
    },
}

impl Subject {
    /// Tells what a word stands for.
    pub fn parse(word: &str, baselines: &Baselines) -> Result<Self, SubjectError> {
        let (name, knobs) = match word.split_once('@') {
            Some((name, knobs)) => (name, parse_knobs(word, knobs)?),
            None => (word, BTreeMap::new()),
        };
        if BUILT_IN.iter().any(|guest| guest.name == name) {
            return Ok(Self::Guest { source: GuestSource::BuiltIn(name.into()), knobs });
        }
        if name.ends_with(".wasm") {
            return Ok(Self::Guest { source: GuestSource::File(name.into()), knobs });
        }
        if knobs.is_empty() && baselines.has(name) {
            return Ok(Self::Baseline(name.into()));
        }
        if knobs.is_empty() && is_record(name) {
            return Ok(Self::Record(name.into()));
        }
        let known = BUILT_IN.iter().map(|guest| guest.name.to_string()).chain(baselines.names());
        let known: Vec<String> = known.collect();
        let suggestion = nearest(name, &known);
        Err(SubjectError::Unknown {
            name: name.into(),
            baselines: baselines.directory().display().to_string(),
            suggestion: suggestion.map_or(String::new(), |it| format!("; did you mean {it:?}?")),
        })
    }
}

/// Whether a name is that of a record file, compressed or not, or of standard input.
fn is_record(name: &str) -> bool {
    name == STANDARD || [".json", ".json.gz", ".json.zst"].iter().any(|end| name.ends_with(end))
}

fn parse_knobs(word: &str, knobs: &str) -> Result<BTreeMap<String, KnobValue>, SubjectError> {
    let wrong = || SubjectError::Knobs { given: word.into() };
    let setting = |it: &str| {
        let (name, value) = it.split_once('=').filter(|(n, v)| !n.is_empty() && !v.is_empty())?;
        let number = value.parse().map(KnobValue::Integer);
        Some((name.to_string(), number.unwrap_or_else(|_| KnobValue::Choice(value.into()))))
    };
    knobs.split(',').map(|it| setting(it).ok_or_else(wrong)).collect()
}
