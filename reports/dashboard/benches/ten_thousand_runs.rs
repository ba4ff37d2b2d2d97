//! What a dashboard over a long history takes, as requests and as a browser see it. `cargo bench -p
//! pollbench-dashboard --bench ten_thousand_runs`, with `-- --runs 500` for fewer runs, and
//! `-- --database postgres://…` for an empty database of PostgreSQL in place of a file.

#[path = "../../tests/browser/mod.rs"]
mod browser;
#[path = "../tests/support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use browser::Page;
use support::{Served, Step, Story, typical};

/// Each page is asked for so often.
const TIMES: usize = 21;
/// And so often by a browser.
const BROWSED: usize = 7;

fn main() {
    let runs = option("--runs").map_or(10_000, |it| it.parse().expect("a number of runs"));
    let begun = Instant::now();
    let told = story(runs);
    let fill = async move |history| told.tell(&history).await;
    let served = match option("--database") {
        Some(place) => Served::at(place, fill),
        None => Served::over(fill),
    };
    println!("{runs} runs of 135 cells, added in {:.0} s", begun.elapsed().as_secs_f64());
    println!("{:<46}{:>10}{:>10}{:>10}{:>10}", "milliseconds", "first", "median", "most", "KB");
    for (what, path) in [
        ("overview", "/"),
        ("overview of the last 500", "/?last=500"),
        ("overview of the last 1,000", "/?last=1000"),
        ("trends", "/trends"),
        ("trends of guest fuel", "/trends?metric=guest_fuel"),
        ("trends as small charts", "/trends?panels=true"),
        ("trend of a cell", "/trends/7"),
        ("trend of a cell over the last 1,000", "/trends/7?last=1000"),
        ("runs, first page", "/runs"),
        ("runs, page 100", "/runs?page=100"),
        ("a run", "/runs/9"),
        ("a cell", "/runs/9/cells/9"),
        ("the newest two compared", "/compare"),
        ("tunings", "/tunings"),
        ("profiles", "/profiles"),
        ("servers", "/servers"),
        ("data of the overview", "/api/overview"),
        ("metrics for Prometheus", "/metrics"),
    ] {
        let first = timed(&served, path).0;
        let mut others: Vec<(Duration, usize)> = (0..TIMES).map(|_| timed(&served, path)).collect();
        others.sort();
        let milliseconds = |it: Duration| it.as_secs_f64() * 1e3;
        println!(
            "  {what:<44}{:>10.1}{:>10.1}{:>10.1}{:>10}",
            milliseconds(first),
            milliseconds(others[TIMES / 2].0),
            milliseconds(others[TIMES - 1].0),
            others[0].1 / 1000,
        );
    }
    println!(
        "\nin Chromium, until a page is loaded and its scripts have run: the median of {BROWSED}"
    );
    let mut page = Page::open_url(&served.url("/"));
    for (what, path) in [
        ("overview", "/"),
        ("trends", "/trends"),
        ("trends as small charts", "/trends?panels=true"),
        ("trend of a cell over the last 1,000", "/trends/7?last=1000"),
    ] {
        let loaded = || {
            page.go_to(&served.url(path));
            page.wait_until("performance.getEntriesByType('navigation')[0].loadEventEnd > 0");
            let end = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd");
            end.as_f64().expect("a number")
        };
        let mut times: Vec<f64> = std::iter::repeat_with(loaded).take(BROWSED).collect();
        times.sort_by(f64::total_cmp);
        println!("  {what:<44}{:>10.1}", times[BROWSED / 2]);
    }
    println!();
    let mut after: Vec<Duration> = Vec::new();
    let story = story(runs + 5);
    for number in runs..runs + 5 {
        served.add(&story.record_alone(number), &story.provenance(number, "main"));
        after.push(timed(&served, "/").0);
    }
    after.sort();
    println!("  {:<44}{:>10.1}", "overview after another run", after[2].as_secs_f64() * 1e3);
}

/// Runs of 135 cells, with a change that the last hundred of them have.
fn story(runs: u64) -> Story {
    let mut sample = typical();
    let more: Vec<_> =
        sample.guests.iter().map(|(name, cost)| (format!("{name}-2"), *cost)).collect();
    sample.guests.extend(more);
    sample.guests.truncate(9);
    let run = runs.saturating_sub(40);
    let steps = vec![Step { run, guest: "slab", from: 1000, time: 1.03, fuel: 1.02 }];
    let quiet = Story { machine: None, fails: false, has_lanes: true, ..Story::default() };
    Story { sample, runs, beside: 0, steps, ..quiet }
}

fn timed(served: &Served, path: &str) -> (Duration, usize) {
    let begun = Instant::now();
    let size = served.page(path).len();
    (begun.elapsed(), size)
}

/// The value of an option.
fn option(name: &str) -> Option<String> {
    let arguments: Vec<String> = std::env::args().collect();
    let place = arguments.iter().position(|it| it == name)?;
    arguments.get(place + 1).cloned()
}
