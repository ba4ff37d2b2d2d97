//! What was changed behind the history's back is found.

use std::process::Command;

use pollbench_history::{Error, History, Problem, RunId};

use crate::support::{Store, wait};
use crate::{add, assert_clean, on_each};

/// Changes something in a history of three runs, and looks for what comes of it.
fn after(change: &str, expected: &str) {
    on_each(async |history, store| {
        add(&history, [1, 2, 3]).await;
        assert_clean(&history).await;
        store.run(change).await;
        let problems = history.check().await.unwrap();
        let said: Vec<String> = problems.iter().map(Problem::to_string).collect();
        assert!(said.iter().any(|it| it.contains(expected)), "{change}: {said:?}");
    });
}

#[test]
fn a_column_that_is_not_its_records_is_found() {
    for (change, expected) in [
        ("ns_per_event = ns_per_event + 1 WHERE run = 2 AND status = 0", "run 2 are not"),
        ("ns_per_event_low = NULL WHERE run = 2", "run 2 are not"),
        ("handles_leaked = 1 WHERE run = 3 AND place = 0", "\"bare\" on \"stock\", \"idle\""),
        ("status = 2 WHERE run = 1 AND place = 5", "run 1 are not"),
        ("failure = 'late' WHERE run = 1 AND failure = 'lost'", "run 1 are not"),
        ("noisy = 'poll_calls' WHERE run = 1 AND place = 0", "run 1 are not"),
        ("series = series + 1 WHERE run = 3 AND place = 0", "run 3 are not"),
    ] {
        after(&format!("UPDATE cells SET {change}"), expected);
    }
    after("DELETE FROM cells WHERE run = 2 AND place = 0", "5 cells of 6");
    after("UPDATE runs SET cells = 7 WHERE id = 2", "run 2 are not its record's: the number");
    after("UPDATE runs SET failed = 0 WHERE id = 2", "run 2 are not its record's: the number");
    after("UPDATE runs SET interrupted = 1 WHERE id = 2", "run 2 are not its record's: whether");
    after("UPDATE environments SET cores = 64", "run 1 are not its record's: its conditions");
    after("UPDATE series SET guest = 'x' WHERE guest = 'bare'", "run 1 are not");
    after("UPDATE series SET digest = 'x' WHERE id = 1", "run 1 are not");
}

#[test]
fn a_record_that_was_changed_or_is_missing_is_found() {
    after("UPDATE runs SET digest = 'x' WHERE id = 2", "the record of run 2: it was changed");
    after("DELETE FROM records WHERE run = 2", "run 2 has no record");
    on_each(async |history, store| {
        add(&history, [1, 2]).await;
        let nothing = if store.is_file() { "x'00'" } else { "'\\x00'" };
        store.run(&format!("UPDATE records SET packed = {nothing} WHERE run = 1")).await;
        let problems = history.check().await.unwrap();
        assert!(matches!(&*problems, [Problem::Record { run: RunId(1), .. }]), "{problems:?}");
        assert!(matches!(history.get(RunId(1)).await, Err(Error::Damaged { .. })));
        history.get(RunId(2)).await.unwrap();
        // The pages that need no record go on.
        history.series(&Default::default()).await.unwrap();
    });
}

#[test]
fn rows_that_refer_to_nothing_are_found_and_can_not_be_written() {
    wait(async {
        let store = Store::sqlite();
        let history = History::open(&store.url).await.unwrap();
        add(&history, [1, 2, 3]).await;
        for (table, column, to) in [
            ("runs", "environment", "environments"),
            ("records", "run", "runs"),
            ("cells", "series", "series"),
            ("cells", "run", "runs"),
            ("cells", "environment", "environments"),
        ] {
            let change = format!("UPDATE {table} SET {column} = {column} + 1000");
            store.run(&format!("PRAGMA foreign_keys = OFF; {change}")).await;
            let problems = history.check().await.unwrap();
            let expected = |it: &Problem| matches!(it, Problem::Reference { table: t, to: o, .. } if *t == table && *o == to);
            assert!(problems.iter().any(expected), "{change}: {problems:?}");
            let back = format!("UPDATE {table} SET {column} = {column} - 1000");
            store.run(&format!("PRAGMA foreign_keys = OFF; {back}")).await;
        }
        assert_clean(&history).await;
    });
}

/// SQLite's own program, which is not the one in here, finds nothing to complain about.
#[test]
fn the_program_of_sqlite_reads_the_file() {
    wait(async {
        let store = Store::sqlite();
        let history = History::open(&store.url).await.unwrap();
        add(&history, 0..5).await;
        let ask = |sql: &str| {
            let output = Command::new("sqlite3").arg("-batch").arg(store.path()).arg(sql).output();
            let output = output.ok()?;
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            Some(String::from_utf8(output.stdout).unwrap().trim().to_owned())
        };
        if ask("SELECT 1").is_none() {
            return eprintln!("left out: the program sqlite3, which is not installed");
        }
        for (sql, expected) in [
            ("PRAGMA integrity_check", "ok"),
            ("PRAGMA foreign_key_check", ""),
            ("PRAGMA journal_mode", "wal"),
            ("SELECT count(*) FROM cells", "30"),
            ("SELECT count(*) FROM series", "6"),
            ("SELECT count(*) FROM environments", "1"),
            ("SELECT datetime(min(time) / 1000000, 'unixepoch') FROM runs", "2025-01-01 00:00:00"),
        ] {
            assert_eq!(ask(sql).unwrap(), expected, "{sql}");
        }
    });
}
