//! The schema: of a newer version, of several who begin at once, and the plans of queries.

use pollbench_history::{Error, History, SCHEMA};
use pollbench_reports::comparison::Metric;

use crate::support::{Store, wait};
use crate::{add, assert_clean, on_each};

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    for store in Store::all() {
        wait(async {
            History::open(&store.url).await.unwrap().close().await;
            store.run("UPDATE pollbench_history SET version = 99").await;
            let error = History::open(&store.url).await.unwrap_err();
            assert!(matches!(error, Error::TooNew { found: 99, .. }), "{error}");
            assert!(error.to_string().contains("use a newer pollbench"));
            assert_eq!(store.number("SELECT version FROM pollbench_history").await, 99);
        });
    }
}

#[test]
fn opening_again_changes_nothing() {
    on_each(async |history, store| {
        add(&history, [1]).await;
        let again = History::open(&store.url).await.unwrap();
        add(&again, [2]).await;
        assert_clean(&history).await;
        assert_eq!(store.number("SELECT version FROM pollbench_history").await, SCHEMA);
        assert_eq!(store.number("SELECT COUNT(*) FROM pollbench_history").await, 1);
    });
}

#[test]
fn several_may_begin_the_same_history_at_once() {
    for store in Store::all() {
        std::thread::scope(|scope| {
            for number in 0..8 {
                let url = &store.url;
                scope.spawn(move || {
                    wait(async {
                        let history = History::open(url).await.unwrap();
                        add(&history, [number]).await;
                    });
                });
            }
        });
        wait(async {
            let history = History::open(&store.url).await.unwrap();
            assert_eq!(store.number("SELECT COUNT(*) FROM runs").await, 8);
            assert_clean(&history).await;
        });
    }
}

#[test]
fn every_metric_has_a_column() {
    on_each(async |history, store| {
        add(&history, [1]).await;
        for metric in Metric::COUNTS.iter().chain([&Metric::NsPerEvent]) {
            let sql = format!("SELECT COUNT({metric}) FROM cells");
            assert_eq!(store.number(&sql).await, 5, "{metric}");
        }
    });
}

#[test]
fn foreign_keys_are_enforced() {
    on_each(async |history, store| {
        add(&history, [1]).await;
        // Of the connections that the history uses, through what it does.
        history.remove(history.find("1", None).await.unwrap()).await.unwrap();
        for table in ["records", "cells", "tags"] {
            assert_eq!(store.number(&format!("SELECT COUNT(*) FROM {table}")).await, 0);
        }
    });
}
