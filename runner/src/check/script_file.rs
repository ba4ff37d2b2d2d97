//! Scripts in files: what a check writes, and what it runs again.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use pollbench_reports::check::Group;
use pollbench_reports::record::{FailureKind, WriteError, write_whole};
use pollbench_simulation::scripted::{ScriptError, TaskScripts};
use serde::{Deserialize, Serialize};

use super::examination::Examination;

/// The version of the format.
const SCHEMA: u32 = 1;
/// The longest file that is read, in bytes.
const MOST_BYTES: u64 = 16 << 20;

/// A script in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScriptFile {
    /// The version of the format.
    script_schema: u32,
    /// How a guest failed that ran it, when it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    found: Option<FailureKind>,
    /// The script.
    pub script: TaskScripts,
}

/// Why a file can't be used.
#[derive(Debug, thiserror::Error)]
#[error("can't use the script {}: {reason}", path.display())]
pub struct ScriptFileError {
    path: PathBuf,
    reason: Reason,
}

#[derive(Debug, thiserror::Error)]
enum Reason {
    #[error("{0}")]
    Read(#[from] io::Error),
    #[error("it is longer than {} MiB", MOST_BYTES >> 20)]
    Long,
    #[error("it is not what `pollbench check` writes: {0}")]
    Format(#[from] serde_json::Error),
    #[error("its format is {found}, and this pollbench reads {SCHEMA}: use a newer one")]
    TooNew { found: u32 },
    #[error("{0}")]
    Script(#[from] ScriptError),
}

impl ScriptFile {
    /// A script by which a guest fails in this way.
    pub fn of_fault(kind: FailureKind, script: TaskScripts) -> Self {
        Self { script_schema: SCHEMA, found: Some(kind), script }
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// If there is none, or what it has is no script that can be run.
    pub fn read(path: &Path) -> Result<Self, ScriptFileError> {
        Self::parsed(path).map_err(|reason| ScriptFileError { path: path.into(), reason })
    }

    fn parsed(path: &Path) -> Result<Self, Reason> {
        let mut text = Vec::new();
        File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut text)?;
        if text.len() as u64 > MOST_BYTES {
            return Err(Reason::Long);
        }
        Self::parse(&text)
    }

    fn parse(text: &[u8]) -> Result<Self, Reason> {
        /// All that every version has.
        #[derive(Deserialize)]
        struct Versioned {
            script_schema: u32,
        }
        let Versioned { script_schema: found } = serde_json::from_slice(text)?;
        if found > SCHEMA {
            return Err(Reason::TooNew { found });
        }
        let file: Self = serde_json::from_slice(text)?;
        file.script.check()?;
        Ok(file)
    }

    /// Writes a file.
    ///
    /// # Errors
    ///
    /// If it can't be written.
    pub fn write(&self, path: &Path) -> Result<(), WriteError> {
        write_whole(path, |file| {
            serde_json::to_writer_pretty(&mut *file, self)?;
            io::Write::write_all(file, b"\n")
        })
    }
}

/// Runs the script of a file.
pub fn check(examination: &mut Examination<'_>, scripts: &TaskScripts) {
    examination.check_scripts(Group::File, "the script".into(), scripts);
}

#[cfg(test)]
mod tests {
    use pollbench_simulation::scripted::ScriptedStep;
    use proptest::prelude::*;

    use super::*;

    const GOOD: &str = r#"{
        "script_schema": 1,
        "found": "early",
        "script": {
            "started": 1,
            "tasks": [
                [{ "wait": 5 }, { "again": 0 }, "yield", "spawn", { "race": [1, 2] }],
                [
                    { "timeout": { "limit": 7 } },
                    { "timeout": { "event": 3, "limit": 7 } },
                    { "repeat": { "times": 2, "steps": [{ "sleep": 1 }, { "join": [0] }] } }
                ]
            ]
        }
    }"#;

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let file = ScriptFile::parse(GOOD.as_bytes()).expect("a script");
        assert_eq!(file.found, Some(FailureKind::Early));
        assert_eq!((file.script.runs, file.script.steps()), (1, 11));
        assert_eq!(file.script.tasks[1][0], ScriptedStep::Timeout { event: None, limit: 7 });
        let again = serde_json::to_vec(&file).expect("JSON");
        assert_eq!(ScriptFile::parse(&again).expect("a script"), file);
    }

    #[test]
    fn what_is_no_script_is_refused_in_words() {
        for (from, to, words) in [
            ("\"script_schema\": 1", "\"script_schema\": 2", "its format is 2"),
            ("\"script_schema\": 1,", "", "missing field `script_schema`"),
            ("{ \"wait\": 5 }", "{ \"await\": 5 }", "unknown variant `await`"),
            ("{ \"wait\": 5 }", "{ \"wait\": -5 }", "invalid value"),
            ("\"started\": 1", "\"started\": 3", "`started` is 3"),
            ("\"started\": 1", "\"started\": 1, \"runs\": 0", "`runs` is 0"),
            ("[1, 2]", "[]", "`race` of nothing"),
            ("\"found\": \"early\"", "\"found\": \"odd\"", "unknown variant `odd`"),
            ("\"started\": 1", "\"started\": 1, \"more\": 1", "unknown field `more`"),
        ] {
            assert!(GOOD.contains(from), "{from}");
            let refused = ScriptFile::parse(GOOD.replace(from, to).as_bytes());
            let message = refused.expect_err(to).to_string();
            assert!(message.contains(words), "{to}: {message}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,60}", at in 0..400_usize) {
            let mut damaged = GOOD.to_string();
            let at = (0..=at.min(damaged.len())).rev().find(|at| damaged.is_char_boundary(*at));
            damaged.insert_str(at.unwrap_or(0), &text);
            let _ = ScriptFile::parse(damaged.as_bytes());
            let _ = ScriptFile::parse(text.as_bytes());
        }
    }
}
