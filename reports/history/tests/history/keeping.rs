//! One run: adding, reading, naming and removing it.

use std::path::Path;

use pollbench_history::{Error, Filter, Page, Provenance, RunId};
use pollbench_reports::record::Record;
use serde_json::{Value, json};

use crate::support::{small, time};
use crate::{add, assert_clean, on_each};

const ALL: Page = Page { offset: 0, limit: 1000 };

#[test]
fn a_record_comes_back_as_it_was() {
    on_each(async |history, _| {
        let record = small(3);
        let provenance = Provenance {
            commit: Some("abc123".into()),
            branch: Some("main".into()),
            subject: Some("Polls less\n\nAnd more.".into()),
            tags: vec!["v2".into(), "v1".into()],
            time: None,
        };
        let added = history.add(&record, &provenance).await.unwrap();
        assert!(added.was_new);
        assert_eq!(history.get(added.id).await.unwrap(), record);
        let run = history.run(added.id).await.unwrap();
        assert_eq!(run.commit.as_deref(), Some("abc123"));
        assert_eq!(run.branch.as_deref(), Some("main"));
        assert_eq!(run.subject.as_deref(), Some("Polls less"));
        assert_eq!(run.tags, ["v1", "v2"]);
        assert_eq!((run.time, run.cells, run.failed), (time(3), 6, 1));
        assert_eq!(run.conditions.cpu, "Example CPU @ 2.50GHz");
        assert_eq!(run.conditions.engines["stock"], "wasmtime 48.0.1");
        assert_clean(&history).await;
    });
}

#[test]
fn the_same_record_is_kept_once_however_it_is_written() {
    on_each(async |history, _| {
        let record = small(1);
        let plain = Provenance::default();
        let first = history.add(&record, &plain).await.unwrap();
        let pretty = serde_json::to_vec_pretty(&record).unwrap();
        let tagged = Provenance { tags: vec!["again".into()], ..plain.clone() };
        let path = Path::new("again.json");
        let again = history.add_text(&pretty, path, &tagged).await.unwrap();
        assert_eq!((again.id, again.was_new), (first.id, false));
        assert_eq!(history.list(&Filter::default(), ALL).await.unwrap().total, 1);
        assert_eq!(history.run(first.id).await.unwrap().tags, ["again"]);
        assert_clean(&history).await;
    });
}

#[test]
fn fields_of_later_versions_and_records_of_earlier_ones_are_kept() {
    on_each(async |history, _| {
        let mut value = serde_json::to_value(small(1)).unwrap();
        value["novelty"] = json!({"deep": [1, 2.5]});
        value["schema"] = json!(1);
        for cell in value["cells"].as_array_mut().unwrap() {
            cell.as_object_mut().unwrap().remove("measures");
        }
        let text = serde_json::to_vec(&value).unwrap();
        let path = Path::new("old.json");
        let added = history.add_text(&text, path, &Provenance::default()).await.unwrap();
        let kept: Value = serde_json::from_slice(&history.text(added.id).await.unwrap()).unwrap();
        assert_eq!(kept, value);
        let record: Record = serde_json::from_value(value).unwrap();
        assert_eq!(history.get(added.id).await.unwrap(), record);
        assert_clean(&history).await;
    });
}

