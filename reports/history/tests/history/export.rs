//! Exports and imports: nothing is lost, and what is missing or changed is noticed.

use pollbench_history::{Error, Filter, History, Imported, Page, Provenance, Run};

use crate::support::{Store, small, time, wait};
use crate::{add, assert_clean, on_each};

async fn exported(history: &History) -> String {
    let mut lines = Vec::new();
    history.export(&mut lines).await.unwrap();
    String::from_utf8(lines).unwrap()
}

async fn import(history: &History, text: &str) -> Result<Imported, Error> {
    history.import(&mut text.as_bytes()).await
}

async fn filled() -> (History, Store) {
    let store = Store::sqlite();
    let history = History::open(&store.url).await.unwrap();
    add(&history, [3, 1]).await;
    let provenance = Provenance {
        branch: Some("main".into()),
        subject: Some("Polls less".into()),
        time: Some(time(7)),
        tags: vec!["a".into(), "b".into()],
        ..Provenance::default()
    };
    history.add(&small(2), &provenance).await.unwrap();
    (history, store)
}

async fn all(history: &History) -> Vec<Run> {
    let page = Page { offset: 0, limit: 100 };
    let mut runs = history.list(&Filter::default(), page).await.unwrap().runs;
    for run in &mut runs {
        // Each history has numbers of its own.
        (run.id.0, run.environment) = (0, 0);
    }
    runs
}

#[test]
fn an_import_is_equal_to_what_was_exported() {
    on_each(async |history, _| {
        let (from, _store) = filled().await;
        let text = exported(&from).await;
        assert_eq!(import(&history, &text).await.unwrap(), Imported { new: 3, known: 0 });
        assert_eq!(all(&history).await, all(&from).await);
        assert_eq!(exported(&history).await, text);
        assert_eq!(import(&history, &text).await.unwrap(), Imported { new: 0, known: 3 });
        assert_eq!(exported(&history).await, text);
        assert_clean(&history).await;
    });
}

#[test]
fn the_format_is_what_the_documentation_says() {
    wait(async {
        let (history, _store) = filled().await;
        let text = exported(&history).await;
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], r#"{"pollbench_history_export":2}"#);
        assert_eq!(lines[4], r#"{"runs":3}"#);
        let run: serde_json::Value = serde_json::from_str(lines[3]).unwrap();
        assert_eq!(run["time"], "2025-01-01T07:00:00Z");
        assert_eq!(run["tags"], serde_json::json!(["a", "b"]));
        assert_eq!(run["record"], serde_json::to_value(small(2)).unwrap());
        let fields: Vec<&String> = run.as_object().unwrap().keys().collect();
        let documented = include_str!("../../README.md");
        assert!(fields.iter().all(|it| documented.contains(&format!("`{it}`"))), "{fields:?}");
    });
}

#[test]
fn an_export_that_is_cut_off_or_changed_is_refused_and_can_be_gone_on_with() {
    on_each(async |history, _| {
        let (from, _store) = filled().await;
        let text = exported(&from).await;
        let lines: Vec<&str> = text.lines().collect();
        let first_two = lines[..3].join("\n");
        let changed = text.replacen("Example CPU", "Another CPU", 1);
        let renamed = text.replacen("\"branch\":\"main\"", "\"branch\":\"\\u001b[0m\"", 1);
        let later = text.replacen("export\":2", "export\":3", 1);
        let without_one = [&lines[..2], &lines[3..]].concat().join("\n");
        for (broken, expected) in [
            ("", "line 1 of the export: it is empty"),
            ("{}", "line 1 of the export: missing field"),
            (&*later, "its format is 3"),
            (&text[..text.len() / 2], "line 3 of the export"),
            (&first_two, "line 4 of the export: the export ends early"),
            (&without_one, "2 runs were read, and there should be 3"),
            (&changed, "line 2 of the export"),
            (&renamed, "can't be a branch"),
        ] {
            let error = import(&history, broken).await.unwrap_err().to_string();
            assert!(error.contains(expected), "{expected}: {error}");
            assert!(!error.contains(char::is_control), "{error}");
        }
        import(&history, &text).await.unwrap();
        assert_eq!(all(&history).await, all(&from).await);
        assert_clean(&history).await;
    });
}

#[test]
fn an_export_to_a_full_disk_says_so() {
    wait(async {
        let (history, _store) = filled().await;
        let Ok(mut full) = std::fs::File::options().write(true).open("/dev/full") else {
            return eprintln!("left out: this system has no /dev/full");
        };
        assert!(matches!(history.export(&mut full).await, Err(Error::Io(_))));
    });
}
