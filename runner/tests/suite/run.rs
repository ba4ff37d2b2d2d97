//! The main job, through the real binary.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use crate::support::command::Workplace;
use pollbench::engine::Host;
use pollbench_guests::{BUILT_IN, FAULTY};
use pollbench_reports::record::{
    Cell, Counters, FailureKind, KnobValue, Record, RepetitionKind, Status,
};
use pollbench_simulation::workload::{Activity, CATALOGUE, Kind};

/// Everything, at a small size.
const SMALL: [&str; 12] = [
    "--guests",
    "all",
    "--workloads",
    "all",
    "--pollables",
    "1,50",
    "--active",
    "1,10%",
    "--repetitions",
    "2",
    "--run-limit",
    "2",
];

/// All guests of this host but those that never let it look again.
fn fast_guests() -> String {
    let others = ["wstd", "wasi-async-runtime", "poll-set"];
    let names = BUILT_IN.iter().map(|guest| guest.name).filter(|name| !others.contains(name));
    names.collect::<Vec<_>>().join(",")
}

fn per_event(cell: &Cell, count: impl Fn(&Counters) -> u64) -> f64 {
    let counters = cell.counters.as_ref().expect("counters");
    count(counters) as f64 / counters.window.events as f64
}

fn handles(cell: &Cell) -> f64 {
    per_event(cell, |counters| counters.window.handles_passed)
}

fn fuel(cell: &Cell) -> f64 {
    per_event(cell, |counters| counters.window.guest_fuel)
}

/// The cells that have numbers: all but those whose guest can't express the
/// workload, which says so.
fn measured(record: &Record) -> Vec<&Cell> {
    let (refused, measured): (Vec<&Cell>, _) =
        record.cells.iter().partition(|cell| cell.status == Status::NotSupported);
    for cell in refused {
        let reason = cell.not_supported.as_ref().expect("a reason");
        if cell.guest == "poll-set" {
            assert!(reason.contains("the host `lean` only"), "{reason}");
            continue;
        }
        let steps: &[&str] = match cell.guest.as_str() {
            "spin-executor" | "wasi-async-runtime" => &["`again`: ", "`yield`: "],
            "p3" => &["`read`: "],
            guest => panic!("{guest} in {}: {reason}", cell.workload),
        };
        let known = steps.iter().any(|step| reason.starts_with(step));
        assert!(known, "{}: {reason}", cell.guest);
        assert!(cell.counters.is_none() && cell.time.is_none(), "{}", cell.guest);
    }
    // In these a task goes on without a poll as long as its pollable is ready, or a poll
    // returns at once for ever, and the host never yields.
    let (failed, measured): (Vec<&Cell>, _) =
        measured.into_iter().partition(|cell| cell.status == Status::Failed);
    for cell in &failed {
        let greedy = ["wstd", "wasi-async-runtime"].contains(&cell.guest.as_str());
        let kind = cell.failure.as_ref().expect("a failure").kind;
        let known = [FailureKind::Starved, FailureKind::Livelock, FailureKind::TimeLimit];
        assert!(greedy && known.contains(&kind), "{} in {}: {kind}", cell.guest, cell.workload);
    }
    assert!(failed.len() <= record.cells.len() / 10, "{} fail", failed.len());
    measured
}

/// What two cells of one group have in common.
fn group(cell: &Cell) -> (String, u32, u32) {
    (cell.workload.clone(), cell.pollables, cell.active)
}

#[test]
fn a_run_ends_with_a_table_and_the_paths_of_its_results() {
    let workplace = Workplace::new();
    let (ran, record) = workplace.measure(&SMALL);
    // Some of what there is fails on this host, as `measured` says.
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    let workloads = CATALOGUE.iter().map(|kind| kind.name);
    for words in workloads.chain(["record: out/record.json", "report: out/report.html"]) {
        assert!(ran.stdout.contains(words), "no {words:?} in {}", ran.stdout);
    }
    assert!(workplace.read("out/report.html").contains("<!doctype html>"));
    assert_eq!(record.environment.guests.len(), BUILT_IN.len());
    // Each workload: 1 of 1, 1 of 50, 5 of 50; or 1 and 50, where nothing can be asked, or
    // where 1 and 5 come to the same: a whole parent, or group.
    let count = |kind: &Kind| match (kind.activity, kind.name) {
        (Activity::Asked, "fan-out" | "shared") => 2,
        (Activity::Asked, _) => 3,
        _ => 2,
    };
    let groups: usize = CATALOGUE.iter().map(count).sum();
    assert_eq!(record.cells.len(), groups * BUILT_IN.len());
    for cell in measured(&record) {
        assert_eq!(cell.failure, None);
        let time = cell.time.as_ref().expect("a time");
        assert!(time.ns_per_event.median > 0.0);
        // Yields have no latency.
        assert!(cell.latency_polls.is_some() || cell.workload == "wakes");
        assert!(cell.cold_latency_polls.is_none() || cell.workload == "skew");
    }
}

