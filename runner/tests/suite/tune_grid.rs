//! `pollbench tune --knob one+other`, through the binary.

use pollbench_reports::record::Counters;
use pollbench_reports::tuning::{Part, Tuned, Tuning};

use crate::support::command::Workplace;
use crate::tune::{BUSY, only};

/// The point of a grid with this place: hot and interval.
fn point(tuned: &Tuned, place: u64) -> [u64; 2] {
    tuned.grid.as_ref().expect("a grid").points[place as usize]
}

/// What was counted with each value, as the values that `of` gives for it.
fn counted<K>(part: &Part, of: impl Fn(u64) -> K) -> Vec<(K, &Counters)> {
    let passed = part.counted.iter().filter_map(|it| Some((of(it.value), it.counters.as_ref()?)));
    passed.collect()
}

fn fuel_per_event(counters: &Counters) -> f64 {
    counters.window.guest_fuel as f64 / counters.window.events as f64
}

#[test]
fn two_knobs_together_are_tuned_on_a_grid() {
    let workplace = Workplace::new();
    let fuel = ["--objective", "guest-fuel"];
    let (ran, grid) =
        workplace.tune(&[&["tiered", "--knob", "hot+interval"], &fuel[..], &BUSY].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let (tuned, part) = only(&grid);
    assert_eq!(tuned.knob, "hot+interval");
    assert_eq!(point(tuned, tuned.default), [64, 16]);
    let points = counted(part, |place| point(tuned, place));
    // Who looks at all handles every 4,096 polls alone is too late for some.
    let failed = part.counted.iter().filter(|it| it.why_not.is_some());
    let late = failed.map(|it| point(tuned, it.value)).filter(|it| it[1] >= 4096 && it[0] <= 64);
    assert_eq!((points.len(), late.count()), (30, 6));
    let told =
        "At hot = 1 with interval = 4096, 65536 or 1000000 the guest comes to nothing: starved";
    assert!(ran.stdout.contains(told), "{}", ran.stdout);

    // The point that is recommended has the least of all, to the bit.
    let best = point(tuned, tuned.recommended().expect("a point"));
    let least = points.iter().map(|it| fuel_per_event(it.1)).reduce(f64::min);
    let of_best = points.iter().find(|it| it.0 == best).map(|it| fuel_per_event(it.1));
    assert_eq!(of_best, least);
    let [hot, interval] = best;
    assert!(ran.stdout.contains(&format!("Use hot = {hot} and interval = {interval}.")));
    assert!(ran.stdout.contains("The default, hot = 64 and interval = 16, costs "));

    // Each knob by itself, with the other one fixed, counts the same where the grid has been,
    // and finds nothing worse. The answer names both commands.
    for (guest, knob, at) in [
        (format!("tiered@interval={interval}"), "hot", 0),
        (format!("tiered@hot={hot}"), "interval", 1),
    ] {
        let command = format!("`pollbench tune {guest} --knob {knob}`");
        assert!(ran.stdout.contains(&command), "{command}: {}", ran.stdout);
        let (_, line) =
            workplace.tune(&[&[guest.as_str(), "--knob", knob], &fuel[..], &BUSY].concat());
        let (line, part) = only(&line);
        let line_counts = counted(part, |value| value);
        let on_line = points.iter().filter(|it| it.0[1 - at] == best[1 - at]);
        let mut common = 0;
        for (point, counters) in on_line {
            common += 1;
            let same = line_counts.iter().find(|it| it.0 == point[at]).expect("a first value");
            assert_eq!(same.1, *counters, "{point:?}");
        }
        assert!(common >= 3, "{common}");
        let found = line.recommended().expect("a value");
        let found = line_counts.iter().find(|it| it.0 == found).map(|it| fuel_per_event(it.1));
        assert!(found <= of_best);
    }
}

#[test]
fn points_are_judged_by_fresh_rounds_and_reported() {
    let workplace = Workplace::new();
    let short = ["--budget", "12s", "--effort", "1000", "--workload", "burst", "--pollables", "50"];
    let (ran, tuning) =
        workplace.tune(&[&["tiered", "--knob", "hot+interval"], &short[..]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let (tuned, part) = only(&tuning);
    let places = |costs: &[pollbench_reports::tuning::Costs]| -> Vec<u64> {
        costs.iter().map(|it| it.value).collect()
    };
    assert_eq!(places(&tuned.choosing), places(&tuned.judging));
    let same = part.counted.iter().filter(|it| it.same_as.is_some()).count();
    assert_eq!(tuned.judging.len() + same, 36, "all points, and no others");
    let told = workplace.run(&["report", "out/tuning.json", "-o", "again"]);
    assert_eq!(told.code, Some(0), "{}", told.stderr);
    assert_eq!(told.stdout.lines().next(), Some("tiered on stock, ns / event"));
    let rows = told.stdout.lines().filter(|it| it.contains("same as")).count();
    assert_eq!(rows, same, "{}", told.stdout);
    assert_eq!(workplace.read("again/report.html"), workplace.read("out/report.html"));
}

#[test]
fn a_grid_can_be_a_compromise_and_a_mix() {
    let workplace = Workplace::new();
    let grid = ["tiered", "--knob", "hot+interval", "--budget", "12s", "--effort", "1000"];
    let (ran, tuning) = workplace.tune(&[&grid[..], &BUSY, &["--p99-at-most", "1h"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let compromise = only(&tuning).0.compromise.as_ref().expect("cost against latency");
    assert!(compromise.chosen.is_some());
    let (ran, tuning) = workplace.tune(&[&grid[..], &BUSY, &["--p99-at-most", "1ns"]].concat());
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert_eq!(only(&tuning).0.recommended(), None);
    let words = "none of the points of hot and interval";
    assert!(ran.stdout.contains(words), "{}", ran.stdout);

    let mix = ["--mix", "idle=70,burst=30", "--pollables", "50", "--objective", "guest-fuel"];
    let (ran, tuning) = workplace.tune(&[&grid[..3], &mix[..]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let [tuned]: &[Tuned] = &tuning.tuned else { panic!("one load") };
    assert!(tuned.is_mix() && tuned.parts.iter().all(|it| it.counted.len() == 36));
}

#[test]
fn knobs_that_are_named_apart_are_tuned_one_after_the_other() {
    let workplace = Workplace::new();
    let load = ["--objective", "guest-fuel", "--workload", "burst", "--pollables", "50"];
    let names = |tuning: &Tuning| -> Vec<String> {
        tuning.tuned.iter().map(|it| it.knob.clone()).collect()
    };
    for knobs in [&["--knob", "hot,interval"][..], &["--knob", "hot", "--knob", "interval"]] {
        let (_, tuning) = workplace.tune(&[&["tiered"], knobs, &load].concat());
        assert_eq!(names(&tuning), ["hot", "interval"]);
    }
    let (_, tuning) =
        workplace.tune(&[&["tiered", "--knob", "interval+hot,hot"], &load[..]].concat());
    assert_eq!(names(&tuning), ["interval+hot", "hot"]);
}
