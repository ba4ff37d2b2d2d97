use std::time::Instant;

use pollbench_reports::html;
use pollbench_reports::record::{FailureKind, KnobValue, Latency, PhaseCounters};

use crate::support::{hard, large, typical};

#[test]
fn a_report_of_75_cells_takes_well_under_a_second() {
    let record = typical().record();
    assert_eq!(record.cells.len(), 75);
    let begun = Instant::now();
    let page = html::render(&record).unwrap();
    let took = begun.elapsed();
    println!("75 cells: {took:?}, {} bytes", page.len());
    assert!(took.as_secs_f64() < 1.0, "{took:?}");
}

#[test]
fn the_answer_comes_before_everything_else() {
    let page = html::render(&typical().record()).unwrap();
    let places: Vec<usize> = [
        "id=\"answer\"",
        "class=\"heatmap\"",
        "<svg",
        "id=\"counters\"",
        "id=\"guests\"",
        "id=\"environment\"",
        "id=\"method\"",
        "id=\"reproduce\"",
    ]
    .iter()
    .map(|part| page.find(part).unwrap_or_else(|| panic!("{part} is missing")))
    .collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn nothing_is_fetched_from_anywhere() {
    let page = html::render(&hard()).unwrap();
    let own = page.replace("http://www.w3.org/2000/svg", "");
    for address in ["http:", "https:", "src=\"", "@import", "url("] {
        assert!(!own.contains(address), "{address}");
    }
}

#[test]
fn banners_tell_of_failures_and_interruptions() {
    let whole = html::render(&typical().record()).unwrap();
    assert!(!whole.contains("class=\"banner\"") && !whole.contains("id=\"failures\""));
    let failed = typical().with_failure(3, FailureKind::Leaked, "2 pollables");
    let failed = html::render(&failed).unwrap();
    assert!(failed.contains("1 cell of 75 failed the checks.") && failed.contains("2 pollables"));
    let interrupted = html::render(&typical().interrupted()).unwrap();
    assert!(interrupted.contains("The run was interrupted"));
}

#[test]
fn cold_waits_are_shown_where_there_are_any() {
    let mut record = typical().record();
    assert!(!html::render(&record).unwrap().contains("cold wake-up max"));
    let latency = record.cells[0].latency_ns.clone().unwrap();
    record.cells[0].cold_latency_ns = Some(Latency { max: 777_000, ..latency });
    let page = html::render(&record).unwrap();
    assert_eq!(page.matches("cold wake-up max").count(), 1);
    assert!(page.contains("777 µs"));
}

#[test]
fn a_parameter_of_words_is_shown_as_its_word() {
    let mut record = typical().record();
    record.cells[0].parameters.insert("mode".into(), KnobValue::Choice("any".into()));
    let page = html::render(&record).unwrap();
    assert!(page.contains("mode any") && page.contains("mode=any"));
}

#[test]
fn names_and_messages_of_guests_are_escaped() {
    let page = html::render(&hard()).unwrap();
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("<img").count(), 0);
    assert!(page.contains("{{ 7 * 7 }}"));
    let mut record = typical().record();
    let hostile = "\"></style><script>1</script>";
    record.environment.command = hostile.into();
    record.environment.started = hostile.into();
    record.environment.guests[0].summary = hostile.into();
    record.environment.cpu.model = hostile.into();
    record.cells[0].workload = hostile.into();
    record.cells[0].parameters.insert(hostile.into(), KnobValue::Integer(1));
    record.cells[0].host = hostile.into();
    let page = html::render(&record).unwrap();
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("</style>").count(), 1);
}

#[test]
fn a_report_without_cells_is_a_report() {
    let mut record = typical().record();
    record.cells.clear();
    record.environment.guests.clear();
    assert!(html::render(&record).unwrap().contains("No usable guest was timed."));
}

#[test]
fn the_command_is_there_to_be_copied() {
    let page = html::render(&typical().record()).unwrap();
    assert!(page.contains("<code id=\"command\">pollbench run --workloads idle,burst,churn"));
}

#[test]
fn writing_fails_in_one_line() {
    let nowhere = std::path::Path::new("/dev/null/report.html");
    let error = html::write(&typical().record(), nowhere).unwrap_err().to_string();
    assert!(error.starts_with("can't write /dev/null/report.html: ") && !error.contains('\n'));
}