#[test]
fn no_arguments_mean_run_into_a_directory_of_its_own() {
    let workplace = Workplace::new();
    // The whole default matrix takes a minute: see that it begins, and stop it.
    let (code, directory) = interrupted(&workplace, &[], "counting");
    assert_eq!(code, Some(130));
    let record = Record::read(&directory.join("record.json")).expect("a record");
    assert_eq!(record.environment.command, "pollbench");
}

/// Starts a run, interrupts it once it says so, and says how it ended and where its
/// results are.
fn interrupted(
    workplace: &Workplace,
    arguments: &[&str],
    when: &str,
) -> (Option<i32>, std::path::PathBuf) {
    let mut child = workplace
        .command(arguments)
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary runs");
    let lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    for line in lines.map_while(Result::ok) {
        if line.contains(when) {
            let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
            assert!(kill.expect("kill runs").success());
        }
    }
    let code = child.wait().expect("it ends").code();
    let results = workplace.path("pollbench-results");
    let newest = std::fs::read_dir(results).expect("results").last().expect("one").expect("entry");
    (code, newest.path())
}

#[test]
fn an_interrupted_run_keeps_what_it_has_measured() {
    let workplace = Workplace::new();
    let (code, directory) =
        interrupted(&workplace, &["run", "--pollables", "2000", "--time", "600"], "round 1 of");
    assert_eq!(code, Some(130));
    let record = Record::read(&directory.join("record.json")).expect("a record");
    assert!(record.interrupted);
    assert!(record.cells.iter().any(|cell| cell.counters.is_some()));
    assert!(record.cells.iter().any(|cell| cell.time.is_none()));
    assert!(directory.join("report.html").exists());
}

#[test]
fn counters_are_the_same_in_another_process_under_load() {
    let guests = fast_guests();
    let mut small = SMALL;
    small[1] = &guests;
    let counters = |workplace: &Workplace| -> Vec<Option<Counters>> {
        let (_, record) = workplace.measure(&small);
        measured(&record).into_iter().map(|cell| cell.counters.clone()).collect()
    };
    let alone = counters(&Workplace::new());
    let over = AtomicBool::new(false);
    let loaded = thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !over.load(Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let loaded = counters(&Workplace::new());
        over.store(true, Relaxed);
        loaded
    });
    assert!(alone.iter().all(Option::is_some));
    assert_eq!(alone, loaded);
}

#[test]
fn bare_burns_the_least_fuel_in_every_cell() {
    let (_, record) = Workplace::new().measure(&[
        "--guests",
        &fast_guests(),
        "--pollables",
        "10,1000",
        "--active",
        "1,10%,100%",
        "--repetitions",
        "1",
    ]);
    let bare: BTreeMap<_, f64> = record
        .cells
        .iter()
        .filter(|cell| cell.guest == "bare")
        .map(|cell| (group(cell), fuel(cell)))
        .collect();
    for cell in measured(&record) {
        let floor = bare[&group(cell)];
        assert!(fuel(cell) >= floor, "{} {:?}: {}", cell.guest, group(cell), fuel(cell));
    }
}

