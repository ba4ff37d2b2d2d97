//! Series that are appended to.

use super::*;

/// Levels of 100 runs or so, with noise.
fn long(runs: usize) -> Vec<f64> {
    let mut numbers = Numbers::new();
    let mut level = 100.0;
    let mut next = |run: usize| {
        if run % 130 == 129 {
            level += if run % 260 == 129 { 5.0 } else { -5.0 };
        }
        level + numbers.normal()
    };
    (0..runs).map(&mut next).collect()
}

#[test]
fn one_by_one_or_at_once_is_the_same() {
    let values = long(1700);
    let mut series = Series::new(Noise::Learned, ALPHA);
    for (run, &value) in values.iter().enumerate() {
        series.push(value);
        if run % 100 == 99 {
            let at_once = change_points(&values[..=run], Noise::Learned, ALPHA);
            assert_eq!(series.change_points(), at_once, "{run}");
        }
    }
}

#[test]
fn settled_changes_stay() {
    let mut series = Series::new(Noise::Learned, ALPHA);
    let mut before: Vec<ChangePoint> = Vec::new();
    for value in long(3000) {
        series.push(value);
        assert!(series.settled().starts_with(&before));
        before = series.settled().to_vec();
    }
    let expected: Vec<usize> = (129..2000).step_by(130).collect();
    assert!(before.len() >= expected.len(), "{before:?}");
    for (change, expected) in before.iter().zip(expected) {
        assert!(change.index.abs_diff(expected) <= 2, "{change:?}");
    }
}

#[test]
fn a_long_history_without_a_change_has_few_alarms_and_later_changes_are_seen() {
    let mut numbers = Numbers::new();
    let flat = (0..5000).map(|_| 100.0 + numbers.normal());
    let mut values: Vec<f64> = flat.collect();
    values.extend((0..20).map(|_| 103.0 + numbers.normal()));
    let changes = change_points(&values, Noise::Learned, ALPHA);
    assert!(changes.len() <= 4, "{changes:?}");
    assert!(changes.iter().any(|it| it.index.abs_diff(5000) <= 2), "{changes:?}");
}

#[test]
fn a_creep_over_many_blocks_is_told_once() {
    let mut numbers = Numbers::new();
    let drift = |run: usize| 0.02 * (run as f64 - 300.0).clamp(0.0, 1500.0);
    let values: Vec<f64> = (0..2200).map(|run| 100.0 + drift(run) + numbers.normal()).collect();
    let changes = change_points(&values, Noise::Learned, ALPHA);
    assert!(changes[0].kind == Kind::Creep && changes[0].index.abs_diff(300) < 60, "{changes:?}");
    assert!(changes.len() <= 2, "{changes:?}");
}

#[test]
fn runs_without_a_measurement_are_passed_over() {
    let mut numbers = Numbers::new();
    let levels = (0..60).map(|run| if run < 30 { 100.0 } else { 120.0 });
    let values: Vec<f64> = levels.map(|it| it + numbers.normal()).collect();
    let missing = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    let gaps: Vec<f64> =
        values[..30].iter().chain(&missing).chain(&values[30..]).copied().collect();
    let [change] = &change_points(&gaps, Noise::Learned, ALPHA)[..] else { panic!("not one") };
    // The step could have come with any of the runs that have no value.
    assert_eq!((change.index, change.interval.clone()), (33, 30..=33));
    assert_eq!(change.runs(), (Some(29), 33));
    let counted = [1.0, f64::NAN, 1.0, f64::NAN, 2.0];
    let [change] = &change_points(&counted, Noise::Exact, ALPHA)[..] else { panic!("not one") };
    assert_eq!((change.index, change.interval.clone()), (4, 3..=4));
}

#[test]
fn nothing_is_found_in_next_to_nothing() {
    for noise in [Noise::Exact, Noise::Learned] {
        for values in [&[][..], &[1.0], &[f64::NAN], &[f64::NAN; 20], &[0.0; 20]] {
            assert_eq!(change_points(values, noise, ALPHA), []);
        }
    }
    for runs in 2..10 {
        assert_eq!(change_points(&long(runs), Noise::Learned, ALPHA), []);
    }
}

#[test]
fn an_impossible_rate_is_the_usual_one() {
    let values = long(300);
    let usual = change_points(&values, Noise::Learned, ALPHA);
    for alpha in [0.0, -1.0, 1.0, f64::NAN] {
        assert_eq!(change_points(&values, Noise::Learned, alpha), usual);
    }
}

#[test]
fn values_near_the_ends_of_what_numbers_can_be_do_no_harm() {
    for scale in [1e-320, 1e-300, 1e300, 1.7e306] {
        let values: Vec<f64> = long(100).iter().map(|it| it * scale).collect();
        change_points(&values, Noise::Learned, ALPHA);
    }
    let mut numbers = Numbers::new();
    let mut any = || numbers.0.rng().random::<f64>().to_bits() ^ numbers.0.rng().random::<u64>();
    let values: Vec<f64> = (0..300).map(|_| f64::from_bits(any())).collect();
    change_points(&values, Noise::Learned, ALPHA);
    change_points(&values, Noise::Exact, ALPHA);
}

/// How long it takes; run it alone, with `--nocapture`.
#[test]
fn speed() {
    let values = long(10_000);
    let mut numbers = Numbers::new();
    let flat: Vec<f64> = (0..10_000).map(|_| 100.0 + numbers.normal()).collect();
    for (name, values) in [("with changes", &values), ("flat", &flat)] {
        let before = std::time::Instant::now();
        let mut series = Series::new(Noise::Learned, ALPHA);
        values.iter().for_each(|&value| series.push(value));
        let changes = series.change_points().len();
        println!("10,000 runs {name}: {} µs, {changes} changes", before.elapsed().as_micros());
        let before = std::time::Instant::now();
        for &value in &values[..50] {
            series.push(value);
            std::hint::black_box(series.change_points());
        }
        println!("an appended run: {} µs", before.elapsed().as_micros() / 50);
    }
}
