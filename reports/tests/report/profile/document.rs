use std::fs;

use pollbench_reports::document::{Document, DocumentError};
use pollbench_reports::profile::{Profile, ReadProfileError, SCHEMA};
use serde_json::{Value, json};

use crate::support::{hostile_profile, profile, two_loads, typical};

fn read(value: &Value) -> Result<Document, DocumentError> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("file.json");
    fs::write(&path, value.to_string()).unwrap();
    Document::read(&path)
}

fn refused(change: impl FnOnce(&mut Value)) -> ReadProfileError {
    let mut value = serde_json::to_value(profile()).unwrap();
    change(&mut value);
    match read(&value) {
        Err(DocumentError::Profile(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_is_what_its_schema_number_says() {
    for profile in [profile(), hostile_profile("</script> ; \u{0}")] {
        let read = read(&serde_json::to_value(&profile).unwrap()).unwrap();
        assert_eq!(read, Document::Profile(Box::new(profile)));
    }
    let record = read(&serde_json::to_value(typical().record()).unwrap()).unwrap();
    assert!(matches!(record, Document::Record(_)));
    let tuning = read(&serde_json::to_value(two_loads()).unwrap()).unwrap();
    assert!(matches!(tuning, Document::Tuning(_)));
    assert!(matches!(read(&json!({ "a": 1 })), Err(DocumentError::Record(_))));
}

#[test]
fn a_profile_that_is_written_comes_back() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("profile.json");
    profile().write(&path).unwrap();
    assert_eq!(Profile::read(&path).unwrap(), profile());
    let first = fs::read(&path).unwrap();
    profile().write(&path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), first, "the same profile is the same file");
    typical().record().write(&path).unwrap();
    assert!(Profile::read(&path).unwrap_err().to_string().contains("no pollbench"));
}

#[test]
fn profiles_that_are_damaged_are_refused_with_a_reason() {
    let newer = refused(|it| it["profile_schema"] = json!(SCHEMA + 1));
    assert!(matches!(newer, ReadProfileError::TooNew { found, .. } if found == SCHEMA + 1));
    for (place, value, reason) in [
        ("parent", json!(5), "before its parent"),
        ("function", json!(9), "is function 9 of 9"),
        ("own", json!(u64::MAX), "more than 64 bits"),
        ("own", json!(-1), "invalid value"),
    ] {
        let error = refused(|it| it["exact"]["tree"]["nodes"][5][place] = value).to_string();
        assert!(error.contains(reason) && error.contains("pollbench profile"), "{error}");
    }
}
