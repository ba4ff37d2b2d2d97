//! The present held against a baseline, through the real binary.

use std::collections::BTreeSet;
use std::fs;
use std::process::Stdio;

use pollbench_guests::{BUILT_IN, FAULTY};
use pollbench_reports::comparison::{Comparison, CountVerdict, Metric, Outcome, Problem};
use pollbench_reports::record::Record;
use serde_json::{Value, json};

use crate::support::command::{ONE_CELL, Ran, Workplace, notes};
use crate::support::wat_guest::{SERVE, UNSUPPORTED, component, padded, serve_slowly};

fn save(workplace: &Workplace, name: &str, guests: &[&str]) -> Ran {
    let ran = workplace.run(&[&["baseline", "save", name], guests, &ONE_CELL].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    ran
}

/// The counters alone.
fn gate(workplace: &Workplace, more: &[&str]) -> (Ran, Comparison) {
    workplace.judge(&[&["gate", "--baseline", "main", "--counters-only"], more].concat())
}

const MAIN: &str = "pollbench-baselines/main.json";

/// A guest that burns 2000 rounds for each event, and what it became: one part in a
/// hundred more work.
fn write_was_and_more(workplace: &Workplace) {
    workplace.file("was.wasm", &component("mine", &serve_slowly(2000)));
    workplace.file("more.wasm", &component("mine", &serve_slowly(2025)));
}

/// Changes a baseline's record.
fn edit(workplace: &Workplace, change: impl Fn(&mut Value)) {
    let mut record = serde_json::from_str(&workplace.read(MAIN)).expect("JSON");
    change(&mut record);
    workplace.file(MAIN, record.to_string().as_bytes());
}

/// The kept components, by their SHA-256.
fn kept(workplace: &Workplace) -> BTreeSet<String> {
    let entries = fs::read_dir(workplace.path("pollbench-baselines/components"));
    let names = entries.expect("a directory").map(|it| it.expect("an entry").file_name());
    let names = names.map(|it| it.into_string().expect("UTF-8"));
    names.map(|it| it.strip_suffix(".wasm").expect("a component").to_string()).collect()
}

/// The SHA-256 of a baseline's guests.
fn guests(workplace: &Workplace, name: &str) -> BTreeSet<String> {
    let path = workplace.path("pollbench-baselines").join(format!("{name}.json"));
    let record = Record::read(&path).expect("a baseline");
    record.environment.guests.into_iter().map(|guest| guest.sha256).collect()
}

fn verdict(comparison: &Comparison, guest: &str, metric: Metric) -> CountVerdict {
    let cell = comparison.cells.iter().find(|it| it.identity.candidate_guest == guest);
    let counts = &cell.expect("a cell of the guest").counts;
    counts.iter().find(|it| it.metric == metric).expect("a count").verdict
}

/// Built-in guests as files, and the same ones in other bytes.
fn write_built_in(workplace: &Workplace, names: &[&str]) {
    for name in names {
        let guest = BUILT_IN.iter().find(|it| it.name == *name).expect("a guest");
        workplace.file(&format!("{name}.wasm"), guest.component);
        workplace.file(&format!("{name}-same.wasm"), &padded(guest.component, 1));
    }
}

/// How often nothing is gated.
fn gates() -> u64 {
    std::env::var("POLLBENCH_GATES").ok().and_then(|it| it.parse().ok()).unwrap_or(3)
}

/// `POLLBENCH_GATES=100 cargo test …` does it more often.
#[test]
fn an_unchanged_guest_passes_the_gate_every_time() {
    let workplace = Workplace::new();
    write_built_in(&workplace, &["bare", "batched"]);
    let save = ["baseline", "save", "main", "--guest", "bare.wasm", "--guest", "batched.wasm"];
    let save = [&save[..], &["--knob", "batch=4,8"]].concat();
    let sizes =
        ["--workloads", "idle,churn", "--pollables", "20", "--active", "1", "--effort", "2000"];
    let saved = workplace.run(&[&save, &sizes[..]].concat());
    assert_eq!(saved.code, Some(0), "{}", saved.stderr);
    assert_eq!(saved.stdout, "baseline: pollbench-baselines/main.json, 6 cells of 2 guests\n");
    for _ in 0..gates() {
        let same = ["--guest", "bare-same.wasm", "--guest", "batched-same.wasm"];
        let (_, comparison) = gate(&workplace, &same);
        assert_eq!((comparison.outcome, comparison.cells.len()), (Outcome::Fine, 6));
        assert!(comparison.cells.iter().all(|it| !it.identical));
        let counts = comparison.cells.iter().flat_map(|cell| &cell.counts);
        assert!(counts.clone().count() > 40);
        assert!(counts.clone().all(|it| it.verdict == CountVerdict::Equal && it.limit.is_some()));
        assert!(comparison.notes.is_empty());
    }
}

/// Time, too: however it ends, each cell has a verdict and the built-in limit.
#[test]
fn time_is_gated_with_the_kept_components() {
    let workplace = Workplace::new();
    write_built_in(&workplace, &["bare", "slab"]);
    save(&workplace, "main", &["--guest", "bare.wasm", "--guest", "slab.wasm"]);
    let gate = ["gate", "--baseline", "main", "--budget", "3", "--seed", "5"];
    let same = ["--guest", "bare-same.wasm", "--guest", "slab-same.wasm"];
    let (_, comparison) = workplace.judge(&[&gate[..], &same].concat());
    assert_eq!(comparison.timing.as_ref().map(|it| it.seed), Some(5));
    assert!(comparison.command.contains("--seed 5"));
    assert_eq!(
        (comparison.base.label.as_str(), comparison.candidate.label.as_str()),
        ("main", "now")
    );
    assert_eq!(comparison.cells.len(), 2);
    for cell in &comparison.cells {
        let timing = cell.timing.as_ref().expect("a time");
        assert_eq!((timing.limit.as_deref(), timing.threshold), (Some("3%"), 0.03));
        let ratio = timing.ratio;
        assert!(ratio.low <= ratio.estimate && ratio.estimate <= ratio.high, "{ratio:?}");
        assert!(ratio.blocks > 0 && timing.control.blocks > 0);
    }
}

#[test]
fn one_per_cent_more_work_is_a_regression_and_undone_it_is_none() {
    let workplace = Workplace::new();
    write_was_and_more(&workplace);
    workplace.file("hardly.wasm", &component("mine", &serve_slowly(2003)));
    workplace.file("less.wasm", &component("mine", &serve_slowly(1960)));
    save(&workplace, "main", &["--guest", "was.wasm", "--guests", "slab"]);
    let fuel = |comparison: &Comparison| verdict(comparison, "mine", Metric::GuestFuel);
    let (ran, more) = gate(&workplace, &["--guest", "more.wasm"]);
    assert_eq!((ran.code, more.outcome), (Some(1), Outcome::Regression));
    assert_eq!(fuel(&more), CountVerdict::Worse);
    let cell = more.cells.iter().find(|it| it.identity.candidate_guest == "mine");
    let counts = &cell.expect("a cell").counts;
    let change = counts.iter().find(|it| it.metric == Metric::GuestFuel);
    let ratio = change.and_then(|it| it.ratio()).expect("a ratio");
    assert!((1.008..1.0135).contains(&ratio), "{ratio}");
    // Nothing else is.
    let worse = more.cells.iter().flat_map(|cell| &cell.counts);
    assert_eq!(worse.filter(|it| it.verdict == CountVerdict::Worse).count(), 1);
    assert_eq!(verdict(&more, "slab", Metric::GuestFuel), CountVerdict::Equal);

    let (ran, undone) = gate(&workplace, &["--guest", "was.wasm"]);
    assert_eq!((ran.code, fuel(&undone)), (Some(0), CountVerdict::Equal));
    let (ran, hardly) = gate(&workplace, &["--guest", "hardly.wasm"]);
    assert_eq!((ran.code, fuel(&hardly)), (Some(0), CountVerdict::Within));
    let (ran, less) = gate(&workplace, &["--guest", "less.wasm"]);
    assert_eq!((ran.code, fuel(&less)), (Some(0), CountVerdict::Better));

    let table = |guest: &str| {
        workplace.run(&["gate", "--baseline", "main", "--counters-only", "--guest", guest]).stdout
    };
    let more = table("more.wasm");
    for words in [
        "REGRESSION: 1 of 2 cells counts more than allowed",
        "WORSE      mine",
        "WORSE guest_fuel",
        "limit 0.5%",
    ] {
        assert!(more.contains(words), "no {words:?} in {more}");
    }
    let less = table("less.wasm");
    assert!(less.starts_with("FINE: ") && less.contains("the baseline wants renewing"), "{less}");
}

#[test]
fn what_a_guest_no_longer_supports_is_a_regression() {
    let workplace = Workplace::new();
    workplace.file("was.wasm", &component("mine", SERVE));
    workplace.file("now.wasm", &component("mine", UNSUPPORTED));
    save(&workplace, "main", &["--guest", "was.wasm", "--guests", "slab"]);
    let (ran, comparison) = gate(&workplace, &["--guest", "now.wasm"]);
    assert_eq!((ran.code, comparison.outcome), (Some(1), Outcome::Regression));
    let problems: Vec<_> = comparison.cells.iter().filter_map(|it| it.problem.clone()).collect();
    assert_eq!(problems, [Problem::NoLongerSupported("broken on purpose".into())]);
    // What never was supported is no news.
    save(&workplace, "main", &["--guest", "now.wasm", "--guests", "slab"]);
    assert_eq!(gate(&workplace, &["--guest", "now.wasm"]).0.code, Some(0));
    assert_eq!(gate(&workplace, &["--guest", "was.wasm"]).0.code, Some(0));
}

/// The kept component is the one of now: nothing is counted, and what was is still there.
#[test]
fn an_identical_component_is_not_measured() {
    let workplace = Workplace::new();
    write_built_in(&workplace, &["slab"]);
    save(&workplace, "main", &["--guests", "slab"]);
    let (ran, comparison) = workplace.judge(&["gate", "--baseline", "main"]);
    assert_eq!((comparison.outcome, ran.stderr.as_str()), (Outcome::Fine, ""));
    let [cell] = &comparison.cells[..] else { panic!("{:?}", comparison.cells) };
    assert!(cell.identical && cell.timing.is_none() && comparison.notes.is_empty());
    assert!(!cell.counts.is_empty());
    assert!(cell.counts.iter().all(|it| it.verdict == CountVerdict::Equal));
    // A hard limit holds whatever the base is.
    workplace.file("hard.toml", b"[[limit]]\nguest_fuel = '|1'\n");
    assert_eq!(gate(&workplace, &["--config", "hard.toml"]).0.code, Some(1));
    // What is to be kept is counted where it is not known any more.
    edit(&workplace, |it| it["environment"]["hosts"]["stock"]["engine"] = json!("wasmtime 1.0.0"));
    let (ran, comparison) = gate(&workplace, &["--save"]);
    assert_eq!(ran.stderr.lines().next(), Some("pollbench: counting 1 cells in 3 processes each"));
    assert!(comparison.cells[0].identical, "{:?}", comparison.cells);
    assert_eq!(gate(&workplace, &[]).0.stderr, "");
}

/// Names that were given say whose place a file takes.
#[test]
fn a_named_file_takes_the_place_of_the_guest_of_that_name() {
    let workplace = Workplace::new();
    write_was_and_more(&workplace);
    let both = ["--guest", "one=was.wasm", "--guest", "two=more.wasm"];
    save(&workplace, "main", &both);
    let (ran, comparison) = gate(&workplace, &both);
    assert_eq!((ran.code, comparison.outcome), (Some(0), Outcome::Fine), "{}", ran.stderr);
    let names: Vec<&str> =
        comparison.cells.iter().map(|it| it.identity.candidate_guest.as_str()).collect();
    assert_eq!(names, ["one", "two"]);
    let (ran, comparison) =
        gate(&workplace, &["--guest", "one=more.wasm", "--guest", "two=more.wasm"]);
    assert_eq!((ran.code, comparison.outcome), (Some(1), Outcome::Regression), "{}", ran.stderr);
    assert_eq!(verdict(&comparison, "one", Metric::GuestFuel), CountVerdict::Worse);
    workplace.refuses(
        &["gate", "--baseline", "main", "--guest", "one=was.wasm"],
        &["has the guest \"two\"", "as two=FILE"],
    );
}

#[test]
fn a_file_of_limits_says_how_much_is_allowed() {
    let workplace = Workplace::new();
    write_was_and_more(&workplace);
    save(&workplace, "main", &["--guest", "was.wasm"]);
    let more =
        |config: &[&str]| gate(&workplace, &[&["--guest", "more.wasm"], config].concat()).0.code;
    assert_eq!(more(&[]), Some(1));
    workplace.file("pollbench.toml", b"[[limit]]\nguest_fuel = '2%'\n");
    assert_eq!(more(&[]), Some(0));
    workplace.file("strict.toml", b"[[limit]]\nguest_fuel = '0'\n");
    assert_eq!(more(&["--config", "strict.toml"]), Some(1));
}

#[test]
fn a_candidate_that_fails_is_named() {
    let workplace = Workplace::new();
    workplace.file("was.wasm", &component("mine", &serve_slowly(1)));
    workplace.file("broken.wasm", &component("mine", "(unreachable)"));
    save(&workplace, "main", &["--guest", "was.wasm", "--guests", "slab"]);
    let (ran, comparison) = gate(&workplace, &["--guest", "broken.wasm"]);
    assert_eq!((ran.code, comparison.outcome), (Some(4), Outcome::GuestFailed));
    let failed = comparison.cells.iter().filter(|it| it.problem.is_some());
    let failed: Vec<_> =
        failed.map(|it| (it.identity.candidate_guest.as_str(), &it.problem)).collect();
    assert!(matches!(failed[..], [("mine", Some(Problem::CandidateFailed(_)))]), "{failed:?}");
}

/// What fails is kept as such, and is no base to hold anything against.
#[test]
fn a_baseline_of_a_failing_guest_is_saved_and_gated() {
    let workplace = Workplace::new();
    workplace.file("faulty.wasm", FAULTY.component);
    let fault = ["--guest", "faulty.wasm", "--knob", "fault=lose-wakeup"];
    let ran = workplace.run(&[&["baseline", "save", "main"], &fault[..], &ONE_CELL].concat());
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    assert!(ran.stdout.contains("faulty, idle, 20 pollables: failed (lost): "), "{}", ran.stdout);
    let (ran, comparison) = gate(&workplace, &["--guest", "faulty.wasm"]);
    assert_eq!(ran.code, Some(3));
    assert!(matches!(comparison.cells[0].problem, Some(Problem::BothFailed(_))));
}

#[test]
fn components_that_are_gone_or_damaged_are_named() {
    let workplace = Workplace::new();
    save(&workplace, "main", &["--guests", "slab"]);
    let sha256 = guests(&workplace, "main").pop_first().expect("a guest");
    let component = format!("pollbench-baselines/components/{sha256}.wasm");
    let bytes = fs::read(workplace.path(&component)).expect("a component");
    let slab = BUILT_IN.iter().find(|it| it.name == "slab").expect("a guest");
    assert_eq!(bytes, slab.component);
    let refuses = |what: &str| {
        let words = [component.as_str(), "guest slab", what, "save the baseline again"];
        workplace.refuses(&["gate", "--baseline", "main"], &words);
        workplace.refuses(&["compare", "main", "slab"], &words);
    };
    workplace.file(&component, &bytes[1..]);
    refuses("another than was kept");
    fs::remove_file(workplace.path(&component)).expect("it is there");
    refuses("missing");
    // As it says.
    save(&workplace, "main", &["--guests", "slab"]);
    assert_eq!(gate(&workplace, &[]).0.code, Some(0));
    for damaged in [&b"{\"schema\": 1, \"cells\": ["[..], b"{}", b""] {
        workplace.file(MAIN, damaged);
        let words = [MAIN, "damaged", "save it anew with `pollbench baseline save main`"];
        workplace.refuses(&["gate", "--baseline", "main"], &words);
        workplace.refuses(&["compare", "main", "slab"], &words);
    }
}

#[test]
fn counters_of_another_engine_are_counted_again() {
    let workplace = Workplace::new();
    write_was_and_more(&workplace);
    for (what, change) in [
        (
            "wasmtime 1.0.0",
            (|it| it["environment"]["hosts"]["stock"]["engine"] = json!("wasmtime 1.0.0"))
                as fn(&mut Value),
        ),
        ("pollbench 0.0.1", |it| it["environment"]["pollbench"] = json!("0.0.1")),
    ] {
        save(&workplace, "main", &["--guest", "was.wasm"]);
        edit(&workplace, change);
        // What nobody would take for the present.
        edit(&workplace, |it| it["cells"][0]["counters"]["poll_calls"] = json!(77_777));
        workplace.file("same.wasm", &padded(&component("mine", &serve_slowly(2000)), 1));
        let (ran, comparison) = gate(&workplace, &["--guest", "same.wasm"]);
        assert_eq!(ran.code, Some(0), "{what}: {}", ran.stderr);
        assert_eq!(ran.stderr, "pollbench: counting 2 cells in 3 processes each\n");
        assert!(
            notes(&comparison, what) && notes(&comparison, "are counted again"),
            "{:?}",
            comparison.notes
        );
        let (ran, _) = gate(&workplace, &["--guest", "more.wasm"]);
        assert_eq!(ran.code, Some(1), "{what}");
    }
    // Otherwise they are believed.
    save(&workplace, "main", &["--guest", "was.wasm"]);
    edit(&workplace, |it| it["cells"][0]["counters"]["poll_calls"] = json!(77_777));
    let (_, comparison) = gate(&workplace, &["--guest", "same.wasm"]);
    assert_eq!(verdict(&comparison, "mine", Metric::PollCalls), CountVerdict::Better);
}

#[test]
fn fuel_of_another_compiler_is_not_judged() {
    let workplace = Workplace::new();
    write_was_and_more(&workplace);
    save(&workplace, "main", &["--guest", "was.wasm"]);
    edit(&workplace, |it| it["environment"]["guests"][0]["compiler"] = json!("rustc 1.0"));
    let (ran, comparison) = gate(&workplace, &["--guest", "more.wasm"]);
    assert_eq!((ran.code, comparison.outcome), (Some(3), Outcome::Inconclusive));
    assert_eq!(verdict(&comparison, "mine", Metric::GuestFuel), CountVerdict::NotComparable);
    assert!(notes(&comparison, "mine was compiled by rustc 1.0"), "{:?}", comparison.notes);
    // The same component is no other, whatever is said of it.
    let (ran, comparison) = gate(&workplace, &["--guest", "was.wasm"]);
    assert_eq!((ran.code, comparison.notes), (Some(0), Vec::new()));
    // And what the guest asks of the host is its own doing.
    edit(&workplace, |it| it["cells"][0]["counters"]["poll_calls"] = json!(1));
    let (ran, comparison) = gate(&workplace, &["--guest", "more.wasm"]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(verdict(&comparison, "mine", Metric::PollCalls), CountVerdict::Worse);
}

#[test]
fn a_gate_refuses_guests_that_it_can_not_find_or_that_share_a_name() {
    let workplace = Workplace::new();
    workplace.file("mine.wasm", &component("mine", &serve_slowly(1)));
    save(&workplace, "main", &["--guest", "mine.wasm"]);
    let gate = ["gate", "--baseline", "main", "--counters-only"];
    let refuses = |more: &[&str], words: &[&str]| workplace.refuses(&[&gate, more].concat(), words);
    refuses(&[], &["has the guest \"mine\"", "not built in", "--guest"]);
    refuses(&["--guest", "none.wasm"], &["none.wasm", "No such file"]);
    refuses(&["--guest", "mine.wasm", "--guest", "mine.wasm"], &["two guests", "\"mine\""]);
}

/// A change may add a guest.
#[test]
fn a_guest_that_the_baseline_lacks_is_new_and_passes_unless_it_fails() {
    let workplace = Workplace::new();
    workplace.file("mine.wasm", &component("mine", &serve_slowly(1)));
    workplace.file("broken.wasm", &component("broken", "(unreachable)"));
    let batched = ["--guests", "slab,batched", "--knob", "batched.batch=4,8"];
    save(&workplace, "main", &batched);
    let (ran, comparison) = gate(&workplace, &["--guest", "mine.wasm"]);
    assert_eq!((ran.code, comparison.outcome), (Some(0), Outcome::Fine), "{}", ran.stderr);
    // Once for each work, whatever others were saved with.
    assert_eq!(comparison.cells.len(), 4);
    let new: Vec<_> = comparison.cells.iter().filter(|it| it.problem.is_some()).collect();
    let [cell] = new[..] else { panic!("{new:?}") };
    assert_eq!(
        (cell.identity.candidate_guest.as_str(), &cell.problem),
        ("mine", &Some(Problem::New))
    );
    let note = ["Not in main, and so new: mine.", "pollbench baseline save main"];
    assert!(note.iter().all(|it| notes(&comparison, it)), "{:?}", comparison.notes);
    assert_eq!(comparison.notes.len(), 1);
    let table = workplace
        .run(&["gate", "--baseline", "main", "--counters-only", "--guest", "mine.wasm"])
        .stdout;
    assert!(
        table.starts_with("FINE: no limit is broken in 3 of 4 cells, 1 is new, 3 are identical.\n"),
        "{table}"
    );

    // Its limits may come with it.
    let limits = b"[[limit]]\npoll_calls = '0'\n[[limit]]\ncells = 'mine/*'\ndrops = '0'\n";
    workplace.file("limits.toml", limits);
    let config = ["--guest", "mine.wasm", "--config", "limits.toml"];
    assert!(!notes(&gate(&workplace, &config).1, "match no cell"));

    let (ran, comparison) = gate(&workplace, &["--guest", "broken.wasm"]);
    assert_eq!((ran.code, comparison.outcome), (Some(4), Outcome::GuestFailed));
    let broken = comparison.cells.last().expect("a cell");
    assert!(matches!(broken.problem, Some(Problem::CandidateFailed(_))), "{broken:?}");
}

/// A gate runs what a user gets who sets nothing.
#[test]
fn a_changed_default_of_a_knob_is_used_and_said() {
    let workplace = Workplace::new();
    let save = ["baseline", "save", "main", "--guests", "batched", "--knob", "batch=4"];
    let burst = ["--workloads", "burst", "--pollables", "20", "--effort", "2000"];
    assert_eq!(workplace.run(&[&save[..], &burst].concat()).code, Some(0));
    let (_, comparison) = gate(&workplace, &[]);
    let calls = verdict(&comparison, "batched batch=4", Metric::PollCalls);
    assert_eq!((calls, comparison.notes.len()), (CountVerdict::Equal, 0));
    // As if 4 had been the default then.
    edit(&workplace, |it| {
        let knobs = it["environment"]["guests"][0]["knobs"].as_array_mut().expect("knobs");
        let knob = knobs.iter_mut().find(|it| it["name"] == "batch").expect("a knob");
        knob["default"] = json!(4);
    });
    let compare = ["compare", "main", "batched", "--counters-only"];
    let whole = [&["gate", "--baseline", "main", "--counters-only"][..], &compare];
    for (_, comparison) in whole.map(|it| workplace.judge(it)) {
        assert_eq!(verdict(&comparison, "batched", Metric::PollCalls), CountVerdict::Better);
        let words = "The default of batched's knob batch has changed";
        assert!(notes(&comparison, words), "{:?}", comparison.notes);
        assert!(notes(&comparison, "4 for the base, 64 for the candidate"));
    }
    // A knob that is gone had its default, or its cell can't be run.
    let gone = |it: &mut Value| {
        let knobs = it["cells"][0]["knobs"].as_object_mut().expect("knobs");
        let value = knobs.remove("batch").expect("a knob");
        knobs.insert("size".into(), value);
    };
    edit(&workplace, gone);
    let words = ["batched with the knob \"size\"", "no longer has", "save the baseline anew"];
    workplace.refuses(&["gate", "--baseline", "main"], &words);
}

#[test]
fn judging_nothing_does_not_pass() {
    let workplace = Workplace::new();
    write_built_in(&workplace, &["slab"]);
    save(&workplace, "main", &["--guest", "slab.wasm"]);
    let same = ["--guest", "slab-same.wasm"];
    let judged = |limits: &str| {
        workplace.file("pollbench.toml", limits.as_bytes());
        gate(&workplace, &same)
    };
    for limits in ["", "[[limit]]\ncells = 'slba/*'\nguest_fuel = '1%'\n"] {
        let (ran, comparison) = judged(limits);
        assert_eq!((ran.code, comparison.outcome), (Some(3), Outcome::Inconclusive), "{limits}");
        assert!(notes(&comparison, "Nothing was judged: no limit is for a count"));
        assert_eq!(notes(&comparison, "match no cell"), !limits.is_empty());
        let gate = ["gate", "--baseline", "main", "--counters-only"];
        let table = workplace.run(&[&gate[..], &same].concat()).stdout;
        let words = "INCONCLUSIVE: 1 of 1 cell has neither a limit nor a time";
        assert!(table.starts_with(words) && table.contains("\nnot judged"), "{table}");
        let compare = ["compare", "main", "slab-same.wasm", "--counters-only"];
        let compare = [&compare[..], &["--config", "pollbench.toml"]].concat();
        assert_eq!(workplace.judge(&compare).0.code, Some(3));
    }
    let (ran, comparison) = judged("[[limit]]\npoll_calls = '0'\n");
    assert_eq!((ran.code, comparison.notes.len()), (Some(0), 0));
}

#[test]
fn baselines_are_listed_and_removed_with_what_only_they_have() {
    let workplace = Workplace::new();
    let list = || workplace.run(&["baseline", "list"]);
    assert_eq!((list().code, list().stdout.as_str()), (Some(0), ""));
    save(&workplace, "one", &["--guests", "bare,slab"]);
    save(&workplace, "two", &["--guests", "slab"]);
    // No name of a baseline.
    workplace.file("pollbench-baselines/read me.json", b"{}");
    let listed = list().stdout;
    let lines: Vec<&str> = listed.lines().collect();
    let [one, two] = lines[..] else { panic!("{listed}") };
    assert!(one.starts_with("one ") && one.contains("2 cells of 2 guests"), "{one}");
    assert!(two.starts_with("two ") && two.contains("1 cells of 1 guests"), "{two}");
    assert!(one.contains(&format!("pollbench {}", env!("CARGO_PKG_VERSION"))), "{one}");

    assert_eq!(kept(&workplace), guests(&workplace, "one"));
    assert_eq!(workplace.run(&["baseline", "remove", "one"]).code, Some(0));
    assert_eq!(kept(&workplace), guests(&workplace, "two"));
    assert_eq!(list().stdout.lines().count(), 1);
    workplace.refuses(&["baseline", "remove", "one"], &["no baseline \"one\""]);
    assert_eq!(workplace.run(&["baseline", "remove", "two"]).code, Some(0));
    assert!(kept(&workplace).is_empty() && list().stdout.is_empty());
}

#[test]
fn a_baseline_that_is_replaced_leaves_nothing_behind() {
    let workplace = Workplace::new();
    save(&workplace, "main", &["--guests", "bare,slab"]);
    save(&workplace, "other", &["--guests", "slab"]);
    assert_eq!(kept(&workplace).len(), 2);
    save(&workplace, "main", &["--guests", "slab-list"]);
    let wanted = &guests(&workplace, "main") | &guests(&workplace, "other");
    assert_eq!((kept(&workplace), wanted.len()), (wanted, 2));
    assert_eq!(gate(&workplace, &[]).0.code, Some(0));

    // One that can't be read, such as a newer pollbench's, may have any of them.
    workplace.file("pollbench-baselines/newer.json", b"{\"schema\": 99}");
    save(&workplace, "main", &["--guests", "bare"]);
    assert_eq!(workplace.run(&["baseline", "remove", "other"]).code, Some(0));
    assert_eq!(kept(&workplace).len(), 3);

    // It hides no other in the list, and can go, and then it is known again who has what.
    let listed = workplace.run(&["baseline", "list"]);
    assert_eq!(listed.code, Some(2));
    assert!(listed.stdout.contains("main ") && listed.stdout.contains("newer.json"));
    workplace.file("pollbench-baselines/components/mine.wasm", b"nobody's");
    assert_eq!(workplace.run(&["baseline", "remove", "newer"]).code, Some(0));
    let mut all = guests(&workplace, "main");
    all.insert("mine".into());
    assert_eq!(kept(&workplace), all);
}

#[test]
fn baselines_saved_at_once_are_whole() {
    let workplace = Workplace::new();
    let start = |name: &str, guests: &str| {
        let save = ["baseline", "save", name, "--guests", guests];
        let mut command = workplace.command(&[&save, &ONE_CELL[..]].concat());
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary runs")
    };
    let saves = [("main", "bare"), ("main", "bare,slab"), ("other", "bare,slab"), ("main", "slab")];
    let children = saves.map(|(name, guests)| start(name, guests));
    for mut child in children {
        assert_eq!(child.wait().expect("it ends").code(), Some(0));
    }
    let wanted = &guests(&workplace, "main") | &guests(&workplace, "other");
    assert_eq!((kept(&workplace), wanted.len()), (wanted, 2));
    for name in ["main", "other"] {
        let ran = workplace.run(&["gate", "--baseline", name, "--counters-only"]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    }
    let left = fs::read_dir(workplace.path("pollbench-baselines")).expect("a directory");
    assert_eq!(left.count(), 3, "two records and the components");
}
