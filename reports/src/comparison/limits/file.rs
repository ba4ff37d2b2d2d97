use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use wildmatch::WildMatch;

use super::limit::Rule;
use super::{Entry, GateLimits};
use crate::comparison::Metric;

/// Why limits can't be read from a file.
#[derive(Debug, thiserror::Error)]
pub enum LimitsError {
    /// The file could not be opened or read.
    #[error("can't read the limits {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not TOML, or contains something else than limits.
    #[error("{path}, line {line}: {reason}")]
    Wrong {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong, and what to write.
        reason: String,
    },
}

impl GateLimits {
    /// Reads a file such as `pollbench.toml`.
    pub fn read(path: &Path) -> Result<Self, LimitsError> {
        let text = fs::read_to_string(path)
            .map_err(|source| LimitsError::Io { path: path.into(), source })?;
        Self::parse(&text, path)
    }

    /// Reads the text of such a file; errors name `path`.
    pub fn parse(text: &str, path: &Path) -> Result<Self, LimitsError> {
        let file: File = toml::from_str(text).map_err(|error| LimitsError::Wrong {
            path: path.into(),
            line: line(text, error.span()),
            reason: one_line(error.message()),
        })?;
        Ok(Self { entries: file.limit })
    }
}

/// The line in which something starts.
fn line(text: &str, span: Option<Range<usize>>) -> usize {
    let start = span.map_or(0, |it| it.start).min(text.len());
    1 + text.as_bytes()[..start].iter().filter(|it| **it == b'\n').count()
}

/// Replaces control characters by blanks: the parser quotes keys as they are, line breaks
/// included.
fn one_line(message: &str) -> String {
    message.replace(char::is_control, " ")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    limit: Vec<Entry>,
}

/// The keys of an entry.
enum Key {
    Cells,
    Why,
    Of(Metric),
}

/// Written by hand, because the keys are metrics: a derived implementation would lose
/// either the lines of errors or the names of unknown keys.
impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Entry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table: start each with [[limit]]")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entry, A::Error> {
                let (mut cells, mut why, mut rules) = ("*".to_owned(), None, BTreeMap::new());
                while let Some(key) = map.next_key::<Parsed<Key>>()? {
                    match key.0 {
                        Key::Cells => cells = map.next_value()?,
                        Key::Why => why = Some(map.next_value()?),
                        Key::Of(Metric::NsPerEvent) => {
                            let TimeRule(rule) = map.next_value::<Parsed<TimeRule>>()?.0;
                            rules.insert(Metric::NsPerEvent, rule);
                        }
                        Key::Of(metric) => {
                            rules.insert(metric, map.next_value::<Parsed<Rule>>()?.0);
                        }
                    }
                }
                if rules.is_empty() {
                    return Err(A::Error::custom(
                        "this limit names no metric: add one, such as guest_fuel = \"0.5%\"",
                    ));
                }
                for rule in rules.values_mut() {
                    if let Rule::Limited(limit) = rule {
                        limit.why.clone_from(&why);
                    }
                }
                Ok(Entry { cells: WildMatch::new(&cells), rules })
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// The rule for time, a type of its own, so that an error in it is reported with its line.
struct TimeRule(Rule);

impl FromStr for TimeRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let rule = text.parse()?;
        if let Rule::Limited(limit) = &rule
            && let Some(misfit) = limit.misfit(Metric::NsPerEvent)
        {
            return Err(misfit);
        }
        Ok(Self(rule))
    }
}

impl FromStr for Key {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "cells" => Ok(Self::Cells),
            "why" => Ok(Self::Why),
            _ => name.parse().map(Self::Of).map_err(|error| format!("{error}, cells and why")),
        }
    }
}

/// A value that is written as text and parsed into a `T`.
struct Parsed<T>(T);

impl<'de, T: FromStr<Err = String>> Deserialize<'de> for Parsed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text<T>(std::marker::PhantomData<T>);
        impl<T: FromStr<Err = String>> Visitor<'_> for Text<T> {
            type Value = Parsed<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text in quotes, such as \"0.5%\"")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                text.parse().map(Parsed).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text(std::marker::PhantomData))
    }
}
