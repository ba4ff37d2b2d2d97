//! The sections of a large report, which are packed until somebody opens them.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::ZlibDecoder;
use pollbench_reports::html;
use pollbench_reports::record::{Cell, Record};
use serde_json::Value;

use crate::support::large;

/// As many cells as a report has in the open.
const OPEN: usize = 400;

/// A page's sections of workloads.
fn sections(page: &str) -> Vec<&str> {
    let sections = page.split("<section id=\"workload-").skip(1);
    sections.map(|it| it.split_once("</section>").unwrap().0).collect()
}

/// What the page's script finds in a section.
fn unpacked(section: &str) -> Value {
    let (_, packed) = section.split_once("data-packed=\"").unwrap();
    let deflated = STANDARD.decode(packed.split_once('"').unwrap().0).unwrap();
    let mut text = String::new();
    ZlibDecoder::new(deflated.as_slice()).read_to_string(&mut text).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The texts of a packed table, row by row.
fn packed_rows(table: &Value) -> Vec<Vec<String>> {
    let text = |datum: &Value| {
        let text = datum.as_array().map_or(datum, |it| &it[0]);
        text.as_str().unwrap().to_owned()
    };
    let columns: Vec<&Vec<Value>> =
        table["columns"].as_array().unwrap().iter().map(|it| it.as_array().unwrap()).collect();
    let row = |row: usize| columns.iter().map(|it| text(&it[row])).collect();
    (0..columns[0].len()).map(row).collect()
}

/// The texts of the first table of some HTML, row by row.
fn rows(html: &str) -> Vec<Vec<String>> {
    let (_, body) = html.split_once("<tbody>").unwrap();
    let (body, _) = body.split_once("</tbody>").unwrap();
    let texts = |row: &str| {
        let cells = row.split("</t").filter_map(|it| Some(it.rsplit_once('>')?.1.to_owned()));
        cells.filter(|it| !it.trim().is_empty()).collect()
    };
    body.split("<tr>").skip(1).map(texts).collect()
}

/// A record of as many cells as are shown in the open, and the same with so many cells
/// more that were not measured that its report is a large one.
fn open_and_large() -> [Record; 2] {
    let open = large(OPEN);
    let mut large = open.clone();
    let unmeasured = open.cells.iter().take(12).map(|cell| Cell {
        workload: "zero".into(),
        counters: None,
        time: None,
        latency_ns: None,
        latency_polls: None,
        ..cell.clone()
    });
    large.cells.extend(unmeasured);
    [open, large]
}

#[test]
fn packed_sections_hold_what_a_small_report_shows() {
    let [open, large] = open_and_large().map(|it| html::render(&it).unwrap());
    let (_, counters) = open.split_once("<section id=\"counters\"").unwrap();
    let counters = rows(counters);
    let (open, large) = (sections(&open), sections(&large));
    assert!(open.len() == 7 && large.len() == 8);
    for (open, large) in open.iter().zip(&large) {
        let packed = unpacked(large);
        let (_, detail) = open.split_once("</p>\n").unwrap();
        let (detail, times) = detail.split_once("\n<details>").unwrap();
        assert_eq!(packed["html"].as_str().unwrap().trim(), detail.trim());
        assert_eq!(detail.matches("<svg ").count(), 6);
        let (packed_times, times) = (packed_rows(&packed["tables"][0]), rows(times));
        assert!(times.len() == packed_times.len() && times.len() >= 40);
        times.iter().zip(&packed_times).for_each(|(it, packed)| assert_eq!(it, packed));
        let packed = packed_rows(&packed["tables"][1]);
        let of_section = counters.iter().filter(|it| it[1] == packed[0][1]);
        assert_eq!(packed, of_section.cloned().collect::<Vec<_>>());
    }
    assert!(unpacked(large[7])["tables"][0]["columns"][0].as_array().unwrap().is_empty());
}

#[test]
fn words_are_packed_with_the_number_they_stand_for() {
    let [_, mut large] = open_and_large();
    let time = large.cells[0].time.as_mut().unwrap();
    time.net_ns_per_event.as_mut().unwrap().low = -1.0;
    let median = time.net_ns_per_event.unwrap().median;
    let page = html::render(&large).unwrap();
    let packed = unpacked(sections(&page)[0]);
    let times = packed["tables"][0]["columns"][2].as_array().unwrap();
    let words: Vec<&Value> = times.iter().filter(|it| it.is_array()).collect();
    assert_eq!(words, [&serde_json::json!(["can't be told from 0", median])]);
}
