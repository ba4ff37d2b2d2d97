//! The reports of a profile and of a trace in a real browser.

#[path = "../browser/mod.rs"]
mod browser;
#[path = "../support/mod.rs"]
mod support;

mod flame;
mod good;
mod million;
mod pictures;
mod timeline;
mod trace;

use std::thread::sleep;
use std::time::{Duration, Instant};

use browser::Page;
use serde_json::json;

/// How long a page may take until it shows its turns.
const LONGEST: Duration = Duration::from_secs(60);

/// Waits until an expression is true.
fn wait_for(page: &Page, expression: &str) {
    let begun = Instant::now();
    while page.evaluate(expression) != json!(true) {
        assert!(begun.elapsed() < LONGEST, "{expression}: {:?}", page.heard().complaints);
        sleep(Duration::from_millis(20));
    }
}

/// Waits until the timeline is drawn.
fn wait_for_timeline(page: &Page) {
    wait_for(page, "performance.getEntriesByName('timeline shown').length > 0");
}
