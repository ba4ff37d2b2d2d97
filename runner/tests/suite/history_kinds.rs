//! Tunings, profiles and servers in a history, by the real program.

use std::fs;

use serde_json::Value;

use crate::support::command::Workplace;
use crate::tune::BUSY;

const PROFILE: [&str; 7] =
    ["profile", "slab-list", "--pollables", "50", "--effort", "2000", "-oprofiled"];

/// A history with a run, a tuning, a profile and servers, in this order.
fn four() -> Workplace {
    let workplace = Workplace::new();
    workplace.record("r.json", 8);
    workplace.printed(&["history", "add", "r.json", "--branch", "main"]);
    let tune = ["tune", "batched", "--objective", "handles-per-event", "-otuned", "--save"];
    let live = ["live", "echo", "--guests", "bare", "--connections", "5", "--rounds", "1"];
    let short = ["--time", "300ms", "--warm-up", "100ms", "--rate", "200", "-olive", "--save"];
    for (number, arguments) in (2..).zip([
        [&tune[..], &BUSY].concat(),
        [&PROFILE[..], &["--save"]].concat(),
        [live, short].concat(),
    ]) {
        let ran = workplace.run(&arguments);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert!(ran.stderr.contains(&format!("this is run {number} in")), "{}", ran.stderr);
    }
    workplace
}

#[test]
fn each_kind_is_saved_listed_shown_and_on_the_pages() {
    let workplace = four();
    let kinds = |arguments: &[&str]| -> Vec<String> {
        let runs = workplace.runs(arguments);
        runs.iter().map(|it| it["kind"].as_str().expect("a kind").to_owned()).collect()
    };
    assert_eq!(kinds(&[]), ["live", "profile", "tuning", "run"]);
    assert_eq!(kinds(&["--kind", "tuning"]), ["tuning"]);
    for (run, title, file) in [
        (2, "batched: idle", "tuned/tuning.json"),
        (3, "slab-list: idle", "profiled/profile.json"),
        (4, "bare: echo", "live/live.json"),
    ] {
        let number = &run.to_string();
        let facts = workplace.printed(&["history", "show", number]);
        assert!(facts.contains(&format!("of         {title}\n")), "{facts}");
        assert!(!facts.contains("compiler"), "these records do not tell it: {facts}");
        // What it prints is what `report` says of the file, and the record is the file's.
        let table = workplace.printed(&["history", "show", number, "--print", "table"]);
        assert_eq!(workplace.printed(&["report", file, "--print", "table"]), table);
        let kept = workplace.printed(&["history", "show", number, "--print", "json"]);
        let kept: Value = serde_json::from_str(&kept).expect("JSON");
        assert_eq!(kept, serde_json::from_str::<Value>(&workplace.read(file)).expect("JSON"));
        assert!(!workplace.read(file).contains("--save"), "the command leaves out the place");
        let ran = workplace.run(&["history", "show", number, "--print", "csv"]);
        assert_eq!(ran.code, Some(2), "{}", ran.stdout);
        assert!(ran.stderr.contains("neither cells to print as CSV"), "{}", ran.stderr);
        // A directory of results is as good as its record.
        let directory = file.split('/').next().expect("a directory");
        let again = workplace.printed(&["history", "add", directory]);
        assert_eq!(again, format!("run {run} was there already: {file}\n"));
    }
    workplace.prints(&["history", "check"], "all 4 runs are whole\n");
    workplace.printed(&["site", "-o", "site"]);
    for (page, words) in [
        ("tunings.html", "batch = "),
        ("profiles.html", "slab-list"),
        ("servers.html", "echo: 5 connections"),
        ("run-2.html", "handles / event"),
        ("run-3-flame.svg", "<svg"),
        ("run-4-report.html", "pollbench live"),
    ] {
        assert!(workplace.read(format!("site/{page}")).contains(words), "{page}");
    }
}

#[test]
fn two_profiles_are_two_runs_and_what_records_nothing_saves_nothing() {
    let workplace = Workplace::new();
    let both = ["profile", "bare", "slab-list", "--pollables", "20", "--effort", "1000", "-oboth"];
    let ran = workplace.run(&[&both[..], &["--save=kept.db"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let runs = workplace.runs(&["--history", "kept.db"]);
    let titles: Vec<_> = runs.iter().map(|it| it["title"].as_str().expect("a title")).collect();
    assert_eq!(titles, ["slab-list: idle", "bare: idle"]);
    for arguments in [
        &["profile", "--explain", "bare", "--save"][..],
        &["profile", "--failure", "record.json", "--save"],
    ] {
        let ran = workplace.run(arguments);
        assert_eq!(ran.code, Some(2), "{}", ran.stdout);
        assert!(ran.stderr.contains("and '--save[=<PLACE>]' don't go together"), "{}", ran.stderr);
    }
    assert!(!workplace.path("pollbench-history.db").exists());
}

#[test]
fn a_place_that_makes_no_sense_is_refused_before_anything_is_measured() {
    let workplace = Workplace::new();
    for arguments in [
        &["tune", "batched", "--save=mysql://x"][..],
        &["live", "echo", "--save=mysql://x"],
        &["profile", "bare", "--save=mysql://x"],
    ] {
        let ran = workplace.run(arguments);
        assert_eq!(ran.code, Some(2), "{}", ran.stdout);
        assert!(ran.stderr.contains("no history is kept in mysql"), "{}", ran.stderr);
        assert!(fs::read_dir(workplace.path("pollbench-results")).is_err(), "{arguments:?}");
    }
}
