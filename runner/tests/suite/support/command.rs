//! The real binary, run as a user would.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use pollbench_reports::comparison::{Comparison, Outcome};
use pollbench_reports::record::Record;
use tempfile::TempDir;

/// A directory to run in, which goes with the value.
pub struct Workplace {
    directory: TempDir,
}

/// What came of it.
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Workplace {
    pub fn new() -> Self {
        Self { directory: tempfile::tempdir().expect("a temporary directory") }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A file with these bytes.
    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("a file in the temporary directory");
        path
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pollbench"));
        command.args(arguments).current_dir(self.directory.path()).stdin(Stdio::null());
        // Not the user's.
        command.env("POLLBENCH_CACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/compiled"));
        command
    }

    /// Runs `pollbench` with these arguments.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).output().expect("the binary runs").into()
    }

    /// Runs `pollbench run … -o out` and reads its record.
    pub fn measure(&self, arguments: &[&str]) -> (Ran, Record) {
        let ran = self.run(&[&["run", "-o", "out"], arguments].concat());
        let path = self.path("out/record.json");
        let record = Record::read(&path).unwrap_or_else(|error| panic!("{error}: {}", ran.stderr));
        (ran, record)
    }

    /// Runs `pollbench compare …` or `pollbench gate …` and reads what it says. How it
    /// ends fits what came of it.
    pub fn judge(&self, arguments: &[&str]) -> (Ran, Comparison) {
        let ran = self.run(&[arguments, &["--format", "json"]].concat());
        let comparison: Comparison = serde_json::from_str(&ran.stdout)
            .unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}", ran.stderr));
        assert_eq!(ran.code, Some(comparison.outcome.exit_code().into()), "{arguments:?}");
        assert_eq!(comparison.outcome, Outcome::of(&comparison.cells), "{arguments:?}");
        (ran, comparison)
    }

    /// Runs it and expects one line that has all of `words` in it.
    pub fn refuses(&self, arguments: &[&str], words: &[&str]) {
        let ran = self.run(arguments);
        let lines: Vec<&str> = ran.stderr.lines().collect();
        assert_eq!(ran.code, Some(2), "{arguments:?}: {}", ran.stderr);
        assert_eq!(lines.len(), 1, "{arguments:?}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{arguments:?}");
        for word in words {
            assert!(lines[0].contains(word), "{arguments:?}: no {word:?} in {}", lines[0]);
        }
    }

    pub fn read(&self, path: impl AsRef<Path>) -> String {
        std::fs::read_to_string(self.directory.path().join(path)).expect("a text file")
    }
}

/// Does what Ctrl-C does, to this process alone.
pub fn interrupt(process: u32) {
    signal("INT", process);
}

/// Sends a signal to this process alone.
pub fn signal(name: &str, process: u32) {
    let told = Command::new("kill").args([&format!("-{name}"), &process.to_string()]).status();
    assert!(told.expect("kill runs").success());
}

/// One small cell of a comparison or a baseline.
pub const ONE_CELL: [&str; 8] =
    ["--workloads", "idle", "--pollables", "20", "--active", "1", "--effort", "2000"];

/// Whether a comparison says so beside its cells.
pub fn notes(comparison: &Comparison, words: &str) -> bool {
    comparison.notes.iter().any(|note| note.contains(words))
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}
