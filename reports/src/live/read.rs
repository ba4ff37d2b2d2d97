use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::record::{LiveRecord, SCHEMA};
use crate::record::input_name;

/// Why a file is no record of servers under load that this version reads.
#[derive(Debug, thiserror::Error)]
pub enum ReadLiveError {
    /// JSON of another shape.
    #[error("the record {} is damaged: {reason}; measure again with `pollbench live`", input_name(.path))]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where and what.
        reason: String,
    },
    /// Written by a later version.
    #[error(
        "the record {} has schema {found}, and this pollbench reads up to {SCHEMA}: use a newer pollbench",
        input_name(.path)
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: u32,
    },
}

#[derive(Deserialize)]
struct Header {
    live_schema: Option<u32>,
}

impl LiveRecord {
    /// Parses the text of a file, which errors name by its path; `None` if it is some other
    /// file.
    ///
    /// # Errors
    ///
    /// If it is damaged, or of a later version.
    pub fn parse(text: &[u8], path: &Path) -> Result<Option<Self>, ReadLiveError> {
        let header: Option<Header> = serde_json::from_slice(text).ok();
        let Some(found) = header.and_then(|it| it.live_schema) else { return Ok(None) };
        if found > SCHEMA {
            return Err(ReadLiveError::TooNew { path: path.into(), found });
        }
        serde_json::from_slice(text).map(Some).map_err(|error| ReadLiveError::Damaged {
            path: path.into(),
            reason: error.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{cell, record};
    use super::*;

    #[test]
    fn a_record_is_read_as_it_was_written_and_others_are_told_apart() {
        let parse = |text: &str| LiveRecord::parse(text.as_bytes(), Path::new("live.json"));
        let whole = record(vec![cell("one", 10, &[1.0, 2.0])]);
        let text = serde_json::to_string(&whole).unwrap();
        assert_eq!(parse(&text).unwrap(), Some(whole));
        for other in ["", "[]", "{}", "{\"schema\": 1}"] {
            assert!(matches!(parse(other), Ok(None)), "{other}");
        }
        let newer = text.replacen("\"live_schema\":1", "\"live_schema\":99", 1);
        let error = parse(&newer).unwrap_err().to_string();
        assert!(error.contains("live.json has schema 99"), "{error}");
        let damaged = text.replacen("\"cells\"", "\"sells\"", 1);
        let error = parse(&damaged).unwrap_err().to_string();
        assert!(error.contains("live.json is damaged: missing field `cells`"), "{error}");
    }
}