/// What the table of counters has in a column.
fn counters(page: &str) -> (Vec<&str>, Vec<&str>) {
    let (_, table) = page.split_once("id=\"counters\"").unwrap();
    let (head, body) = table.split_once("</thead>").unwrap();
    let (open, close) = ("<button type=\"button\">", "</button>");
    let titles = head.split(open).skip(1).map(|it| it.split_once(close).unwrap().0).collect();
    let (row, _) = body.split_once("</tr>").unwrap();
    let cells = row
        .split("<td")
        .skip(1)
        .map(|it| it.split_once('>').unwrap().1.split_once("</td>").unwrap().0);
    (titles, cells.collect())
}

#[test]
fn every_count_has_its_column_with_its_number() {
    let mut record = typical().record();
    record.cells.truncate(1);
    let numbered = PhaseCounters::COUNTS.iter().zip(101_u64..);
    let fields = numbered.map(|(count, number)| (count.name.to_owned(), number.into()));
    let window: serde_json::Map<String, serde_json::Value> = fields.collect();
    record.cells[0].counters.as_mut().unwrap().window =
        serde_json::from_value(window.into()).unwrap();
    let page = html::render(&record).unwrap();
    let (titles, cells) = counters(&page);
    for (count, number) in PhaseCounters::COUNTS.iter().zip(101..) {
        let place = titles.iter().position(|it| *it == count.label);
        let place = place.unwrap_or_else(|| panic!("{} has no column", count.name));
        // The first column is a head of its row.
        assert_eq!(cells[place - 1], number.to_string(), "{}", count.name);
    }
}

/// Bytes of a report of so many cells.
fn bytes_of(cells: usize) -> usize {
    html::render(&large(cells)).unwrap().len()
}

#[test]
fn a_report_grows_no_faster_than_its_cells() {
    let [small, open, large, larger] = [100, 400, 1_000, 3_000].map(bytes_of);
    println!("bytes of 100, 400, 1,000 and 3,000 cells: {small}, {open}, {large}, {larger}");
    assert!(open <= 4 * small && large <= 10 * small && larger <= 3 * large);
    // 10,000 cells are to take 5 MB at most.
    assert!(larger - large <= 2_000 * 500, "{} bytes a cell", (larger - large) / 2_000);
    assert!(open <= 400 * 5_000, "{} bytes a cell", open / 400);
}

#[test]
fn the_page_of_a_large_report_has_every_time_without_its_script() {
    let record = large(1_000);
    let page = html::render(&record).unwrap();
    assert!(!page.contains("<svg") && page.contains("<noscript>"));
    let (_, answer) = page.split_once("id=\"answer\"").unwrap();
    let (heatmaps, _) = answer.split_once("</section>").unwrap();
    let cells = heatmaps.split("<td class=").skip(1);
    let timed = cells.filter(|it| it.contains("x</b>") && it.contains("s</small>")).count();
    assert_eq!(timed, record.cells.len());
}

/// Cells of `batched` with two batch sizes.
fn with_two_batch_sizes() -> pollbench_reports::record::Record {
    let mut record = typical().record();
    let mut more: Vec<_> =
        record.cells.iter().filter(|it| it.guest == "batched").cloned().collect();
    for cell in &mut more {
        cell.knobs.insert("batch".into(), KnobValue::Integer(256));
    }
    record.cells.extend(more);
    record
}

#[test]
fn where_several_values_of_a_knob_were_measured_the_command_that_tunes_it_is_told() {
    let none = html::render(&typical().record()).unwrap();
    assert!(!none.contains("pollbench tune"));
    let page = html::render(&with_two_batch_sizes()).unwrap();
    let command = "<code>pollbench tune batched --workload idle --knob batch \
                   --pollables 100,1000,10000 --active 100 --param events=1000</code>";
    assert!(page.contains(command));
    assert_eq!(page.matches("pollbench tune").count(), 5);
}

#[test]
fn the_command_that_tunes_is_quoted_or_left_out() {
    let command_for = |name: &str| {
        let mut record = with_two_batch_sizes();
        record.cells.iter_mut().for_each(|it| it.workload = name.into());
        let page = html::render(&record).unwrap();
        let (_, rest) = page.split_once("<code>pollbench tune batched --workload ")?;
        Some(rest.split_once(" --knob")?.0.to_owned())
    };
    assert_eq!(command_for("$(rm -r x)").as_deref(), Some("&#39;$(rm -r x)&#39;"));
    for misleading in ["-x", "a\u{202e}b", "a\nb", &"x".repeat(1_000)] {
        assert_eq!(command_for(misleading), None, "{misleading:?}");
    }
}
