use pollbench_reports::chart::{Chart, latency, scaling, split};
use pollbench_reports::matrix::Matrix;
use pollbench_reports::record::{FailureKind, Record};

use crate::support::{Sample, Workload, hard, typical};

/// The charts of a record's first workload configuration.
fn charts(record: &Record) -> [Option<Chart>; 3] {
    let Matrix { configurations, variants } = Matrix::new(record);
    let first = &configurations[0];
    [scaling(first, &variants), split(first), latency(first, &variants)].map(Result::unwrap)
}

/// What the texts of a drawing say, in order.
fn texts(svg: &str) -> Vec<&str> {
    let inside =
        svg.split("<text ").skip(1).filter_map(|it| it.split_once('>')?.1.split_once("</text>"));
    inside.map(|(text, _)| text.trim()).collect()
}

#[test]
fn axes_have_titles_with_units_and_guests_their_slopes() {
    let [scaling, split, latency] = charts(&typical().record()).map(Option::unwrap);
    let scaling = texts(&scaling.wide);
    for text in ["time per event, log scale", "pollables (N), log scale", "1,000", "100 µs"] {
        assert!(scaling.contains(&text), "{text} in {scaling:?}");
    }
    assert!(scaling.contains(&"vector-scan, slope 0.99"), "{scaling:?}");
    let split = texts(&split.narrow);
    for text in ["host: poll", "boundary", "driver (pollbench)", "time per event", "vector-scan"] {
        assert!(split.contains(&text), "{text} in {split:?}");
    }
    let latency = texts(&latency.wide);
    for text in ["50%", "90%", "99.9%", "wake-up latency, log scale", "slab-list"] {
        assert!(latency.contains(&text), "{text} in {latency:?}");
    }
}

#[test]
fn every_drawing_says_what_it_shows() {
    let [scaling, split, latency] = charts(&typical().record()).map(Option::unwrap);
    for chart in [&scaling, &split, &latency] {
        assert!(chart.label.contains("idle, 1 active"));
        for svg in [&chart.wide, &chart.narrow] {
            let named =
                format!("role=\"img\" aria-label=\"{}\"", chart.label.replace('"', "&quot;"));
            assert!(
                svg.starts_with("<svg class=\"chart ") && svg.contains(&named),
                "{}",
                &svg[..200]
            );
        }
    }
    assert!(scaling.wide.contains("width=\"860\"") && scaling.narrow.contains("width=\"380\""));
}

#[test]
fn a_guest_looks_the_same_in_every_chart() {
    let [scaling, _, latency] = charts(&typical().record()).map(Option::unwrap);
    // The last line of both drawings is the legend's for the last guest.
    let stroke = |svg: &str| {
        let (before, _) = svg.rsplit_once("batched").unwrap();
        let (_, color) = before.rsplit_once("stroke=\"").unwrap();
        color[..7].to_owned()
    };
    assert_eq!(stroke(&scaling.wide), stroke(&latency.wide));
    assert_eq!(stroke(&scaling.narrow), stroke(&latency.narrow));
}

#[test]
fn a_longer_interval_is_drawn_differently() {
    let with_whiskers = charts(&typical().record())[0].clone().unwrap();
    let mut record = typical().record();
    for cell in &mut record.cells {
        let estimate = cell.time.as_mut().unwrap().net_ns_per_event.as_mut().unwrap();
        (estimate.low, estimate.high) = (estimate.median * 0.5, estimate.median * 2.0);
    }
    let with_longer = charts(&record)[0].clone().unwrap();
    assert!(with_whiskers.wide != with_longer.wide);
}

#[test]
fn a_single_cell_has_a_split_and_latencies_but_no_scaling() {
    let sample = Sample { workloads: vec![Workload("idle", Some(1))], sizes: vec![1], ..typical() };
    let mut record = sample.record();
    record.cells.truncate(1);
    let [scaling, split, latency] = charts(&record);
    assert!(scaling.is_none() && split.is_some() && latency.is_some());
}

#[test]
fn cells_without_a_time_are_not_drawn() {
    let mut record = typical().interrupted();
    record.cells.retain(|cell| cell.time.is_none());
    assert_eq!(charts(&record), [None, None, None]);
    let failed = typical().with_failure(12, FailureKind::Lost, "");
    let [_, split, latency] = charts(&failed).map(Option::unwrap);
    assert!(!texts(&split.wide).contains(&"slab") && !texts(&latency.wide).contains(&"slab"));
}

#[test]
fn charts_are_drawn_despite_zeros_and_damaged_histograms() {
    let mut record = typical().record();
    for cell in &mut record.cells {
        let time = cell.time.as_mut().unwrap();
        let net = time.net_ns_per_event.as_mut().unwrap();
        (net.median, net.low) = (0.0, -1.0);
        time.repetitions.iter_mut().for_each(|it| it.split = it.split.map(|_| Default::default()));
        cell.latency_ns.as_mut().unwrap().histogram = "no histogram".into();
    }
    let [_, split, latency] = charts(&record);
    assert!(split.is_some() && latency.is_none());
    charts(&hard());
}
