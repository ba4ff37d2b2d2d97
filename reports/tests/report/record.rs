use std::fs;
use std::path::PathBuf;

use pollbench_reports::record::{ReadError, Record, SCHEMA};
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{hard, typical};

/// A directory with a file of these bytes.
fn file(bytes: &[u8]) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("record.json");
    fs::write(&path, bytes).unwrap();
    (directory, path)
}

fn read(bytes: &[u8]) -> Result<Record, ReadError> {
    let (_directory, path) = file(bytes);
    Record::read(&path)
}

/// Reading fails with one line that names the file.
fn refuse(bytes: &[u8]) -> ReadError {
    let error = read(bytes).expect_err("a damaged record");
    let line = error.to_string();
    assert!(line.contains("record.json") && !line.contains('\n'), "{line}");
    error
}

#[test]
fn a_record_is_the_same_after_writing_and_reading() {
    for record in [typical().record(), typical().interrupted(), hard()] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("record.json");
        record.write(&path).unwrap();
        assert_eq!(Record::read(&path).unwrap(), record);
    }
}

#[test]
fn a_file_cut_short_is_damaged() {
    let text = serde_json::to_vec(&typical().record()).unwrap();
    for length in (0..text.len()).step_by(text.len() / 400) {
        assert!(matches!(refuse(&text[..length]), ReadError::Damaged { .. }), "{length}");
    }
}

#[test]
fn other_files_are_no_records() {
    for text in [
        "",
        "null",
        "7",
        "[]",
        "\"schema\"",
        "{\"schema\": \"1\"}",
        "{\"schema\": -1}",
        "{\"schema\": 1.5}",
        "{\"schema\": 99999999999}",
        "{\"schema\": 1}",
        "<html>",
    ] {
        assert!(matches!(refuse(text.as_bytes()), ReadError::Damaged { .. }), "{text}");
    }
    for text in
        ["{}", "\u{feff}{}", "{\"schema\": null}", "{\"name\": \"pollbench\", \"version\": 1}"]
    {
        assert!(matches!(refuse(text.as_bytes()), ReadError::NoRecord { .. }), "{text}");
    }
    assert!(matches!(refuse(&b"[".repeat(100_000)), ReadError::Damaged { .. }));
    let missing = Record::read("no/such/file.json".as_ref()).unwrap_err();
    assert!(matches!(missing, ReadError::Io { .. }));
}

#[test]
fn a_record_of_a_newer_schema_is_refused() {
    let newer = format!("{{\"schema\": {}, \"novelty\": []}}", SCHEMA + 1);
    let error = refuse(newer.as_bytes());
    assert!(matches!(error, ReadError::TooNew { found, .. } if found == SCHEMA + 1));
    assert!(error.to_string().contains("use a newer pollbench"));
    // Even where it looks like one of today.
    let newer = Record { schema: SCHEMA + 1, ..typical().record() };
    let error = refuse(&serde_json::to_vec(&newer).unwrap());
    assert!(matches!(error, ReadError::TooNew { found, .. } if found == SCHEMA + 1));
}

#[test]
fn unknown_fields_are_ignored() {
    let mut value = serde_json::to_value(typical().record()).unwrap();
    value["novelty"] = json!(1);
    value["cells"][0]["novelty"] = json!([1]);
    assert_eq!(read(value.to_string().as_bytes()).unwrap(), typical().record());
}

/// Every number in a JSON text, by walking it.
fn numbers(value: &Value) -> usize {
    match value {
        Value::Number(number) => usize::from(number.as_f64().is_some_and(f64::is_finite)),
        Value::Array(values) => values.iter().map(numbers).sum(),
        Value::Object(fields) => fields.values().map(numbers).sum(),
        Value::Null => panic!("a number that is not finite is written as null"),
        _ => 0,
    }
}

#[test]
fn every_number_of_a_cell_is_finite() {
    for record in [typical().record(), hard(), typical().interrupted()] {
        let cells = serde_json::to_value(record.cells).unwrap();
        assert!(numbers(&cells) > 100);
    }
}

#[cfg(unix)]
#[test]
fn a_record_has_the_permissions_of_any_new_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let [record, other] = ["record.json", "other"].map(|name| directory.path().join(name));
    typical().record().write(&record).unwrap();
    fs::write(&other, "").unwrap();
    let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&record), mode(&other));
}

#[test]
fn a_failed_write_leaves_the_old_file() {
    let (directory, path) = file(b"old");
    let below = path.join("record.json");
    let error = typical().record().write(&below).unwrap_err().to_string();
    assert!(error.starts_with("can't write ") && !error.contains('\n'), "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        refuse(&bytes);
    }

    #[test]
    fn a_changed_byte_never_panics(place in 0_usize..100_000, byte in any::<u8>()) {
        let mut text = serde_json::to_vec(&typical().record()).unwrap();
        let length = text.len();
        text[place % length] = byte;
        if let Ok(record) = read(&text) {
            // Whatever passes for a record can be shown, too.
            pollbench_reports::table::render(&record, Some(100));
            pollbench_reports::html::render(&record).unwrap();
        }
    }

    #[test]
    fn any_numbers_and_names_are_the_same_after_writing_and_reading(
        nanoseconds in any::<u64>(),
        share in 0.0_f64..1.0,
        name in any::<String>(),
        pollables in any::<u32>(),
    ) {
        let mut record = typical().record();
        let cell = &mut record.cells[0];
        (cell.guest, cell.pollables) = (name, pollables);
        let time = cell.time.as_mut().unwrap();
        time.guest_share = share;
        time.repetitions[0].nanoseconds = nanoseconds;
        prop_assert_eq!(read(&serde_json::to_vec(&record).unwrap()).unwrap(), record);
    }
}
