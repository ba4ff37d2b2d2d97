//! Series, against the records they are from.

use pollbench_history::{Filter, Point, Provenance, Series, SeriesFilter};
use pollbench_reports::comparison::Metric;
use pollbench_reports::record::{Cell, Status};

use crate::support::{small, time};
use crate::{add, on_each};

#[test]
fn a_series_has_the_times_and_intervals_of_its_cell_in_every_run() {
    on_each(async |history, _| {
        // Added in another order than they were measured in.
        add(&history, [5, 1, 3]).await;
        let filter = SeriesFilter {
            guests: vec!["slab".into()],
            workloads: vec!["idle".into()],
            ..SeriesFilter::default()
        };
        let series = history.series(&filter).await.unwrap();
        let [Series { identity, metric: Metric::NsPerEvent, points, .. }] = series.as_slice()
        else {
            panic!("{series:?}")
        };
        assert_eq!((identity.pollables, identity.active), (100, 1));
        assert_eq!(points.len(), 3);
        for (point, number) in points.iter().zip([1, 3, 5]) {
            let record = small(number);
            let is_it = |cell: &&Cell| cell.guest == "slab" && cell.workload == "idle";
            let cell = record.cells.iter().find(is_it).unwrap();
            let expected = cell.time.as_ref().unwrap().net_ns_per_event.unwrap();
            assert_eq!((point.value, point.low, point.high), of(&expected));
            assert_eq!((point.time, point.status), (time(number), Status::Ok));
            assert_eq!(point.commit.as_deref(), Some(&*format!("{number:040x}")));
        }
    });
}

fn of(it: &pollbench_reports::record::Estimate) -> (Option<f64>, Option<f64>, Option<f64>) {
    (Some(it.median), Some(it.low), Some(it.high))
}

#[test]
fn every_count_is_that_of_a_comparison() {
    on_each(async |history, _| {
        let mut record = small(1);
        // A number for each count by which it is known, and two events.
        let counters = record.cells[0].counters.as_mut().unwrap();
        let window = serde_json::to_value(counters.window).unwrap();
        let names = window.as_object().unwrap().keys().zip(1..);
        let numbered = names.map(|(name, number)| (name.clone(), serde_json::json!(number)));
        let numbered = serde_json::Value::Object(numbered.collect());
        counters.window = serde_json::from_value(numbered).unwrap();
        counters.window.events = 2;
        counters.window.set_changes = 77;
        (counters.handles_leaked, counters.handles_peak) = (55, 66);
        record.cells[0].noisy = vec!["guest_fuel".into(), "drops".into()];
        history.add(&record, &Provenance::default()).await.unwrap();
        let identity = record.cells[0].id();
        let filter = SeriesFilter {
            guests: vec![identity.contender.guest.into()],
            workloads: vec![identity.group.workload.into()],
            metrics: Metric::COUNTS.to_vec(),
            ..SeriesFilter::default()
        };
        let series = history.series(&filter).await.unwrap();
        assert_eq!(series.iter().map(|it| it.metric).collect::<Vec<_>>(), Metric::COUNTS);
        for Series { metric, points, .. } in series {
            let count = metric.count(record.cells[0].counters.as_ref().unwrap()).unwrap();
            let events = if metric.is_per_event() { 2.0 } else { 1.0 };
            let [Point { value, low, high, noisy, .. }] = points.as_slice() else { panic!() };
            assert_eq!((*value, *low, *high), (Some(count as f64 / events), None, None));
            assert_eq!(*noisy, ["guest_fuel", "drops"].contains(&metric.name()), "{metric}");
        }
    });
}

#[test]
fn a_failed_cell_is_a_point_without_a_value() {
    on_each(async |history, _| {
        add(&history, [1]).await;
        let all = history.series(&SeriesFilter::default()).await.unwrap();
        assert_eq!(all.len(), 6);
        let failed: Vec<&Point> = all
            .iter()
            .flat_map(|it| &it.points)
            .filter(|point| point.status == Status::Failed)
            .collect();
        let [Point { value: None, low: None, high: None, .. }] = failed.as_slice() else {
            panic!("{failed:?}")
        };
    });
}

#[test]
fn the_last_runs_have_the_points_that_all_runs_have_at_the_end() {
    on_each(async |history, _| {
        for number in 0..12 {
            let branch = if number % 3 == 0 { "topic" } else { "main" };
            let provenance = Provenance { branch: Some(branch.into()), ..Provenance::default() };
            history.add(&small(number), &provenance).await.unwrap();
        }
        let metrics = vec![Metric::PollCalls, Metric::NsPerEvent];
        let everything = SeriesFilter { metrics, ..SeriesFilter::default() };
        let all = history.series(&everything).await.unwrap();
        assert_eq!(all.len(), 12);
        // By runs and by series: which is faster is no matter of what is found.
        for guests in [vec![], vec!["slab".to_owned()]] {
            for last in [0, 1, 2, 7, 12, 99] {
                for branch in [None, Some("main"), Some("topic"), Some("no such")] {
                    let runs = Filter { branch: branch.map(str::to_owned), ..Filter::default() };
                    let found = SeriesFilter {
                        runs,
                        last: Some(last),
                        guests: guests.clone(),
                        ..everything.clone()
                    };
                    let found = history.series(&found).await.unwrap();
                    assert_eq!(found, cut(&all, last as usize, branch, &guests));
                }
            }
        }
    });
}

/// The last points of a branch.
fn cut(all: &[Series], last: usize, branch: Option<&str>, guests: &[String]) -> Vec<Series> {
    let of_branch = |point: &Point| {
        let number = (0..12).find(|number| time(*number) == point.time).unwrap();
        let its = if number % 3 == 0 { "topic" } else { "main" };
        branch.is_none_or(|branch| branch == its)
    };
    all.iter()
        .filter(|it| guests.is_empty() || guests.contains(&it.identity.guest))
        .filter_map(|it| {
            let mut points = it.points.clone();
            points.retain(of_branch);
            points.drain(..points.len().saturating_sub(last));
            (!points.is_empty()).then(|| Series { points, ..it.clone() })
        })
        .collect()
}

#[test]
fn points_under_other_conditions_are_told_apart() {
    on_each(async |history, _| {
        add(&history, [1, 2]).await;
        let mut other = small(3);
        other.environment.cpu.model = "Another CPU".into();
        history.add(&other, &Provenance::default()).await.unwrap();
        for series in history.series(&SeriesFilter::default()).await.unwrap() {
            let [a, b, c] = series.points.as_slice() else { panic!("{series:?}") };
            assert!(a.environment == b.environment && b.environment != c.environment);
            let run = history.run(c.run).await.unwrap();
            assert_eq!((run.environment, &*run.conditions.cpu), (c.environment, "Another CPU"));
        }
    });
}
