//! What a side of a comparison may be on the command line: `slab`, `batched@batch=64`,
//! `mine.wasm`, `record.json`, or the name of a baseline. An existing file is that file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

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
    ///
    /// A whole word comes before its parts: the name of a built-in guest or of a baseline, a
    /// record, or an existing file, whatever is in its name. Only then is what follows an `@`
    /// knobs: the last one behind the name of a built-in guest or an existing file.
    pub fn parse(word: &str, baselines: &Baselines) -> Result<Self, SubjectError> {
        Self::of_word(word, baselines, Path::is_file)
    }

    fn of_word(
        word: &str,
        baselines: &Baselines,
        is_file: impl Fn(&Path) -> bool,
    ) -> Result<Self, SubjectError> {
        if baselines.has(word) && !is_built_in(word) {
            return Ok(Self::Baseline(word.into()));
        }
        if is_record(word) {
            return Ok(Self::Record(word.into()));
        }
        let is_there = |name: &str| is_built_in(name) || is_file(Path::new(name));
        let parts = || word.rmatch_indices('@').map(|(at, _)| (&word[..at], &word[at + 1..]));
        let found = match is_there(word) {
            true => Some((word, None)),
            false => parts().find(|it| is_there(it.0)).map(|(name, knobs)| (name, Some(knobs))),
        };
        // A file that is missing is noticed when it is read.
        let missing = || {
            let before_knobs = parts().find(|it| it.0.ends_with(COMPONENT));
            let whole = word.ends_with(COMPONENT).then_some((word, None));
            before_knobs.map(|(name, knobs)| (name, Some(knobs))).or(whole)
        };
        let Some((name, knobs)) = found.or_else(missing) else {
            return Err(unknown(word, baselines));
        };
        let source = match is_built_in(name) {
            true => GuestSource::BuiltIn(name.into()),
            false => GuestSource::File(name.into()),
        };
        let knobs = knobs.map_or_else(|| Ok(BTreeMap::new()), |knobs| parse_knobs(word, knobs))?;
        Ok(Self::Guest { source, knobs })
    }
}

/// How the names of component files end.
const COMPONENT: &str = ".wasm";

fn is_built_in(name: &str) -> bool {
    BUILT_IN.iter().any(|guest| guest.name == name)
}

/// Why a word stands for nothing.
fn unknown(word: &str, baselines: &Baselines) -> SubjectError {
    let (name, knobs) = word.split_once('@').unwrap_or((word, ""));
    if name.len() < word.len()
        && let Err(error) = parse_knobs(word, knobs)
    {
        return error;
    }
    let known = BUILT_IN.iter().map(|guest| guest.name.to_string()).chain(baselines.names());
    let known: Vec<String> = known.collect();
    let suggestion = nearest(name, &known);
    SubjectError::Unknown {
        name: name.into(),
        baselines: baselines.directory().display().to_string(),
        suggestion: suggestion.map_or(String::new(), |it| format!("; did you mean {it:?}?")),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a word stands for where there are these files, and no baselines.
    fn parsed(word: &str, files: &[&str]) -> Result<Subject, SubjectError> {
        let is_file = |path: &Path| files.iter().any(|it| Path::new(it) == path);
        Subject::of_word(word, &Baselines::new(""), is_file)
    }

    fn file(path: &str, knobs: &[(&str, KnobValue)]) -> Subject {
        let knobs = knobs.iter().map(|(name, value)| (name.to_string(), value.clone()));
        Subject::Guest { source: GuestSource::File(path.into()), knobs: knobs.collect() }
    }

    #[test]
    fn an_at_sign_may_be_in_a_path_or_before_knobs() {
        let eight = [("batch", KnobValue::Integer(8))];
        let scoped = "./node_modules/@scope/guest.wasm";
        let with_knobs = "./node_modules/@scope/guest.wasm@batch=8";
        assert_eq!(parsed(scoped, &[scoped]).unwrap(), file(scoped, &[]));
        assert_eq!(parsed(with_knobs, &[scoped]).unwrap(), file(scoped, &eight));
        // Missing files are meant, too.
        assert_eq!(parsed(scoped, &[]).unwrap(), file(scoped, &[]));
        assert_eq!(parsed(with_knobs, &[]).unwrap(), file(scoped, &eight));
        assert_eq!(parsed("a=1,b.wasm", &[]).unwrap(), file("a=1,b.wasm", &[]));
        // Files need not be called anything in particular.
        assert_eq!(parsed("guest@batch=8", &["guest"]).unwrap(), file("guest", &eight));
        assert_eq!(
            parsed("guest@batch=8", &["guest", "guest@batch=8"]).unwrap(),
            file("guest@batch=8", &[])
        );
        assert!(matches!(parsed("guest@batch=8", &[]), Err(SubjectError::Unknown { .. })));
        assert!(matches!(parsed("slab@batch", &[]), Err(SubjectError::Knobs { .. })));
        let slab =
            Subject::Guest { source: GuestSource::BuiltIn("slab".into()), knobs: BTreeMap::new() };
        assert_eq!(parsed("slab", &["slab"]).unwrap(), slab);
        assert_eq!(parsed("./slab", &["./slab"]).unwrap(), file("./slab", &[]));
    }

    proptest! {
        #[test]
        fn an_existing_file_is_that_file(path in "[a-z@=,./#-]{0,12}\\.wasm(@[a-z]=[0-9])?") {
            prop_assert_eq!(parsed(&path, &[&path]).unwrap(), file(&path, &[]));
        }

        #[test]
        fn knobs_may_follow_any_file(
            path in "[a-z@=,./#-]{0,12}\\.wasm",
            name in "[a-z][a-z.-]{0,5}",
            value in 0..100_u64,
            word in "[a-z-]{1,5}",
        ) {
            let given = format!("{path}@{name}={value},z={word}");
            let knobs = [(&*name, KnobValue::Integer(value)), ("z", KnobValue::Choice(word))];
            prop_assume!(name != "z");
            prop_assert_eq!(parsed(&given, &[&path]).unwrap(), file(&path, &knobs));
        }

        #[test]
        fn no_word_makes_the_parser_panic(word in "\\PC*", prefix in "[a-z@=,.]*") {
            let _ = parsed(&word, &[]);
            let _ = parsed(&format!("{prefix}{word}"), &[&prefix]);
        }
    }
}
