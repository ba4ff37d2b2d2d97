//! As criterion is used in CI: a run that saves a baseline, and another, in a process of
//! its own, that is compared with it. Its words are taken from what it writes.

use std::env;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use criterion::Criterion;
use pollbench::engine::{Configuration, Guest, Lane, RunLimits, Source};
use pollbench_guests::SLOWED;
use pollbench_reports::record::KnobValue;
use pollbench_simulation::workload::{self, Shape};
use quanta::Clock;
use serde_json::Value;

use pollbench::worker::Job;

/// Criterion's default: smaller changes are no changes.
const NOISE_THRESHOLD: f64 = 0.01;

/// 1 for slower, -1 for faster, 0 for neither.
pub fn compare(base: &Job, candidate: &Job, budget: Duration) -> i8 {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for (role, job) in [("base", base), ("candidate", candidate)] {
        let status = Command::new(env::current_exe().expect("this program's file"))
            .args(["--part", "criterion", role])
            .arg(directory.path())
            .args([(budget / 2).as_secs_f64().to_string(), knob(job, "burn"), knob(job, "every")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("a process");
        assert!(status.success(), "criterion's run ended with {status}");
    }
    let path = directory.path().join("cell/change/estimates.json");
    let estimates: Value =
        serde_json::from_reader(File::open(path).expect("criterion's estimates"))
            .expect("criterion's estimates");
    let interval = &estimates["mean"]["confidence_interval"];
    let bound = |name| interval[name].as_f64().expect("a bound");
    // As `compare_to_threshold` of criterion's report does.
    if bound("lower_bound") > NOISE_THRESHOLD {
        1
    } else if bound("upper_bound") < -NOISE_THRESHOLD {
        -1
    } else {
        0
    }
}

fn knob(job: &Job, name: &str) -> String {
    job.knobs.get(name).map_or_else(|| "0".into(), KnobValue::to_string)
}

/// A run of criterion.
pub fn run(words: &[&str]) {
    let [role, directory, seconds, burn, every] = words else { panic!("five words: {words:?}") };
    let time = Duration::from_secs_f64(seconds.parse().expect("seconds"));
    let knobs = [burn, every].map(|word| word.parse().expect("a number"));
    let criterion = Criterion::default()
        .output_directory(Path::new(directory))
        .without_plots()
        .warm_up_time(time / 4)
        .measurement_time(time * 3 / 4);
    let mut criterion = match *role {
        "base" => criterion.save_baseline("base".into()),
        _ => criterion.retain_baseline("base".into(), true),
    };
    let configuration = Configuration::new().expect("wasmtime runs");
    let guest = Guest::load(&Source::BuiltIn(SLOWED), &configuration).expect("a guest");
    let clock = Clock::new();
    let cell = super::cell();
    let kind = workload::find(&cell.workload).expect("a workload");
    let shape = Shape {
        pollables: cell.pollables,
        active: cell.active,
        parameters: kind.defaults(),
        effort: cell.effort,
    };
    criterion.bench_function("cell", |bencher| {
        bencher.iter_custom(|runs| {
            let one = |_| {
                let workload = (kind.build)(&shape);
                let outcome =
                    guest.run(workload, &knobs, Lane::Plain, RunLimits::default(), &clock);
                Duration::from_nanos(outcome.expect("the guest is sound").nanoseconds)
            };
            (0..runs).map(one).sum()
        });
    });
    criterion.final_summary();
}