#[test]
fn what_is_no_record_is_refused_by_the_name_of_its_file() {
    on_each(async |history, _| {
        let plain = Provenance::default();
        let mut later = serde_json::to_value(small(1)).unwrap();
        later["schema"] = json!(99);
        let mut undated = small(1);
        undated.environment.started = "yesterday".into();
        for (text, expected) in [
            (b"{}".to_vec(), "broken.json is no pollbench record"),
            (b"{".to_vec(), "broken.json is damaged"),
            (serde_json::to_vec(&later).unwrap(), "schema 99"),
            (serde_json::to_vec(&undated).unwrap(), "\"yesterday\" is no time"),
        ] {
            let error = history.add_text(&text, Path::new("broken.json"), &plain).await;
            let error = error.unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        // A number that is none can't be written as JSON.
        let mut record = small(1);
        record.cells[0].time.as_mut().unwrap().guest_share = f64::NAN;
        assert!(matches!(history.add(&record, &plain).await, Err(Error::Record(_))));
        assert_eq!(history.list(&Filter::default(), ALL).await.unwrap().total, 0);
    });
}

#[test]
fn names_that_could_do_harm_are_refused() {
    on_each(async |history, _| {
        for name in ["", " ", "a\nb", "a\u{0}b", "\u{202e}abc", "\u{1b}[31m", &"x".repeat(1001)] {
            for provenance in [
                Provenance { commit: Some(name.into()), ..Provenance::default() },
                Provenance { branch: Some(name.into()), ..Provenance::default() },
                Provenance { tags: vec![name.into()], ..Provenance::default() },
            ] {
                let error = history.add(&small(1), &provenance).await.unwrap_err();
                assert!(matches!(error, Error::Name { .. }), "{error}");
                assert!(!error.to_string().contains(char::is_control), "{error}");
            }
        }
        let longest = Provenance { branch: Some("ü".repeat(500)), ..Provenance::default() };
        history.add(&small(1), &longest).await.unwrap();
    });
}

#[test]
fn runs_are_named_and_found() {
    on_each(async |history, _| {
        add(&history, [10, 11, 0xabc_def]).await;
        let [newest, second, first] = {
            let runs = history.list(&Filter::default(), ALL).await.unwrap().runs;
            [runs[0].clone(), runs[1].clone(), runs[2].clone()]
        };
        assert_eq!(first.commit.as_deref(), Some(&*format!("{:040x}", 10)));
        history.tag(first.id, "release").await.unwrap();
        history.tag(first.id, "release").await.unwrap();
        assert_eq!(history.run(first.id).await.unwrap().tags, ["release"]);
        assert_eq!(history.find("release", None).await.unwrap(), first.id);
        assert_eq!(history.find(&second.id.to_string(), None).await.unwrap(), second.id);
        assert_eq!(
            history.find(&newest.digest[..8].to_uppercase(), None).await.unwrap(),
            newest.id
        );
        assert_eq!(history.find(second.commit.as_ref().unwrap(), None).await.unwrap(), second.id);
        let error = history.find("0000000000", None).await.unwrap_err();
        assert!(matches!(error, Error::Ambiguous { .. }), "{error}");
        for absent in ["", "nothing", "%", "ffff%", "a\u{0}b", "99"] {
            let error = history.find(absent, None).await.unwrap_err();
            assert!(matches!(error, Error::NoRun { .. }), "{absent:?}: {error}");
        }
        assert!(history.untag(first.id, "release").await.unwrap());
        assert!(!history.untag(first.id, "release").await.unwrap());
        assert!(history.tag(RunId(99), "x").await.is_err());
    });
}

#[test]
fn a_run_that_is_removed_leaves_nothing_and_its_number_does_not_come_again() {
    on_each(async |history, store| {
        add(&history, [1, 2]).await;
        let runs = history.list(&Filter::default(), ALL).await.unwrap().runs;
        for run in &runs {
            history.tag(run.id, "x").await.unwrap();
            history.remove(run.id).await.unwrap();
            assert_clean(&history).await;
            assert!(matches!(history.remove(run.id).await, Err(Error::NoRun { .. })));
            assert!(matches!(history.get(run.id).await, Err(Error::NoRun { .. })));
        }
        for table in ["runs", "records", "tags", "cells", "series", "environments"] {
            let sql = format!("SELECT COUNT(*) FROM {table}");
            assert_eq!(store.number(&sql).await, 0, "{table}");
        }
        let again = history.add(&small(1), &Provenance::default()).await.unwrap();
        assert!(again.was_new && runs.iter().all(|run| run.id < again.id));
    });
}
