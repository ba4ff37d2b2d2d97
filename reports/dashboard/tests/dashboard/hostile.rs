//! Names of strangers that try to be more than names.

use std::fs;

use pollbench_history::Provenance;
use pollbench_reports::record::{FailureKind, Record};

use super::browser::Page;
use super::pages::expect_good;
use super::support::{Sample, Served, Story, Workload, typical};

const NAMES: [&str; 8] = [
    "<script>alert(1)</script>",
    "../../x",
    "\"]]></title><svg onload=alert(1)>",
    "=cmd|' /C calc'!A0",
    "' onmouseover='alert(1)",
    "\u{202e}txt.exe",
    "שלום עולם",
    "🦀\u{200d}🦀 {{ 7 * 7 }} %s ${x}",
];

/// Every guest, message and knob has such a name.
fn record(number: u64) -> Record {
    let mut sample = typical();
    let long = "long-".repeat(2000);
    let names = NAMES.iter().map(|it| (*it).to_owned()).chain([long]);
    sample.guests = names.map(|name| (name, sample.guests[0].1)).collect();
    sample.workloads =
        vec![Workload("idle", Some(1)), Workload("</td><script>alert(2)</script>", None)];
    sample.sizes = vec![100, 1000];
    let mut record = failing(&sample);
    record.environment.started = format!("2026-11-{:02}T08:15:00Z", number + 1);
    record.environment.command = NAMES.join(" ");
    record.environment.cpu.model = NAMES[(number % 2) as usize].into();
    for (place, cell) in record.cells.iter_mut().enumerate() {
        if let Some(counters) = &mut cell.counters {
            counters.window.guest_fuel += number / 8 * 1000 + place as u64;
        }
    }
    record
}

fn failing(sample: &Sample) -> Record {
    sample.with_failure(3, FailureKind::Lost, &NAMES.join("\n"))
}

fn served() -> Served {
    Served::over(async |history| {
        for number in 0..16 {
            let name = NAMES[number as usize % NAMES.len()];
            // A history takes no name for a branch that turns text round.
            let branch = if name.contains('\u{202e}') { NAMES[0] } else { name };
            let provenance = Provenance {
                commit: Some(branch.into()),
                branch: Some("main".into()),
                subject: Some(name.into()),
                tags: vec![branch.into()],
                ..Provenance::default()
            };
            history.add(&record(number), &provenance).await.expect("it is added");
            let other = Provenance { branch: Some(branch.into()), ..provenance };
            let mut record = record(number);
            record.environment.started = format!("2026-10-{:02}T08:15:00Z", number + 1);
            history.add(&record, &other).await.expect("it is added");
        }
    })
}

#[test]
fn no_name_runs_or_breaks_a_page() {
    let served = served();
    let origin = served.url("");
    let mut page = Page::open_url(&served.url("/"));
    for path in [
        "/",
        "/trends?metric=guest_fuel",
        "/trends/1?metric=guest_fuel",
        "/trends/1",
        "/runs",
        "/runs?branch=%3Cscript%3Ealert%281%29%3C%2Fscript%3E",
        "/runs/1",
        "/runs/1/cells/4",
        "/compare?base=1&run=31",
        "/nothing/%3Cscript%3Ealert(1)%3C/script%3E",
        "/compare?base=%3Cscript%3Ealert(1)%3C/script%3E",
    ] {
        page.go_to(&served.url(path));
        // A page that is an error is one that the browser remarks on.
        if !path.contains("nothing") && !path.contains("base=%3C") {
            expect_good(&page, &origin);
        }
        let ran = page
            .evaluate("document.querySelectorAll('main script, [onload], [onmouseover]').length");
        assert_eq!(ran, 0, "{path}");
        let words = page.evaluate("document.body.innerText");
        let words = words.as_str().expect("a text");
        assert!(!words.contains("49 %s"), "{path}");
    }
    let badge = served.page("/badge.svg?branch=%3Cscript%3E");
    roxmltree::Document::parse(&badge).expect("XML");
}

#[test]
fn no_name_gets_into_the_name_of_a_file() {
    let folder = super::site::written(Story { runs: 12, beside: 0, ..hostile_story() });
    let mut names: Vec<String> = fs::read_dir(folder.path().join("site"))
        .expect("the site")
        .map(|it| it.expect("a file").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    let is_plain =
        |it: &String| it.bytes().all(|it| it.is_ascii_alphanumeric() || b"._-".contains(&it));
    assert!(names.iter().all(is_plain), "{names:?}");
    assert!(!folder.path().join("x").exists());
}

fn hostile_story() -> Story {
    let mut sample = typical();
    sample.guests = NAMES.map(|name| (name.to_owned(), sample.guests[0].1)).into();
    Story { sample, ..Story::default() }
}
