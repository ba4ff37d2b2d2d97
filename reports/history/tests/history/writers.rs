//! Several programs that write at once, and programs that are killed while they write.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use std::{env, thread};

use pollbench_history::{Filter, History, Page, Provenance, SeriesFilter};

use crate::assert_clean;
use crate::support::{Store, small, wait};

/// A program that writes: this one, told to.
struct Writer {
    program: Child,
    /// The digests of runs, after they were added, and whether they were new.
    said: Receiver<(String, bool)>,
}

impl Writer {
    /// It adds the records of every number from `first` on, until it is ended.
    fn start(url: &str, first: u64) -> Self {
        let mut program = Command::new(env::current_exe().unwrap())
            .args(["--exact", "writers::write", "--ignored", "--nocapture"])
            .env("POLLBENCH_WRITE_TO", url)
            .env("POLLBENCH_WRITE_FROM", first.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, said) = channel();
        let lines = BufReader::new(program.stdout.take().unwrap()).lines();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some(added) = line.strip_prefix("added ") {
                    let (digest, new) = added.split_once(' ').unwrap();
                    let _ = to.send((digest.to_owned(), new == "true"));
                }
            }
        });
        Self { program, said }
    }

    /// Ends it as `kill -9` does: what it has said by then.
    fn kill(mut self) -> Vec<(String, bool)> {
        self.program.kill().unwrap();
        self.program.wait().unwrap();
        self.said.iter().collect()
    }
}

#[test]
#[ignore = "it is what the other tests run as a program of its own"]
fn write() {
    let Ok(url) = env::var("POLLBENCH_WRITE_TO") else { return };
    let first: u64 = env::var("POLLBENCH_WRITE_FROM").unwrap().parse().unwrap();
    wait(async {
        let history = History::open(&url).await.unwrap();
        for number in first.. {
            let added = history.add(&small(number), &Provenance::default()).await.unwrap();
            let digest = history.run(added.id).await.unwrap().digest;
            println!("added {digest} {}", added.was_new);
        }
    });
}

/// How often each run is there.
async fn digests(history: &History) -> BTreeMap<String, u64> {
    let page = Page { offset: 0, limit: 1_000_000 };
    let mut counts = BTreeMap::new();
    for run in history.list(&Filter::default(), page).await.unwrap().runs {
        *counts.entry(run.digest).or_default() += 1;
    }
    counts
}

/// Two write the same records and one reads, for so long.
fn two_writers_and_a_reader(store: &Store, seconds: u64) {
    wait(async {
        let history = History::open(&store.url).await.unwrap();
        let writers = [Writer::start(&store.url, 0), Writer::start(&store.url, 0)];
        let end = Instant::now() + Duration::from_secs(seconds);
        let (mut reads, mut before) = (0, 0);
        while Instant::now() < end {
            let filter = SeriesFilter { last: Some(20), ..SeriesFilter::default() };
            let series = history.series(&filter).await.unwrap();
            // A run is seen with all of its cells or not at all.
            let points: Vec<_> = series
                .iter()
                .map(|it| it.points.iter().map(|it| it.run).collect::<Vec<_>>())
                .collect();
            assert!(points.windows(2).all(|pair| pair[0] == pair[1]), "{points:?}");
            let total = history.list(&Filter::default(), Page { offset: 0, limit: 1 }).await;
            let total = total.unwrap().total;
            assert!(total >= before, "runs are gone: {total} after {before}");
            (reads, before) = (reads + 1, total);
        }
        let said: Vec<_> = writers.into_iter().map(Writer::kill).collect();
        assert!(reads > 0 && said.iter().all(|it| !it.is_empty()), "{reads} reads, {said:?}");
        assert_kept(&history, &said.concat(), 2).await;
        let runs = digests(&history).await.len();
        println!("{reads} reads, {runs} runs of {} adds", said.concat().len());
    });
}

/// What was said to be added is there, once, and no more than was under way besides.
async fn assert_kept(history: &History, said: &[(String, bool)], under_way: usize) {
    let there = digests(history).await;
    assert!(there.values().all(|count| *count == 1), "doubled");
    let mut new = BTreeMap::new();
    for (digest, was_new) in said {
        assert!(there.contains_key(digest), "lost: {digest}");
        *new.entry(digest).or_insert(0) += u64::from(*was_new);
    }
    // A program that was killed between adding and saying so has said nothing of it.
    assert!(new.values().all(|count| *count <= 1), "new twice");
    let unsaid = there.keys().filter(|digest| !new.contains_key(digest)).count();
    assert!(unsaid <= under_way, "{unsaid} runs that nobody has added");
    assert_clean(history).await;
}

/// A program that writes is killed so many times, at any moment, while another writes too.
fn killed(store: &Store, times: u64) {
    wait(async {
        let other = Writer::start(&store.url, 1_000_000);
        let mut said = Vec::new();
        for time in 0..times {
            let writer = Writer::start(&store.url, time * 10_000);
            // At a different moment of its work each time.
            let first = writer.said.recv_timeout(Duration::from_secs(60)).unwrap();
            thread::sleep(Duration::from_micros(time * 7919 % 50_000));
            said.push(first);
            said.extend(writer.kill());
        }
        said.extend(other.kill());
        let history = History::open(&store.url).await.unwrap();
        assert_kept(&history, &said, times as usize + 1).await;
        println!("killed {times} times, {} runs", digests(&history).await.len());
    });
}

#[test]
fn nothing_is_lost_or_doubled_by_two_writers_and_a_reader() {
    for store in Store::all() {
        two_writers_and_a_reader(&store, 4);
    }
}

#[test]
fn nothing_is_lost_or_doubled_by_writers_that_are_killed() {
    for store in Store::all() {
        killed(&store, 10);
    }
}

#[test]
#[ignore = "it takes two minutes"]
fn two_writers_and_a_reader_for_a_minute() {
    for store in Store::all() {
        two_writers_and_a_reader(&store, 60);
    }
}

#[test]
#[ignore = "it takes half a minute"]
fn writers_that_are_killed_fifty_times() {
    for store in Store::all() {
        killed(&store, 50);
    }
}
