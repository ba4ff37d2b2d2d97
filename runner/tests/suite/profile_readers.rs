//! The files of a profile, read by the Firefox Profiler's own loader: its command line
//! (`@firefox-devtools/profiler-cli`), which `ci/setup --tests` installs where there is npm.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use pollbench_reports::profile::{CallTree, Profile};
use serde_json::Value;

use crate::support::command::Workplace;
use crate::support::wat_command::command;

const READER: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../target/tools/node_modules/.bin/profiler-cli");

/// A file that the loader has open.
struct Opened<'a> {
    place: &'a Workplace,
}

impl<'a> Opened<'a> {
    /// Opens a file; nothing where there is no loader, which is said.
    fn file(place: &'a Workplace, file: &str) -> Option<Self> {
        if !Path::new(READER).exists() {
            eprintln!(
                "not tested: there is no profiler-cli; `ci/setup --tests` installs it with npm"
            );
            return None;
        }
        let opened = Self { place };
        opened.ask(&["load", file]);
        Some(opened)
    }

    fn ask(&self, arguments: &[&str]) -> String {
        let ran = Command::new(READER)
            .args(arguments)
            .current_dir(self.place.path(""))
            .env("PROFILER_CLI_SESSION_DIR", self.place.path("sessions"))
            .env("PROFILER_CLI_NO_SYMBOLICATE", "1")
            .output()
            .expect("the loader runs");
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        let complaints = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{arguments:?}: {said}{complaints}");
        said
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let said = self.ask(&[arguments, &["--json"]].concat());
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"))
    }

    /// The costs of a thread's functions by their names.
    fn functions(&self, thread: &str) -> BTreeMap<String, u64> {
        let said = self.json(&["thread", "functions", "--limit", "0", "--thread", thread]);
        let functions = said["functions"].as_array().expect("a list").iter();
        by_name(functions.map(|it| {
            let own = it["selfSamples"].as_f64().expect("a number") as u64;
            (it["name"].as_str().expect("a name"), own)
        }))
    }

    /// How many markers of each name there are.
    fn markers(&self) -> BTreeMap<String, u64> {
        let said = self.json(&["thread", "markers"]);
        let kinds = said["byType"].as_array().expect("a list").iter();
        by_name(kinds.map(|it| {
            (it["markerName"].as_str().expect("a name"), it["count"].as_u64().expect("a count"))
        }))
    }
}

impl Drop for Opened<'_> {
    fn drop(&mut self) {
        self.ask(&["stop", "--all"]);
    }
}

/// Sums by name. Functions of one name have their places behind it, in brackets.
fn by_name<'a>(costs: impl Iterator<Item = (&'a str, u64)>) -> BTreeMap<String, u64> {
    let mut sums = BTreeMap::new();
    for (name, cost) in costs.filter(|it| it.1 > 0) {
        let name = name.split(" [").next().unwrap_or_default();
        *sums.entry(name.to_owned()).or_default() += cost;
    }
    sums
}

fn costs(profile: &Profile, tree: &CallTree) -> BTreeMap<String, u64> {
    let name = |function: u32| profile.functions[function as usize].name.as_str();
    by_name(tree.nodes.iter().map(|it| (name(it.function), it.own)))
}

#[test]
fn the_firefox_profiler_reads_the_same_costs_and_the_same_calls() {
    let place = Workplace::new();
    let cell = ["--workload", "idle", "--pollables", "300", "--active", "3"];
    let ran = place.run(&[&["profile", "slab-list", "-o", "prof"][..], &cell].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let profile = Profile::read(&place.path("prof/profile.json")).expect("a profile");
    {
        let Some(opened) = Opened::file(&place, "prof/profile.firefox.json") else { return };
        let sampled = profile.sampled.as_ref().expect("samples");
        let exact = profile.exact.as_ref().expect("counts");
        assert_eq!(opened.functions("t-0"), costs(&profile, &sampled.tree));
        assert_eq!(opened.functions("t-1"), costs(&profile, &exact.tree));
    }
    let Some(opened) = Opened::file(&place, "prof/trace.json") else { return };
    let turns = profile.timeline.expect("turns").turns;
    let markers = opened.markers();
    assert_eq!((markers["poll"], markers["guest"]), (turns, turns), "{markers:?}");
}

#[test]
fn the_firefox_profiler_reads_the_waits_of_a_trace() {
    let place = Workplace::new();
    let body = "
        (loop $turn
          (call $set (i32.const 0) (call $timer (i64.const 1000000)))
          (drop (call $wait (i32.const 1)))
          (call $drop (call $get (i32.const 0)))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $turn (i32.lt_u (local.get $i) (i32.const 50))))";
    place.file("sleeps.wasm", &command(body));
    let ran = place.run(&["trace", "--trace-events", "events.json", "sleeps.wasm"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let Some(opened) = Opened::file(&place, "events.json") else { return };
    let markers = opened.markers();
    let of = ["blocked", "poll", "until the next call"].map(|name| markers[name]);
    assert_eq!(of, [50; 3], "{markers:?}");
}
