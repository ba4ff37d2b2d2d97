use pollbench_reports::matrix::{Active, Figures, Matrix, Verdict, Why};
use pollbench_reports::record::{Cell, FailureKind, KnobValue};

use crate::support::{Sample, Workload, hard, typical};

#[test]
fn configurations_are_told_apart_by_as_little_as_it_takes() {
    let record = typical().record();
    let labels: Vec<String> =
        Matrix::new(&record).configurations.into_iter().map(|it| it.label).collect();
    let expected = [
        "idle, 1 active",
        "idle, 100 active",
        "burst, all active",
        "churn, 10 active",
        "mixed, 50 active",
    ];
    assert_eq!(labels, expected);
}

#[test]
fn parameters_and_hosts_are_named_where_they_differ() {
    let mut record = typical().record();
    record.cells[0].parameters.insert("events".into(), KnobValue::Integer(7));
    record.cells[74].host = "stock-limits".into();
    let labels: Vec<String> =
        Matrix::new(&record).configurations.into_iter().map(|it| it.label).collect();
    assert_eq!(labels[0], "idle, 1 active, events=7, host stock");
    assert_eq!(labels.last().unwrap(), "mixed, 50 active, host stock-limits");
}

#[test]
fn all_active_is_one_configuration_at_every_size() {
    let record = typical().record();
    let matrix = Matrix::new(&record);
    assert_eq!(matrix.configurations[2].active, Active::Share(100));
    assert_eq!(matrix.configurations[2].sizes.len(), 3);
}

/// The labels and numbers of sizes of an idle workload with these active tasks.
fn grouped(pairs: &[(u32, u32)]) -> Vec<(String, usize)> {
    let mut record = typical().record();
    let cell = record.cells[0].clone();
    let with = |&(pollables, active): &(u32, u32)| Cell { pollables, active, ..cell.clone() };
    record.cells = pairs.iter().map(with).collect();
    let configurations = Matrix::new(&record).configurations;
    configurations.into_iter().map(|it| (it.label, it.sizes.len())).collect()
}

#[test]
fn a_share_of_active_tasks_is_one_configuration_too() {
    let mixed = [(100, 1), (1000, 1), (10_000, 1), (100, 10), (1000, 100), (10_000, 1000)];
    let expected = [("idle, 1 active".to_owned(), 3), ("idle, 10 % active".to_owned(), 3)];
    assert_eq!(grouped(&mixed), expected);
    // 10 % of 15 is rounded down, of 5 up to one.
    assert_eq!(
        grouped(&[(5, 1), (15, 1), (250, 25), (1000, 100)]),
        [("idle, 10 % active".to_owned(), 4)]
    );
    let counts = [(100, 1), (1000, 1), (1000, 10), (10_000, 1), (10_000, 10), (100_000, 10)];
    assert_eq!(grouped(&counts).iter().map(|it| it.1).collect::<Vec<_>>(), [3, 3]);
    assert_eq!(grouped(&[(100, 100)]), [("idle, all active".to_owned(), 1)]);
    assert_eq!(grouped(&[(100, 7)]), [("idle, 7 active".to_owned(), 1)]);
    assert_eq!(grouped(&[(1, 0), (100, 0)]), [("idle, none active".to_owned(), 2)]);
}

#[test]
fn the_best_come_first_and_the_failed_last() {
    let record = typical().with_failure(3, FailureKind::Lost, "task 9");
    let matrix = Matrix::new(&record);
    let size = &matrix.configurations[0].sizes[0];
    let names: Vec<&str> = size.entries.iter().map(|it| it.variant.guest).collect();
    assert_eq!(names, ["bare", "batched", "slab", "vector-scan", "slab-list"]);
    assert_eq!(size.best().unwrap().variant.guest, "batched");
    assert_eq!(size.floor().unwrap().variant.guest, "bare");
}

#[test]
fn cells_without_a_time_come_before_failed_ones() {
    let mut record = typical().with_failure(1, FailureKind::Lost, "task 9");
    record.cells[4].time = None;
    let matrix = Matrix::new(&record);
    let entries = &matrix.configurations[0].sizes[0].entries;
    let last: Vec<&str> = entries[3..].iter().map(|it| it.variant.guest).collect();
    assert_eq!(last, ["batched", "vector-scan"]);
}

#[test]
fn the_times_of_a_failed_guest_are_not_ranked() {
    let mut record = typical().record();
    record.cells[4].status = pollbench_reports::record::Status::Failed;
    let matrix = Matrix::new(&record);
    let size = &matrix.configurations[0].sizes[0];
    let failed = size.entries.last().unwrap();
    assert!(failed.failed() && failed.time().is_none() && failed.latency().is_none());
    assert_ne!(size.best().unwrap().variant.guest, "batched");
}

