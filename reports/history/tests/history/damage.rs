//! Files that are not what was written: reported, and kept as they are.

use std::fs;
use std::path::Path;

use pollbench_history::{Error, Filter, History, Options, Page, Place, Problem, SeriesFilter};

use crate::support::{Store, wait};
use crate::{add, assert_clean};

/// A history of twenty runs, all of it in its file.
async fn filled() -> Store {
    let store = Store::sqlite();
    let history = History::open(&store.url).await.unwrap();
    add(&history, 0..20).await;
    // Of a page without rows nothing could be noticed.
    history.tag(history.find("1", None).await.unwrap(), "first").await.unwrap();
    assert_clean(&history).await;
    history.close().await;
    store.run("PRAGMA wal_checkpoint(TRUNCATE)").await;
    store
}

/// Does everything that reads: what goes wrong.
async fn read(place: &str) -> Vec<Error> {
    let history = match History::open(place).await {
        Ok(history) => history,
        Err(error) => return vec![error],
    };
    let page = Page { offset: 0, limit: 100 };
    let mut errors = Vec::new();
    errors.extend(history.list(&Filter::default(), page).await.err());
    errors.extend(history.series(&SeriesFilter::default()).await.err());
    errors.extend(history.export(&mut Vec::new()).await.err());
    match history.check().await {
        Ok(problems) if problems.is_empty() => {}
        Ok(problems) => {
            let all: Vec<String> = problems.iter().map(Problem::to_string).collect();
            errors.push(Error::Damaged { place: history.place().clone(), reason: all.join("; ") });
        }
        Err(error) => errors.push(error),
    }
    history.close().await;
    errors
}

/// It is reported as damaged, by its name, and stays as it is.
async fn assert_reported(path: &Path, what: &str) {
    let before = fs::read(path).unwrap();
    let errors = read(path.to_str().unwrap()).await;
    assert!(!errors.is_empty(), "{what}");
    for error in &errors {
        let said = error.to_string();
        assert!(matches!(error, Error::Damaged { .. }), "{what}: {said}");
        assert!(said.contains("is damaged") && said.contains(path.to_str().unwrap()), "{said}");
        assert!(said.contains("left as it is") || said.contains("It was left"), "{said}");
    }
    assert!(fs::read(path).unwrap() == before, "{what}: the file was changed");
}

#[test]
fn a_file_that_is_no_database_is_kept() {
    wait(async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.db");
        for text in ["no database at all".repeat(100), "{\"schema\": 3}".into()] {
            fs::write(&path, text).unwrap();
            assert_reported(&path, "not a database").await;
        }
    });
}

#[test]
fn a_file_that_was_cut_off_is_kept() {
    wait(async {
        let store = filled().await;
        let whole = fs::read(store.path()).unwrap();
        for part in [100, 4096, whole.len() / 2, whole.len() - 4096] {
            fs::write(store.path(), &whole[..part]).unwrap();
            assert_reported(store.path(), &format!("{part} bytes of {}", whole.len())).await;
        }
        fs::write(store.path(), &whole).unwrap();
        assert!(read(&store.url).await.is_empty());
    });
}

#[test]
fn bytes_that_were_overwritten_are_noticed_wherever_they_are() {
    wait(async {
        let store = filled().await;
        let whole = fs::read(store.path()).unwrap();
        let pages = whole.len() / 4096;
        for page in 0..pages {
            let mut changed = whole.clone();
            changed[page * 4096 + 8..(page + 1) * 4096].fill(0xa5);
            fs::write(store.path(), &changed).unwrap();
            assert_reported(store.path(), &format!("page {page} of {pages}")).await;
        }
    });
}

#[test]
fn tables_of_another_program_are_left_alone() {
    for store in Store::all() {
        wait(async {
            store.run("CREATE TABLE runs (distance INT8)").await;
            let error = History::open(&store.url).await.unwrap_err();
            assert!(matches!(error, Error::Foreign { .. }), "{error}");
            assert_eq!(store.number("SELECT COUNT(*) FROM runs").await, 0);
        });
    }
}

#[test]
fn what_can_not_be_opened_says_why() {
    wait(async {
        let folder = tempfile::tempdir().unwrap();
        let inside = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        fs::write(inside("file"), "").unwrap();
        for (place, expected) in [
            (inside("file/history.db"), "can't use the folder"),
            (inside(""), "is no file"),
            ("mysql://me:s3cret@example/x".into(), "no history is kept in mysql"),
        ] {
            let error = History::open(&place).await.unwrap_err().to_string();
            assert!(error.contains(expected) && !error.contains("s3cret"), "{error}");
        }
        let existing = Options { create: false, ..Options::default() };
        let place = Place::parse(&inside("absent.db")).unwrap();
        let error = History::open_with(place, &existing).await.unwrap_err();
        assert!(matches!(error, Error::Missing { .. }), "{error}");
        assert!(!Path::new(&inside("absent.db")).exists());
    });
}

#[test]
fn odd_names_of_files_are_names_of_files() {
    wait(async {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a b.db", "50%41.db", "what?.db", "#1.db", "ü/x.db", "-.db", "a:b", ":memory:"]
        {
            let path = folder.path().join(name);
            let history = History::open(path.to_str().unwrap()).await.unwrap();
            add(&history, [1]).await;
            history.close().await;
            assert!(path.is_file(), "{name}");
        }
    });
}
