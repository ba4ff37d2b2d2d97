//! What records have since schema 3, and what becomes of those that don't.

use hdrhistogram::Histogram;
use pollbench_reports::answer::{answers, headline};
use pollbench_reports::matrix::Matrix;
use pollbench_reports::record::{Cell, Record};
use pollbench_reports::{html, summary, table};
use serde_json::{Value, json};

use crate::support::typical;

fn cell<'r>(record: &'r mut Record, guest: &str) -> &'r mut Cell {
    record.cells.iter_mut().find(|it| it.guest == guest).expect("a cell of the guest")
}

/// A record as it was written before, with its times gross.
fn old(schema: u32) -> Record {
    let mut value = serde_json::to_value(typical().record()).unwrap();
    value["schema"] = json!(schema);
    for cell in value["cells"].as_array_mut().unwrap() {
        let remove = |value: &mut Value, names: &[&str]| {
            let fields = value.as_object_mut().unwrap();
            names.iter().for_each(|name| drop(fields.remove(*name)));
        };
        remove(cell, &["measures", "lateness_ns", "still_waiting", "effort"]);
        remove(&mut cell["time"], &["net_ns_per_event", "driver_ns_per_event"]);
        let counts = ["pollable_events", "timer_events", "yields", "looks"];
        remove(&mut cell["counters"], &counts);
        remove(&mut cell["counters"]["whole_run"], &counts);
    }
    serde_json::from_value(value).expect("an old record is read")
}

#[test]
fn old_records_are_read_and_shown_with_gross_times() {
    for schema in [1, 2] {
        let record = old(schema);
        assert!(record.cells[0].time.as_ref().unwrap().net_ns_per_event.is_none());
        let text = table::render(&record, None);
        assert!(!text.contains("gross") && !text.contains("looks"), "{text}");
        let page = html::render(&record).unwrap();
        let gross = record.cells[0].time.as_ref().unwrap().ns_per_event.median;
        assert!(page.contains(&pollbench_reports::format::duration(gross)));
        assert!(!answers(&record).is_empty() && headline(&record).is_some());
    }
}

#[test]
fn net_times_are_shown_with_the_gross_ones_beside_them() {
    let text = table::render(&typical().record(), None);
    let head: Vec<&str> = text.lines().skip(2).take(2).collect();
    assert!(head[1].contains("gross") && head[1].contains("driver"), "{text}");
    let record = typical().record();
    let time = record.cells[0].time.as_ref().unwrap();
    let [net, gross] = [time.net_ns_per_event.unwrap(), time.ns_per_event].map(|it| it.median);
    assert!(net < gross);
    let page = html::render(&record).unwrap();
    for time in [net, gross, time.driver_ns_per_event.unwrap()] {
        let shown = pollbench_reports::format::duration(time);
        assert!(page.contains(&shown) && text.contains(&shown), "{shown}");
    }
}

/// A real host counts nothing, and has no profiled repetition whose driver is known.
#[test]
fn a_host_without_counters_is_shown() {
    let mut record = typical().record();
    for cell in &mut record.cells {
        cell.host = "real-sockets".into();
        cell.counters = None;
        (cell.latency_polls, cell.lateness_ns) = (None, None);
    }
    let text = table::render(&record, Some(100));
    assert!(text.contains("host real-sockets") && text.contains("slab-list"), "{text}");
    assert!(html::render(&record).unwrap().contains("host real-sockets"));
}

#[test]
fn late_timers_and_those_that_wait_are_shown() {
    let mut late = Histogram::<u64>::new(3).unwrap();
    late.record(777_000).unwrap();
    let mut record = typical().record();
    let plain = table::render(&record, None);
    assert!(!plain.contains("late") && !plain.contains("waiting"), "{plain}");
    let slab = cell(&mut record, "slab");
    slab.lateness_ns = summary::latency(&late);
    slab.still_waiting = 4_321;
    slab.counters.as_mut().unwrap().window.looks = 17_000;
    let (text, page) = (table::render(&record, None), html::render(&record).unwrap());
    for shown in ["777 µs", "4,321", "17.0"] {
        assert!(text.contains(shown), "{shown}\n{text}");
        assert!(page.contains(shown), "{shown}");
    }
    let narrow = table::render(&record, Some(80));
    let widest = narrow.lines().take(20).map(|it| it.chars().count()).max();
    assert!(widest <= Some(80), "{narrow}");
}