#[test]
fn an_idle_event_costs_a_poll_of_all_but_not_a_busy_one_in_batches() {
    let workplace = Workplace::new();
    let guests = fast_guests();
    let idle = [
        &["--guests", &guests, "--workloads", "idle", "--pollables", "10000"][..],
        &["--active", "1", "--repetitions", "1"],
    ]
    .concat();
    let (_, record) = workplace.measure(&idle);
    for cell in measured(&record) {
        match cell.guest.as_str() {
            // Nothing to pass, and nothing that grows with the number of tasks.
            "poll-set" | "p3" => {
                assert!(handles(cell) == 0.0 && fuel(cell) < 5_000.0, "{}", fuel(cell))
            }
            guest => {
                let handles = handles(cell);
                assert!((10_000.0..10_100.0).contains(&handles), "{guest}: {handles}");
            }
        }
    }
    let (_, record) = workplace.measure(&[&idle[..], &["--param", "yielders=1"]].concat());
    for cell in measured(&record) {
        // For each time that a task runs, whether it has an event or has yielded.
        let window = cell.counters.as_ref().expect("counters").window;
        let busy = window.handles_passed as f64 / window.steps as f64;
        match cell.guest.as_str() {
            "adaptive" => assert!(busy < 2.0, "{busy}"),
            "batched" => assert!(busy < 100.0, "{busy}"),
            // One poll in 16 is of all, the others of 64.
            "tiered" => assert!((300.0..800.0).contains(&busy), "{busy}"),
            "poll-set" | "p3" => assert_eq!(busy, 0.0),
            guest => assert!(busy > 4_000.0, "{guest}: {busy}"),
        }
    }
}

/// A task of wstd is followed by a poll of all that is awaited, as long as another
/// is runnable; joined in one task they share a poll.
#[test]
fn a_spawned_task_of_wstd_costs_a_poll_of_all_and_a_joined_one_does_not() {
    // Where the host does not have to yield: elsewhere wstd never lets it.
    let host = ["--host", "unbudgeted"];
    let burst = ["--workloads", "burst", "--pollables", "200", "--repetitions", "1"];
    let tasks = ["--guests", "vector-scan,wstd", "--knob", "tasks=spawned,joined"];
    let (_, record) = Workplace::new().measure(&[&host[..], &burst, &tasks].concat());
    let of = |guest: &str, tasks: Option<&str>| {
        let tasks = tasks.map(|word| KnobValue::Choice(word.into()));
        let is_it = |cell: &&Cell| cell.guest == guest && cell.knobs.get("tasks") == tasks.as_ref();
        handles(record.cells.iter().find(is_it).expect("a cell"))
    };
    let scan = of("vector-scan", None);
    assert!(of("wstd", Some("joined")) < 4.0 * scan);
    assert!(of("wstd", Some("spawned")) > 150.0 * scan);
}

/// How stretches of time are added up is tested with a made-up run, in `engine/profile`.
#[test]
fn every_other_repetition_says_what_its_time_went_to() {
    let guests = fast_guests();
    let sizes = ["--pollables", "100,1000", "--repetitions", "2"];
    let (_, record) = Workplace::new().measure(&[&["--guests", &guests][..], &sizes].concat());
    for cell in &measured(&record) {
        let repetitions = &cell.time.as_ref().expect("a time").repetitions;
        let kinds: Vec<RepetitionKind> = repetitions.iter().map(|it| it.kind).collect();
        use RepetitionKind::{Plain, Profiled};
        assert_eq!(kinds, [Plain, Profiled, Plain], "{} {:?}", cell.guest, group(cell));
        let [None, Some(split), None] = [0, 1, 2].map(|at: usize| &repetitions[at].split) else {
            panic!("{} {:?}: {repetitions:?}", cell.guest, group(cell));
        };
        // A part may be nothing, once the cost of observing it is subtracted.
        let all = split.total() + split.observation;
        assert!(all > 0.0, "{} {:?}: {split:?}", cell.guest, group(cell));
        // No call of `p3` is one of `poll`.
        assert!(cell.guest != "p3" || split.poll_boundary == 0.0, "{:?}: {split:?}", group(cell));
    }
}

