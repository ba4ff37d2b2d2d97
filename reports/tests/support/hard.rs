use pollbench_reports::record::{FailureKind, KnobValue, Record};

use super::sample::{Cost, Sample, Workload};

/// Twelve guests with hostile, long and equal names, sizes up to 100,000, failures,
/// cells without times, a guest under two sets of knobs, and two hosts.
pub fn hard() -> Record {
    let names = [
        "bare",
        "<script>window.pwned = 1</script>",
        "\"><img src=x onerror=\"window.pwned = 1\">",
        "an-executor-with-a-name-that-goes-on-and-on-until-nobody-reads-it-any-more",
        "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM",
        "实验性的事件循环实现",
        "x",
        "'; --\u{1b}[2J",
        "{{ 7 * 7 }}",
        "&amp;",
        "slab",
        "batched",
    ];
    let cost = |n: f64, a: f64| 100.0 * n / a + 300.0;
    let sample = Sample {
        guests: names.iter().map(|name| ((*name).to_owned(), cost as Cost)).collect(),
        workloads: vec![
            Workload("idle", Some(1)),
            Workload("burst", None),
            Workload("<b>", Some(7)),
        ],
        sizes: vec![1, 10, 100, 1000, 10_000, 100_000],
        rounds: 3,
    };
    let message = "</td><script>window.pwned = 1</script> waits\u{1b}[31m\nfor\n".repeat(9);
    let mut record = sample.with_failure(3, FailureKind::Deadlock, &message);
    let largest = record.cells.iter().position(|cell| cell.pollables == 100_000);
    for cell in record.cells.iter_mut().skip(largest.unwrap_or(0)).take(3) {
        (cell.time, cell.latency_ns) = (None, None);
    }
    let mut tuned: Vec<_> =
        record.cells.iter().filter(|it| it.guest == "batched").cloned().collect();
    for cell in &mut tuned {
        cell.knobs.insert("batch".into(), KnobValue::Integer(256));
    }
    record.cells.extend(tuned);
    let mut unlimited: Vec<_> = record.cells.iter().filter(|it| it.guest == "x").cloned().collect();
    for cell in &mut unlimited {
        cell.host = "stock-limits".into();
    }
    record.cells.extend(unlimited);
    record.interrupted = true;
    record.environment.command = "pollbench run ".repeat(40);
    record
}
