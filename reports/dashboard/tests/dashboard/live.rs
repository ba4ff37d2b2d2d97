//! Runs that go on, shown while they do.

use std::fs;
use std::time::{Duration, SystemTime};

use pollbench_reports::record::Record;

use super::browser::Page;
use super::pages::expect_good;
use super::support::{Served, typical};

/// Keeps a record in a directory of results, as a run does.
fn keep(served: &Served, record: &Record) {
    let directory = served.results.path().join("2026-11-28T08-15-00Z");
    fs::create_dir_all(&directory).expect("a directory");
    record.write(&directory.join("record.json")).expect("it is written");
}

/// A run that has counted so many cells, and timed so many.
fn underway(counted: usize, timed: usize) -> Record {
    let mut record = typical().record();
    record.interrupted = true;
    (record.environment.seconds, record.environment.budget_seconds) = (Some(20.0), Some(50.0));
    for (place, cell) in record.cells.iter_mut().enumerate() {
        cell.counters = cell.counters.take().filter(|_| place < counted);
        cell.time = cell.time.take().filter(|_| place < timed);
    }
    record
}

#[test]
fn only_a_run_that_goes_on_is_shown() {
    let served = Served::over(async |_| ());
    let runs = || served.json("/api/live")["runs"].as_array().expect("a list").clone();
    assert!(runs().is_empty());
    assert!(served.page("/live").contains("No run is in progress."));

    keep(&served, &underway(40, 7));
    assert_eq!(runs().len(), 1);
    assert_eq!(runs()[0]["directory"], "2026-11-28T08-15-00Z");
    let words = "of 75 cells, 40 are counted and 7 timed; about 30 s left";
    assert!(served.page("/live").contains(words));

    // It is complete.
    keep(&served, &Record { interrupted: false, ..underway(75, 75) });
    assert!(runs().is_empty());
    // It was interrupted, and that is a while ago.
    keep(&served, &underway(75, 20));
    assert_eq!(runs().len(), 1);
    let path = served.results.path().join("2026-11-28T08-15-00Z/record.json");
    let file = fs::File::options().write(true).open(&path).expect("the record");
    file.set_modified(SystemTime::now() - Duration::from_secs(40)).expect("another time");
    assert!(runs().is_empty());
    // It is none.
    fs::write(path, "{").expect("it is written");
    assert!(runs().is_empty());
}

#[test]
fn a_page_follows_a_run_without_being_loaded_again() {
    let served = Served::over(async |_| ());
    let page = Page::open_url(&served.url("/live"));
    page.wait_until("document.body.innerText.includes('No run is in progress')");
    page.evaluate("[window.loaded = 'once']");
    for (counted, timed) in [(10, 0), (75, 3)] {
        keep(&served, &underway(counted, timed));
        let words = format!("{counted} are counted and {timed} timed");
        page.wait_until(&format!("document.body.innerText.includes('{words}')"));
    }
    let percent = page.evaluate("document.querySelector('progress').value");
    assert_eq!((percent, page.evaluate("window.loaded")), (40.into(), "once".into()));
    expect_good(&page, &served.url(""));
    // The server ends though the page listens: dropping it waits for that.
}

#[test]
fn names_of_a_run_that_goes_on_are_only_names() {
    let served = Served::over(async |_| ());
    let mut record = underway(75, 75);
    record.environment.command = "<script>alert(1)</script>".into();
    for cell in &mut record.cells {
        cell.guest = "<img src=x onerror=alert(1)>".into();
    }
    let page = Page::open_url(&served.url("/live"));
    keep(&served, &record);
    page.wait_until("document.body.innerText.includes('<img src=x')");
    assert_eq!(page.evaluate("document.querySelectorAll('main img, main script').length"), 0);
    expect_good(&page, &served.url(""));
}