/// Runs the faulty guest with these faults beside `slab`, which stays in order,
/// and sees each fail under its name.
fn faults_fail_their_own_cells_only(workload: &[&str], expected: &[(&str, FailureKind)]) {
    let workplace = Workplace::new();
    workplace.file("faulty.wasm", FAULTY.component);
    let faults: Vec<&str> = expected.iter().map(|(fault, _)| *fault).collect();
    let faults = format!("fault={}", faults.join(","));
    let guests = ["--guest", "faulty.wasm", "--guests", "slab", "--active", "3"];
    let rest = ["--repetitions", "1", "--knob", &faults];
    let (ran, record) = workplace.measure(&[workload, &guests[..], &rest[..]].concat());
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    for (fault, kind) in expected {
        let knob = KnobValue::Choice((*fault).into());
        let cell = record.cells.iter().find(|cell| cell.knobs.get("fault") == Some(&knob));
        let cell = cell.expect("a cell for each fault");
        assert_eq!(cell.status, Status::Failed, "{fault}");
        let failure = cell.failure.as_ref().expect("a failure");
        assert_eq!(failure.kind, *kind, "{fault}: {}", failure.message);
        assert!(ran.stdout.contains(&format!("failed: {kind}")), "{}", ran.stdout);
    }
    let slab = record.cells.iter().find(|cell| cell.guest == "slab").expect("slab");
    assert_eq!(slab.status, Status::Ok);
}

#[test]
fn a_faulty_guest_fails_its_own_cells_only() {
    faults_fail_their_own_cells_only(
        &["--workloads", "churn", "--pollables", "50"],
        &[
            ("lose-wakeup", FailureKind::Lost),
            ("resume-twice", FailureKind::Double),
            ("forget-drop", FailureKind::Leaked),
            ("wrong-index", FailureKind::Early),
            ("wrong-outcome", FailureKind::WrongOutcome),
            ("expire-early", FailureKind::Early),
            ("spin", FailureKind::Livelock),
            ("return-early", FailureKind::Unfinished),
            ("unknown-task", FailureKind::UnknownTask),
            ("fail", FailureKind::GuestError),
            ("panic", FailureKind::Trap),
        ],
    );
}

#[test]
fn a_guest_that_passes_tasks_over_fails_its_own_cells_only() {
    faults_fail_their_own_cells_only(
        &["--workloads", "idle", "--param", "yielders=3", "--pollables", "20"],
        &[("ignore-yield", FailureKind::OutOfOrderYield), ("starve", FailureKind::Starved)],
    );
}

#[test]
fn many_pollables_work_unless_handles_are_few() {
    let workplace = Workplace::new();
    let many = [
        "--guests",
        "slab-list",
        "--workloads",
        "idle",
        "--active",
        "1",
        "--repetitions",
        "1",
        "--pollables",
        "60000",
        "--run-limit",
        "600",
    ];
    let (ran, record) = workplace.measure(&many);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(record.cells[0].counters.as_ref().expect("counters").handles_peak, 60_000);

    // What an embedder gets who sets nothing: a poll lends every handle once more.
    let (ran, record) = workplace.measure(&[&many[..], &["--handle-limit", "100000"]].concat());
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    let failure = record.cells[0].failure.as_ref().expect("a failure");
    assert_eq!(failure.kind, FailureKind::HandleLimit);
}

#[test]
fn each_knob_value_makes_cells() {
    let (_, record) = Workplace::new().measure(&[
        "--guests",
        "batched",
        "--workloads",
        "burst",
        "--pollables",
        "100",
        "--repetitions",
        "1",
        "--knob",
        "batch=1,10,100",
    ]);
    let batches: Vec<_> = record.cells.iter().map(|cell| cell.knobs["batch"].clone()).collect();
    assert_eq!(batches, [1, 10, 100].map(KnobValue::Integer));
    let polls = record.cells.iter().map(|cell| per_event(cell, |c| c.window.poll_calls));
    assert!(polls.is_sorted_by(|a, b| a > b), "smaller batches poll more often");
}

/// Asserts that a count falls from each value of a knob to the next.
fn assert_falls(cells: &[&str], count: impl Fn(&Counters) -> f64) {
    for guest in ["slab", "slab-list"] {
        let fixed = ["--guests", guest, "--pollables", "100", "--active", "10%"];
        let arguments = [&fixed[..], &["--repetitions", "1"], cells].concat();
        let (ran, record) = Workplace::new().measure(&arguments);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let counters = record.cells.iter().map(|cell| cell.counters.as_ref().expect("counters"));
        let counts: Vec<f64> = counters.map(&count).collect();
        assert!(counts.len() > 2);
        assert!(counts.is_sorted_by(|a, b| a > b), "{guest}: {counts:?}");
    }
}

