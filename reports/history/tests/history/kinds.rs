//! Records of tunings, profiles and servers, beside those of matrices.

use std::path::Path;

use pollbench_history::{Error, Filter, History, Page, Provenance, RunId, SCHEMA, SeriesFilter};
use pollbench_reports::document::{Document, Kind};
use serde_json::{Value, json};

use crate::support::{
    Store, hostile_live, hostile_profile, hostile_tuning, live, profile, two_loads, wait,
};
use crate::{add, assert_clean, on_each};

/// One of each kind that is no matrix, in the order of their times.
fn others() -> [Document; 3] {
    let (mut tuning, mut profile, mut live) = (two_loads(), profile(), live());
    tuning.started = "2025-01-03T00:00:00Z".into();
    profile.started = "2025-01-04T00:00:00Z".into();
    live.started = "2025-01-05T00:00:00Z".into();
    [
        Document::Tuning(Box::new(tuning)),
        Document::Profile(Box::new(profile)),
        Document::Live(Box::new(live)),
    ]
}

fn value(document: &Document) -> Value {
    let value = match document {
        Document::Record(it) => serde_json::to_value(it),
        Document::Tuning(it) => serde_json::to_value(it),
        Document::Profile(it) => serde_json::to_value(it),
        Document::Live(it) => serde_json::to_value(it),
    };
    value.expect("it is JSON")
}

async fn add_others(history: &History) -> Vec<RunId> {
    let mut ids = Vec::new();
    for (document, commit) in others().iter().zip(["aaaa1111", "bbbb2222", "cccc3333"]) {
        let provenance = Provenance {
            commit: Some(commit.into()),
            branch: Some("lanes".into()),
            tags: vec!["nightly".into()],
            ..Provenance::default()
        };
        ids.push(history.add(&value(document), &provenance).await.expect("it is added").id);
    }
    ids
}

async fn listed(history: &History, kind: Option<Kind>) -> Vec<RunId> {
    let filter = Filter { kind, ..Filter::default() };
    let page = Page { offset: 0, limit: 100 };
    let listed = history.list(&filter, page).await.expect("a list");
    assert_eq!(listed.total, listed.runs.len() as u64);
    listed.runs.into_iter().map(|it| it.id).collect()
}

#[test]
fn every_kind_is_kept_without_loss_and_told_apart() {
    on_each(async |history, _| {
        add(&history, [1, 2]).await;
        let ids = add_others(&history).await;
        for ((document, id), (kind, title, parts)) in others().iter().zip(&ids).zip([
            (Kind::Tuning, "batched: skew", (2, 0)),
            (Kind::Profile, "slab: idle", (1, 0)),
            (Kind::Live, "slab-list, adaptive, wstd, mine: echo", (12, 3)),
        ]) {
            let run = history.run(*id).await.unwrap();
            assert_eq!((run.kind, run.title.as_deref()), (kind, Some(title)));
            assert_eq!((run.cells, run.failed), parts);
            assert_eq!(run.time.to_string(), document.started());
            assert_eq!(&history.document(*id).await.unwrap(), document);
            let text: Value = serde_json::from_slice(&history.text(*id).await.unwrap()).unwrap();
            assert_eq!(text, value(document));
            assert_eq!(listed(&history, Some(kind)).await, [*id]);
            let error = history.get(*id).await.unwrap_err();
            assert!(matches!(error, Error::OtherKind { found, .. } if found == kind), "{error}");
        }
        assert_eq!(listed(&history, None).await.len(), 5);
        assert_eq!(listed(&history, Some(Kind::Run)).await.len(), 2);
        let again = history.add(&value(&others()[1]), &Provenance::default()).await.unwrap();
        assert_eq!((again.id, again.was_new), (ids[1], false));
        assert_clean(&history).await;
    });
}

#[test]
fn a_name_of_several_kinds_means_the_one_that_is_wanted() {
    on_each(async |history, _| {
        add(&history, [1]).await;
        let matrix = history.find("1", Some(Kind::Run)).await.unwrap();
        history.tag(matrix, "nightly").await.unwrap();
        let ids = add_others(&history).await;
        assert_eq!(history.find("nightly", Some(Kind::Run)).await.unwrap(), matrix);
        assert_eq!(history.find("nightly", Some(Kind::Profile)).await.unwrap(), ids[1]);
        assert_eq!(history.find("bbbb", None).await.unwrap(), ids[1]);
        let missing = history.find("bbbb", Some(Kind::Run)).await.unwrap_err();
        assert!(matches!(missing, Error::NoRun { .. }), "{missing}");
        let other = history.find(&ids[0].to_string(), Some(Kind::Run)).await.unwrap_err();
        let words = other.to_string();
        assert!(words.contains("is the record of a tuning, and the record of a matrix"), "{words}");
        assert!(!words.contains(['\n', '{']), "{words}");
    });
}

