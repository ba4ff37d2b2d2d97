use std::path::Path;
use std::{env, fs};

use pollbench_reports::record::Record;
use serde_json::{Value, json};

use crate::support::{hard, typical};

/// The command that renews the schema.
const RENEW: &str =
    "UPDATE_SCHEMA=1 cargo test --release -p pollbench-reports --test report schema";

fn checked_in() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/record.schema.json");
    if env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(&path, generated()).expect("the schema is written");
    }
    fs::read_to_string(path).unwrap_or_default()
}

fn generated() -> String {
    let schema = schemars::schema_for!(Record);
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
}

#[test]
fn the_schema_is_the_one_of_the_types() {
    assert!(
        checked_in() == generated(),
        "schema/record.schema.json is out of date; renew it with\n{RENEW}"
    );
}

#[test]
fn records_are_valid_and_others_are_not() {
    let schema: Value = serde_json::from_str(&checked_in()).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    for record in [typical().record(), typical().interrupted(), hard()] {
        let value = serde_json::to_value(record).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|it| it.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    let mut damaged = serde_json::to_value(typical().record()).unwrap();
    damaged["cells"][0]["status"] = json!("perhaps");
    assert!(!validator.is_valid(&damaged));
    assert!(!validator.is_valid(&json!({ "schema": 1 })));
}
