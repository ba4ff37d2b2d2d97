//! What comes into a history from `run` and `gate`, and where that is said to come from.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use pollbench_reports::record::Record;
use serde_json::{Value, json};

use crate::support::command::{ONE_CELL, Ran, Workplace, interrupt};

/// A measurement that takes no time.
const SMALL: [&str; 9] =
    ["run", "--guests", "slab", "--workloads", "idle", "--pollables", "10", "--repetitions", "1"];

#[test]
fn a_run_is_saved_with_the_record_that_it_has_written() {
    let workplace = Workplace::new();
    let ran = workplace.run_alone(&[&SMALL[..], &["-o", "out", "--save"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let said = "pollbench: this is run 1 in pollbench-history.db";
    assert_eq!(ran.stderr.lines().last(), Some(said));
    workplace.prints(&["history", "add", "out"], "run 1 was there already: out/record.json\n");
    workplace.prints(&["history", "check"], "the one run is whole\n");
    // A run that is resumed is not saved, and an address may have a password.
    let record = Record::read(&workplace.path("out/record.json")).expect("a record");
    let command = [&["pollbench"], &SMALL[..], &["-o", "out"]].concat().join(" ");
    assert_eq!(record.environment.command, command);
}

#[test]
fn a_run_that_can_not_be_saved_keeps_its_record() {
    let workplace = Workplace::new();
    let run = |save: &str| workplace.run_alone(&[&SMALL[..], &["-o", "out", save]].concat());
    // Nothing is measured for a place that is none.
    let refused = run("--save=mysql://me:s3cret@db.example/x");
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("no history is kept in mysql"), "{}", refused.stderr);
    assert_eq!(refused.stderr.lines().count(), 1, "{}", refused.stderr);
    assert!(!workplace.path("out").exists());

    let nobody = "--save=postgres://me:s3cret@127.0.0.1:1/bench";
    workplace.file("text.db", "no database at all".repeat(100).as_bytes());
    for (save, words) in [("--save=text.db", "text.db is damaged"), (nobody, "can't open")] {
        let ran = run(save);
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(ran.stderr.lines().last().is_some_and(|it| it.contains(words)), "{}", ran.stderr);
        assert!(ran.stdout.contains("record: out/record.json"), "{}", ran.stdout);
        let record = Record::read(&workplace.path("out/record.json")).expect("a record");
        assert_eq!((record.cells.len(), record.interrupted), (1, false));
        for name in ["out/record.json", "out/report.html"] {
            assert!(!workplace.read(name).contains("s3cret"), "{name}");
        }
    }
}

#[test]
fn an_interrupted_run_is_not_saved() {
    let workplace = Workplace::new();
    let many = [&SMALL[..7], &["--repetitions", "1000000", "-o", "out", "--save"]].concat();
    let mut command = workplace.alone(&many);
    let mut child = command.stderr(Stdio::piped()).spawn().expect("the binary runs");
    let mut said = BufReader::new(child.stderr.take().expect("piped")).lines();
    let counting = |line: std::io::Result<String>| line.expect("UTF-8").contains("counting");
    assert!(said.any(counting), "it has ended");
    interrupt(child.id());
    let rest: Vec<String> = said.map_while(Result::ok).collect();
    assert_eq!(child.wait().expect("it ends").code(), Some(130), "{rest:?}");
    let last = rest.last().map(String::as_str);
    assert_eq!(last, Some("pollbench: what was interrupted is not added to the history"));
    assert!(!workplace.path("pollbench-history.db").exists());
    assert!(Record::read(&workplace.path("out/record.json")).expect("a record").interrupted);
}

/// What is saved is what a baseline of the same guests would have.
#[test]
fn a_gate_saves_what_the_candidate_counts() {
    let workplace = Workplace::new();
    let save = [&["baseline", "save", "main", "--guests", "slab,batched"][..], &ONE_CELL].concat();
    workplace.printed_of(&save);
    let gate = ["gate", "--baseline", "main", "--counters-only", "--save=counts.db"];
    let ran = workplace.run_alone(&gate);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.stderr.lines().last(), Some("pollbench: this is run 1 in counts.db"));

    let show = ["history", "show", "1", "--print", "json", "--history", "counts.db"];
    let saved: Value = serde_json::from_str(&workplace.printed(&show)).expect("JSON");
    let base: Value =
        serde_json::from_str(&workplace.read("pollbench-baselines/main.json")).expect("JSON");
    let cells = |record: &Value| record["cells"].as_array().expect("cells").clone();
    assert_eq!((cells(&saved).len(), cells(&base).len()), (2, 2));
    for (saved, base) in cells(&saved).iter().zip(&cells(&base)) {
        for field in ["guest", "workload", "pollables", "host", "status", "counters"] {
            assert_eq!(saved[field], base[field], "{field}");
        }
        assert!(saved["counters"]["poll_calls"].as_u64() > Some(0), "{saved}");
    }
    for field in ["guests", "hosts", "cpu", "compiler"] {
        assert_eq!(saved["environment"][field], base["environment"][field], "{field}");
    }
    let command = "pollbench gate --baseline main --counters-only";
    assert_eq!(saved["environment"]["command"], command);
    workplace.prints(&["history", "check", "--history", "counts.db"], "the one run is whole\n");
}

impl Workplace {
    /// Runs what also says how far it has come.
    fn printed_of(&self, arguments: &[&str]) -> Ran {
        let ran = self.run_alone(arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}", ran.stderr);
        ran
    }

    /// Adds a new record with these variables: the commit, branch and subject of its run.
    fn added_with(&self, hour: u32, variables: &[(&str, &str)], more: &[&str]) -> [Value; 3] {
        self.record("r.json", hour);
        let mut command = self.alone(&[&["history", "add", "r.json"], more].concat());
        command.envs(variables.iter().copied());
        let ran = Ran::from(command.output().expect("the binary runs"));
        assert_eq!((ran.code, ran.stdout.contains("was added")), (Some(0), true), "{}", ran.stderr);
        let run = self.runs(&["--limit", "1"]).remove(0);
        ["commit", "branch", "subject"].map(|field| run[field].clone())
    }

    /// Whether git is there and does this in the workplace.
    fn git(&self, words: &[&str]) -> Option<String> {
        let identity = ["-c", "user.name=x", "-c", "user.email=x@localhost"];
        let mut command = Command::new("git");
        command.arg("-C").arg(self.path(".")).args(identity).args(words);
        let output = command.output().ok().filter(|it| it.status.success())?;
        Some(String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned())
    }
}

#[test]
fn the_commit_and_its_branch_come_from_git_or_the_variables_of_a_ci() {
    let workplace = Workplace::new();
    let nothing = json!(null);
    let github = [("GITHUB_SHA", "a1b2"), ("GITHUB_REF_NAME", "main"), ("GITHUB_HEAD_REF", "")];
    let nowhere = workplace.added_with(1, &[], &[]);
    assert_eq!(nowhere, [nothing.clone(), nothing.clone(), nothing.clone()]);
    let of_ci = workplace.added_with(2, &github, &[]);
    assert_eq!(of_ci, [json!("a1b2"), json!("main"), nothing.clone()]);
    let given = ["--commit", "c3", "--branch", "mine", "--subject", "s", "--time", "2026-11-23"];
    assert_eq!(workplace.added_with(3, &github, &given), [json!("c3"), json!("mine"), json!("s")]);
    let run = workplace.runs(&["--limit", "1"]).remove(0);
    assert_eq!(run["time"], "2026-11-23T00:00:00Z");
    workplace.printed(&["history", "rm", &run["run"].to_string()]);

    if workplace.git(&["init", "--quiet", "--initial-branch", "topic"]).is_none() {
        return eprintln!("left out: git, which is not installed");
    }
    let message = "Polls less\n\nAnd more.";
    let commit = ["commit", "--quiet", "--allow-empty", "--message", message];
    workplace.git(&commit).expect("a commit");
    let head = json!(workplace.git(&["rev-parse", "HEAD"]).expect("it has a name"));
    let of_git = workplace.added_with(4, &[], &[]);
    assert_eq!(of_git, [head.clone(), json!("topic"), json!("Polls less")]);
    // What the CI says counts for more: it may have checked out something else.
    let of_ci = workplace.added_with(5, &github, &[]);
    assert_eq!(of_ci, [json!("a1b2"), json!("main"), nothing]);
    let found = workplace.printed(&["history", "show", &head.as_str().expect("a text")[..9]]);
    assert!(found.contains("subject    Polls less"), "{found}");
}