#[test]
fn series_and_branches_are_of_matrices_as_they_were() {
    on_each(async |history, _| {
        add(&history, [1, 2, 3]).await;
        let newest = SeriesFilter { last: Some(2), ..SeriesFilter::default() };
        let before = history.series(&newest).await.unwrap();
        add_others(&history).await;
        // The newest two runs are no longer those with series.
        assert_eq!(history.series(&newest).await.unwrap(), before);
        let names = async |kind| {
            let branches = history.branches(kind).await.unwrap();
            branches.into_iter().map(|it| (it.name, it.runs)).collect::<Vec<_>>()
        };
        assert_eq!(names(Some(Kind::Run)).await, [(None, 3)]);
        assert_eq!(names(None).await, [(Some("lanes".into()), 3), (None, 3)]);
    });
}

#[test]
fn an_export_has_all_kinds_and_one_of_the_first_format_is_read() {
    on_each(async |history, _| {
        let from = Store::sqlite();
        let first = History::open(&from.url).await.unwrap();
        add(&first, [1]).await;
        add_others(&first).await;
        let mut text = Vec::new();
        assert_eq!(first.export(&mut text).await.unwrap(), 4);
        let text = String::from_utf8(text).unwrap();
        let older =
            text.replacen("\"pollbench_history_export\":2", "\"pollbench_history_export\":1", 1);
        assert_ne!(older, text);
        assert_eq!(history.import(&mut older.as_bytes()).await.unwrap().new, 4);
        let mut second = Vec::new();
        history.export(&mut second).await.unwrap();
        assert_eq!(String::from_utf8(second).unwrap(), text);
        assert_clean(&history).await;
    });
}

#[test]
fn a_history_of_the_first_schema_becomes_this_one() {
    for store in Store::all() {
        wait(async {
            let history = History::open(&store.url).await.unwrap();
            add(&history, [1, 2]).await;
            history.close().await;
            // What the first schema had not.
            store
                .run(
                    "DROP INDEX runs_by_kind; DROP INDEX runs_by_kind_and_branch;
                     ALTER TABLE runs DROP COLUMN kind; ALTER TABLE runs DROP COLUMN title;
                     UPDATE pollbench_history SET version = 1",
                )
                .await;
            let history = History::open(&store.url).await.unwrap();
            assert_eq!(store.number("SELECT version FROM pollbench_history").await, SCHEMA);
            assert_eq!(listed(&history, Some(Kind::Run)).await.len(), 2);
            add_others(&history).await;
            assert_clean(&history).await;
        });
    }
}

#[test]
fn a_check_notices_a_kind_or_a_title_that_is_not_the_records() {
    on_each(async |history, store| {
        let ids = add_others(&history).await;
        for (change, what) in [
            ("kind = 'profile'", "its kind"),
            ("title = 'another'", "its title"),
            ("cells = 7", "the number of its cells"),
        ] {
            store.run(&format!("UPDATE runs SET {change} WHERE id = {}", ids[0])).await;
            let problems = history.check().await.unwrap();
            let [problem] = problems.as_slice() else { panic!("{problems:?}") };
            assert!(problem.to_string().contains(what), "{problem}");
            let back = "kind = 'tuning', title = 'batched: skew', cells = 2";
            store.run(&format!("UPDATE runs SET {back} WHERE id = {}", ids[0])).await;
        }
        assert_clean(&history).await;
        store.run(&format!("UPDATE runs SET kind = 'other' WHERE id = {}", ids[0])).await;
        let error = history.run(ids[0]).await.unwrap_err();
        assert!(error.to_string().contains("there is no kind \"other\""), "{error}");
    });
}

#[test]
fn names_may_be_anything_and_what_is_none_of_these_is_refused() {
    on_each(async |history, _| {
        for name in ["<script>alert(1)</script>", "'; DROP TABLE runs; --", "\0", "\u{202e}", "🦀"]
        {
            let kinds = [
                Document::Tuning(Box::new(hostile_tuning(name))),
                Document::Profile(Box::new(hostile_profile(name))),
                Document::Live(Box::new(hostile_live(name))),
            ];
            for document in kinds {
                let time = Some("2025-02-01T00:00:00Z".parse().unwrap());
                let provenance = Provenance { time, ..Provenance::default() };
                let added = history.add(&value(&document), &provenance).await.unwrap();
                assert_eq!(history.document(added.id).await.unwrap(), document);
            }
        }
        assert_clean(&history).await;
        let runs = listed(&history, None).await.len();
        for other in [json!({}), json!({ "profile_schema": 99 }), json!({ "live_schema": 1 })] {
            let text = other.to_string();
            let plain = Provenance::default();
            let refused = history.add_text(text.as_bytes(), Path::new("x"), &plain).await;
            let error = refused.unwrap_err();
            assert!(matches!(error, Error::Record(_)), "{error}");
        }
        assert_eq!(listed(&history, None).await.len(), runs);
    });
}