/// `yields` of all events, by guest.
fn with_yields(yields: impl Fn(&str) -> u64) -> Record {
    let mut record = typical().record();
    for cell in &mut record.cells {
        let window = &mut cell.counters.as_mut().unwrap().window;
        (window.pollable_events, window.yields) = (window.events, yields(&cell.guest));
    }
    record
}

#[test]
fn a_guest_that_does_other_work_is_not_ranked_and_the_report_says_why() {
    let record = with_yields(|guest| if guest == "batched" { 312_000 } else { 40_000 });
    let matrix = Matrix::new(&record);
    for size in matrix.configurations.iter().flat_map(|it| &it.sizes) {
        assert_ne!(size.best().unwrap().variant.guest, "batched");
        let batched = size.entries.iter().find(|it| it.variant.guest == "batched").unwrap();
        assert!(!batched.is_ranked() && batched.to_best.is_none() && batched.to_floor.is_none());
    }
    let why = "other work: 312 yields an event, most have 40";
    let (text, page) = (table::render(&record, None), html::render(&record).unwrap());
    assert!(text.contains(&format!("batched, 100 pollables: not ranked: {why}\n")), "{text}");
    assert!(page.contains(&format!("batched is not ranked at 100 pollables: {why}.")));
    assert!(page.contains(&format!("title=\"{why}\"")));
    let said: String = answers(&record).iter().map(|it| it.words.to_string()).collect();
    assert!(!said.contains("batched"), "{said}");
}

#[test]
fn a_tenth_more_yields_are_the_same_work() {
    let ranked = |yields| {
        let record = with_yields(|guest| if guest == "batched" { yields } else { 40_000 });
        let matrix = Matrix::new(&record);
        let entries = &matrix.configurations[0].sizes[0].entries;
        entries.iter().any(|it| it.variant.guest == "batched" && it.is_ranked())
    };
    assert!(ranked(40_000) && ranked(43_900) && ranked(36_100));
    assert!(!ranked(45_000) && !ranked(35_000) && !ranked(0));
}

/// A window that closes early holds fewer events of the same kinds.
#[test]
fn a_shorter_window_is_the_same_work() {
    let mut record = with_yields(|_| 40_000);
    let window = &mut cell(&mut record, "slab").counters.as_mut().unwrap().window;
    (window.events, window.pollable_events, window.yields) = (100, 100, 4_000);
    let matrix = Matrix::new(&record);
    assert!(matrix.configurations[0].sizes[0].entries.iter().all(|it| it.other_work.is_none()));
}

#[test]
fn other_kinds_of_events_are_other_work() {
    let mut record = with_yields(|_| 0);
    let window = &mut cell(&mut record, "slab").counters.as_mut().unwrap().window;
    (window.pollable_events, window.timer_events) = (800, 200);
    let matrix = Matrix::new(&record);
    let entries = &matrix.configurations[0].sizes[0].entries;
    let slab = entries.iter().find(|it| it.variant.guest == "slab").unwrap();
    assert_eq!(
        slab.other_work.as_deref(),
        Some(
            "other work: 0.8 pollable events an event, most have 1; 0.2 timer events an event, \
             most have 0"
        )
    );
}

#[test]
fn a_time_that_can_not_be_told_from_zero_is_put_in_words() {
    let mut record = typical().record();
    for cell in record.cells.iter_mut().filter(|it| it.guest == "slab") {
        let net = cell.time.as_mut().unwrap().net_ns_per_event.as_mut().unwrap();
        (net.low, net.median) = (-3.0, 2.0);
    }
    let text = table::render(&record, None);
    assert!(text.contains("can't be told") && text.contains("from 0"), "{text}");
    assert!(text.contains("?, 100 pollables: a time can't be told from 0"), "{text}");
    let page = html::render(&record).unwrap();
    assert!(page.contains("The time of slab at 100 pollables can&#39;t be told from 0"));
    // Whoever could be faster than all others leaves nobody to be the best.
    assert!(headline(&record).unwrap().to_string().starts_with("Can't tell which guest is best"));
}