#[test]
fn timers_behind_one_pollable_subscribe_less_and_a_wheel_least() {
    let cells = ["--workloads", "churn", "--knob", "timers=pollables,heap,wheel"];
    assert_falls(&cells, |counters| {
        counters.window.subscriptions as f64 / counters.window.events as f64
    });
}

#[test]
fn each_busy_poll_policy_polls_less_than_the_one_before() {
    let knob = "busy-poll=task,batch,ticks";
    let cells = ["--workloads", "idle", "--param", "yielders=10", "--knob", knob];
    // For each time that a task runs, whether it has an event or has yielded.
    assert_falls(&cells, |counters| {
        counters.window.poll_calls as f64 / counters.window.steps as f64
    });
}

/// It would be the fastest if yields were all that counts.
#[test]
fn an_executor_that_never_polls_while_tasks_run_starves() {
    for workload in [&["idle", "--param", "yielders=4"][..], &["wakes"]] {
        let never = ["--guests", "slab", "--knob", "slab.busy-poll=never,batch"];
        let sizes = ["--pollables", "100", "--active", "10%", "--repetitions", "1"];
        let all = [&["--workloads"][..], workload, &never, &sizes].concat();
        let (ran, record) = Workplace::new().measure(&all);
        assert_eq!(ran.code, Some(4), "{}", ran.stderr);
        let kinds: Vec<_> =
            record.cells.iter().map(|it| it.failure.as_ref().map(|it| it.kind)).collect();
        assert_eq!(kinds, [Some(FailureKind::Starved), None], "{workload:?}");
        let window = record.cells[1].counters.as_ref().expect("counters").window;
        assert!(window.pollable_events > 0, "{window:?}");
    }
}

#[test]
fn a_parameter_of_words_is_named_by_them() {
    let workplace = Workplace::new();
    let some = ["--workloads", "fan-out", "--guests", "slab", "--pollables", "20", "--active", "1"];
    let modes = ["--repetitions", "1", "--param", "mode=each,any"];
    let (ran, record) = workplace.measure(&[&some[..], &modes].concat());
    let recorded: Vec<_> =
        record.cells.iter().map(|cell| cell.parameters["mode"].clone()).collect();
    assert_eq!(recorded, ["each", "any"].map(|word| KnobValue::Choice(word.into())));
    assert!(ran.stdout.contains("fan-out, 1 active, mode=any"), "{}", ran.stdout);

    let ran = workplace.run(&["run", "--workloads", "fan-out", "--param", "mode=some"]);
    assert_eq!(ran.code, Some(2));
    let expected = "the parameter mode can't be \"some\": it takes all, any, each";
    assert!(ran.stderr.contains(expected), "{}", ran.stderr);
}

#[test]
fn a_report_can_be_made_again() {
    let workplace = Workplace::new();
    let (ran, _) =
        workplace.measure(&["--guests", "slab", "--pollables", "10", "--repetitions", "1"]);
    let again = workplace.run(&["report", "out/record.json", "-o", "again"]);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    assert_eq!(workplace.read("out/report.html"), workplace.read("again/report.html"));
    let table = ran.stdout.split("\nreport:").next().expect("a table");
    assert!(again.stdout.starts_with(table));
}

#[test]
fn list_shows_every_guest_workload_parameter_and_host() {
    let workplace = Workplace::new();
    let file = workplace.file("faulty.wasm", FAULTY.component);
    let ran = workplace.run(&["list", "--guest", file.to_str().expect("UTF-8")]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let names = BUILT_IN.iter().map(|guest| guest.name);
    let workloads = CATALOGUE.iter().map(|kind| kind.name);
    let parameters = CATALOGUE.iter().flat_map(|kind| kind.parameters.iter().map(|it| it.name));
    let hosts = Host::ALL.iter().map(|host| host.name());
    let others = ["faulty", "batch", "lose-wakeup", "all, any, each; default all"];
    for word in names.chain(workloads).chain(parameters).chain(hosts).chain(others) {
        assert!(ran.stdout.contains(word), "no {word:?} in {}", ran.stdout);
    }
}
