//! A disk that is full: nothing is lost, and it goes on when there is room again.

use std::process::Command;

use pollbench_history::{Error, Filter, History, Options, Page, Place, Provenance};

use crate::assert_clean;
use crate::support::{Store, small, wait};

/// Adds runs until there is no room: how many there were.
async fn fill(history: &History) -> u64 {
    for number in 0.. {
        match history.add(&small(number), &Provenance::default()).await {
            Ok(added) => assert!(added.was_new),
            Err(error) => {
                assert!(matches!(error, Error::Full { .. }), "{error:?}");
                assert!(error.to_string().contains("no room left"), "{error}");
                return number;
            }
        }
    }
    unreachable!("there is always room")
}

/// All that was added before is there, as it was.
async fn assert_kept(history: &History, runs: u64) {
    let page = Page { offset: 0, limit: 10_000 };
    let listed = history.list(&Filter::default(), page).await.unwrap();
    assert_eq!(listed.total, runs);
    for (run, number) in listed.runs.iter().zip((0..runs).rev()) {
        assert_eq!(history.get(run.id).await.unwrap(), small(number));
    }
    assert_clean(history).await;
}

#[test]
fn a_file_that_may_not_grow_keeps_what_it_has() {
    wait(async {
        let store = Store::sqlite();
        let limited = Options { largest: Some(400_000), ..Options::default() };
        let place = Place::parse(&store.url).unwrap();
        let history = History::open_with(place, &limited).await.unwrap();
        let runs = fill(&history).await;
        assert!(runs > 5);
        assert_kept(&history, runs).await;
        // It is refused again, and runs that are removed make room.
        assert_eq!(fill_more(&history, runs).await, 0);
        for removed in ["1", "2", "3", "4"] {
            history.remove(history.find(removed, None).await.unwrap()).await.unwrap();
        }
        assert!(fill_more(&history, runs).await >= 1);
        history.close().await;
        let unlimited = History::open(&store.url).await.unwrap();
        unlimited.add(&small(5000), &Provenance::default()).await.unwrap();
        assert_clean(&unlimited).await;
        assert!(std::fs::metadata(store.path()).unwrap().len() > 100_000);
    });
}

async fn fill_more(history: &History, from: u64) -> u64 {
    for number in from.. {
        if history.add(&small(number), &Provenance::default()).await.is_err() {
            return number - from;
        }
    }
    unreachable!("there is always room")
}

/// The same on a real file system that is full. It takes the right to mount one.
#[test]
fn a_disk_that_is_full_keeps_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let program = std::env::current_exe().unwrap();
    let script = "mount -t tmpfs -o size=2m none \"$1\" && shift && exec \"$@\"";
    let output = Command::new("unshare")
        .args(["--mount", "--map-root-user", "sh", "-c", script, "sh"])
        .arg(folder.path())
        .arg(program)
        .args(["--exact", "full::on_a_small_disk", "--ignored", "--nocapture"])
        .env("POLLBENCH_SMALL_DISK", folder.path())
        .output();
    let said = |output: &std::process::Output| {
        let both = [&*output.stdout, &*output.stderr].concat();
        String::from_utf8_lossy(&both).into_owned()
    };
    match output {
        Ok(output) if output.status.success() => {
            assert!(said(&output).contains("1 passed"), "{}", said(&output));
        }
        Ok(output) if said(&output).contains("running 1 test") => panic!("{}", said(&output)),
        _ => eprintln!("left out: a full disk, for which this machine lets nobody mount one"),
    }
}

#[test]
#[ignore = "it is run on a small disk by the test before"]
fn on_a_small_disk() {
    let Some(disk) = std::env::var_os("POLLBENCH_SMALL_DISK") else { return };
    let disk = std::path::Path::new(&disk);
    wait(async {
        let path = disk.join("history.db");
        let ballast = disk.join("ballast");
        let history = History::open(path.to_str().unwrap()).await.unwrap();
        std::fs::write(&ballast, vec![0; 500_000]).unwrap();
        let runs = fill(&history).await;
        assert!(runs > 5);
        history.close().await;
        // Even to read, SQLite needs room for the file that readers share.
        std::fs::remove_file(&ballast).unwrap();
        let history = History::open(path.to_str().unwrap()).await.unwrap();
        assert_kept(&history, runs).await;
        history.add(&small(5000), &Provenance::default()).await.unwrap();
        assert_clean(&history).await;
    });
}