#[test]
fn a_guest_under_other_knobs_is_another_variant() {
    let record = hard();
    let matrix = Matrix::new(&record);
    let labels: Vec<&str> = matrix.variants.iter().map(|it| it.label.as_str()).collect();
    assert!(labels.contains(&"batched") && labels.contains(&"batched batch=256"), "{labels:?}");
    let mut record = typical().record();
    record.environment.guests.clear();
    record.cells[4].knobs.insert("queue".into(), KnobValue::Choice("heap".into()));
    let matrix = Matrix::new(&record);
    assert!(matrix.variants.iter().any(|it| it.label == "batched batch=64 queue=heap"));
}

#[test]
fn ratios_say_when_they_cannot_tell() {
    let sample = Sample {
        guests: vec![
            ("bare".into(), |_, _| 100.0),
            ("quick".into(), |_, _| 200.0),
            ("close".into(), |_, _| 201.0),
            ("slow".into(), |_, _| 500.0),
        ],
        workloads: vec![Workload("idle", Some(1))],
        sizes: vec![10],
        rounds: 7,
    };
    let record = sample.record();
    let matrix = Matrix::new(&record);
    let size = &matrix.configurations[0].sizes[0];
    let figures: Vec<Figures> = size.entries.iter().map(|it| Figures::new(it, size)).collect();
    let to_best: Vec<_> = figures.iter().map(|it| it.to_best.unwrap()).collect();
    assert!(figures[1].is_best && figures[2].level_with_best());
    assert_eq!(to_best[2].verdict, Verdict::Level);
    assert_eq!(to_best[3].verdict, Verdict::Slower);
    assert_eq!(to_best[0].verdict, Verdict::Faster);
    assert!((to_best[0].value - 0.5).abs() < 0.02 && (to_best[3].value - 2.5).abs() < 0.1);
    assert!((figures[1].to_floor.unwrap().value - 2.0).abs() < 0.05);
}

/// Rounds that are slow for everybody hide nothing: only what differs within a round
/// counts.
#[test]
fn drift_that_affects_all_guests_alike_does_not_change_the_ratio() {
    let mut sample = typical();
    sample.guests.truncate(3);
    sample.workloads.truncate(1);
    sample.sizes = vec![100];
    let mut record = sample.record();
    for (cell, cost) in record.cells.iter_mut().zip([100.0, 100.0, 104.0]) {
        for repetition in &mut cell.time.as_mut().unwrap().repetitions {
            let drift = 1.0 + 0.3 * f64::from(repetition.round);
            repetition.nanoseconds = (cost * drift * repetition.events as f64) as u64;
            repetition.split.iter_mut().for_each(|it| it.driver = 0.0);
        }
        let repetitions = cell.time.take().unwrap().repetitions;
        cell.time = pollbench_reports::summary::time(repetitions);
    }
    let matrix = Matrix::new(&record);
    let size = &matrix.configurations[0].sizes[0];
    let slower = Figures::new(&size.entries[2], size).to_best.expect("a ratio");
    assert!(slower.verdict == Verdict::Level && (slower.value - 1.04).abs() < 1e-6, "{slower:?}");
}

/// Two rounds show nothing, however clear the difference looks, and say so.
#[test]
fn too_few_rounds_cannot_tell() {
    let mut sample = typical();
    sample.guests.push(("slow".into(), |n, _| 230.0 * n));
    sample.rounds = 2;
    let record = sample.record();
    let matrix = Matrix::new(&record);
    let size = &matrix.configurations[0].sizes[0];
    let ratios: Vec<_> = size.entries.iter().filter_map(|it| it.to_best).collect();
    assert_eq!(ratios.len(), 6);
    for ratio in ratios {
        let Verdict::CantTell(why) = ratio.verdict else { panic!("{ratio:?}") };
        assert!(matches!(why, Why::TooFewRounds { rounds: 2, .. }), "{why:?}");
        let needed = why.needed().unwrap();
        assert_eq!(
            why.to_string(),
            format!("two rounds are too few to tell, it takes `--repetitions {needed}`")
        );
        // With as many as that, it is told.
        let record = Sample { rounds: needed, ..typical() }.record();
        let size = &Matrix::new(&record).configurations[0].sizes[0];
        assert!(
            size.entries
                .iter()
                .filter(|it| it.is_ranked())
                .all(|it| { it.to_best.unwrap().is_told() })
        );
    }
}
