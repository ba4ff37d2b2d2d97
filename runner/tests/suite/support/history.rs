//! Records for a history, made up at once, and a `pollbench` that keeps them.

use std::process::{Command, Stdio};

use pollbench_reports::record::Record;
use serde_json::Value;

use super::command::{Ran, Workplace};
use super::sample::{Workload, typical};

/// A record of six cells, which was measured at this hour of a day.
pub fn record(hour: u32) -> Record {
    let mut sample = typical();
    sample.guests.truncate(3);
    sample.workloads = vec![Workload("idle", Some(1)), Workload("burst", None)];
    sample.sizes = vec![100];
    sample.rounds = 2;
    let mut record = sample.record();
    record.environment.started = format!("2026-11-22T{hour:02}:00:00Z");
    record
}

impl Workplace {
    /// A file with the record of an hour.
    pub fn record(&self, name: &str, hour: u32) {
        record(hour).write(&self.path(name)).expect("a record can be written");
    }

    /// `pollbench` in an environment with the search path and nothing else: no variables of a
    /// CI that these tests run in. Nor does git find a repository that this folder may be in.
    pub fn alone(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(arguments);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("GIT_CEILING_DIRECTORIES", self.path("..").canonicalize().expect("a folder"));
        command
    }

    /// Runs it in that environment.
    pub fn run_alone(&self, arguments: &[&str]) -> Ran {
        self.alone(arguments).output().expect("the binary runs").into()
    }

    /// Runs it, and expects that it does what was asked and prints this.
    pub fn prints(&self, arguments: &[&str], printed: &str) {
        let ran = self.run_alone(arguments);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{arguments:?}");
        assert_eq!(ran.stdout, printed, "{arguments:?}");
    }

    /// What it prints. It does what was asked.
    pub fn printed(&self, arguments: &[&str]) -> String {
        let ran = self.run_alone(arguments);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{arguments:?}");
        ran.stdout
    }

    /// The runs that are listed, as objects.
    pub fn runs(&self, more: &[&str]) -> Vec<Value> {
        let list = ["history", "list", "--format", "json"];
        let text = self.printed(&[&list[..], more].concat());
        serde_json::from_str(&text).expect("an array")
    }

    /// Their numbers.
    pub fn numbers(&self, more: &[&str]) -> Vec<i64> {
        self.runs(more).iter().map(|run| run["run"].as_i64().expect("a number")).collect()
    }

    /// Runs it with this as its input.
    pub fn given(&self, arguments: &[&str], input: &[u8]) -> Ran {
        use std::io::Write as _;
        let mut command = self.alone(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        let mut to = child.stdin.take().expect("piped");
        // It may have ended before it has read everything.
        let _ = to.write_all(input);
        drop(to);
        child.wait_with_output().expect("it ends").into()
    }
}
