//! What a long history takes. `cargo bench -p pollbench-history --bench ten_thousand_runs`,
//! with `-- --runs 500` for fewer runs.

#[path = "../tests/support/mod.rs"]
mod support;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use pollbench_history::{Filter, History, Page, Provenance, SeriesFilter};
use pollbench_reports::comparison::Metric;
use pollbench_reports::record::Record;

use support::{Store, large, perturbed, wait};

fn main() {
    let runs = number("--runs").unwrap_or(10_000);
    let record = large();
    println!("{runs} runs of {} cells each", record.cells.len());
    println!("{:<46}{:>12}{:>12}", "milliseconds", "median", "p99");
    for store in Store::all() {
        println!("{}", if store.is_file() { "SQLite" } else { "PostgreSQL" });
        wait(measure(&store, &record, runs));
    }
}

/// The value of an option.
fn number(option: &str) -> Option<u64> {
    let arguments: Vec<String> = std::env::args().collect();
    let place = arguments.iter().position(|it| it == option)?;
    Some(arguments.get(place + 1)?.parse().expect("a number of runs"))
}

async fn measure(store: &Store, record: &Record, runs: u64) {
    let history = History::open(&store.url).await.expect("a history");
    let mut adding = Vec::new();
    for number in 0..runs {
        let record = perturbed(record, number);
        let provenance = Provenance {
            commit: Some(format!("{number:040x}")),
            branch: Some(if number % 4 == 0 { "topic" } else { "main" }.into()),
            ..Provenance::default()
        };
        let begun = Instant::now();
        history.add(&record, &provenance).await.expect("it is added");
        adding.push(begun.elapsed());
    }
    print("add a run, of all", &mut adding.clone());
    let last = adding.len().saturating_sub(200);
    print("add a run, of the last 200", &mut adding[last..]);
    queries(&history).await;
    print_size(store);
    if runs <= 1000 {
        let begun = Instant::now();
        let problems = history.check().await.expect("it can be checked");
        println!("  check: {:.1} s, {} problems", begun.elapsed().as_secs_f64(), problems.len());
    }
}

async fn queries(history: &History) {
    let newest = Page { offset: 0, limit: 50 };
    let main = Filter { branch: Some("main".into()), ..Filter::default() };
    let one = SeriesFilter {
        guests: vec!["slab".into()],
        workloads: vec!["burst".into()],
        pollables: vec![1000],
        ..SeriesFilter::default()
    };
    let counts = SeriesFilter { metrics: Metric::COUNTS.to_vec(), ..one.clone() };
    let on_main = SeriesFilter { runs: main.clone(), last: Some(500), ..one.clone() };
    let last = SeriesFilter { last: Some(50), ..SeriesFilter::default() };
    let all = Filter::default();
    const TIMES: usize = 20;
    let (mut list, mut branch) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        list.push(timed(history.list(&all, newest)).await);
        branch.push(timed(history.list(&main, newest)).await);
    }
    print("list the newest 50 runs", &mut list);
    print("list the newest 50 of a branch", &mut branch);
    for (what, filter) in [
        ("one series over all runs", one),
        ("the same with 14 counts", counts),
        ("the same over the last 500 runs of a branch", on_main),
        ("all series over the last 50 runs", last),
    ] {
        let mut took = Vec::new();
        for _ in 0..TIMES {
            took.push(timed(history.series(&filter)).await);
        }
        print(what, &mut took);
    }
    let newest = history.list(&all, newest).await.expect("a list").runs;
    let mut get = Vec::new();
    for run in newest {
        get.push(timed(history.get(run.id)).await);
    }
    print("get a record", &mut get);
}

async fn timed<T>(work: impl Future<Output = Result<T, pollbench_history::Error>>) -> Duration {
    let begun = Instant::now();
    work.await.expect("it works");
    begun.elapsed()
}

fn print(what: &str, took: &mut [Duration]) {
    took.sort();
    let at = |part: f64| took[((took.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
    println!("  {what:<44}{:>12.2}{:>12.2}", at(0.5), at(0.99));
}

fn print_size(store: &Store) {
    if store.is_file() {
        let size = fs::metadata(Path::new(&store.url)).map_or(0, |it| it.len());
        println!("  the file: {:.0} MB", size as f64 / 1e6);
    }
}
