use std::path::Path;
use std::{env, fs};

use pollbench_reports::check::CheckRecord;
use pollbench_reports::comparison::Comparison;
use pollbench_reports::live::LiveRecord;
use pollbench_reports::profile::Profile;
use pollbench_reports::record::Record;
use pollbench_reports::trace::TraceRecord;
use pollbench_reports::tuning::{Bound, Tuning};
use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde_json::{Value, json};

use crate::checks;
use crate::support::{
    ODD, all_kinds, comparison_of, compromise, empty_profile, explained, grid, hard, hostile_live,
    hostile_profile, hostile_tuning, live, mix, profile, two_knobs, two_loads, typical,
};
use crate::traces;

/// The command that renews the schemas.
const RENEW: &str =
    "UPDATE_SCHEMA=1 cargo test --release -p pollbench-reports --test report schema";

/// The text of a schema as it is checked in.
fn checked_in<T: JsonSchema>(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema").join(name);
    if env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(&path, generated::<T>()).expect("the schema is written");
    }
    fs::read_to_string(path).unwrap_or_default()
}

fn generated<T: JsonSchema>() -> String {
    serde_json::to_string_pretty(&schema_for!(T)).expect("a schema is JSON") + "\n"
}

fn validator<T: JsonSchema>(name: &str) -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&checked_in::<T>(name)).expect("the schema is JSON");
    jsonschema::validator_for(&schema).expect("the schema is one")
}

fn assert_valid(validator: &jsonschema::Validator, value: &impl Serialize) {
    let value = serde_json::to_value(value).unwrap();
    let errors: Vec<String> = validator.iter_errors(&value).map(|it| it.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn the_schemas_are_those_of_the_types() {
    let record = checked_in::<Record>("record.schema.json") == generated::<Record>();
    let comparison =
        checked_in::<Comparison>("comparison.schema.json") == generated::<Comparison>();
    let tuning = checked_in::<Tuning>("tuning.schema.json") == generated::<Tuning>();
    let profile = checked_in::<Profile>("profile.schema.json") == generated::<Profile>();
    let check = checked_in::<CheckRecord>("check.schema.json") == generated::<CheckRecord>();
    let trace = checked_in::<TraceRecord>("trace.schema.json") == generated::<TraceRecord>();
    let live = checked_in::<LiveRecord>("live.schema.json") == generated::<LiveRecord>();
    assert!(
        record && comparison && tuning && profile && check && trace && live,
        "a schema is out of date; renew it with\n{RENEW}"
    );
}

#[test]
fn records_are_valid_and_others_are_not() {
    let validator = validator::<Record>("record.schema.json");
    for record in [typical().record(), typical().interrupted(), hard()] {
        assert_valid(&validator, &record);
    }
    let mut damaged = serde_json::to_value(typical().record()).unwrap();
    damaged["cells"][0]["status"] = json!("perhaps");
    assert!(!validator.is_valid(&damaged));
    assert!(!validator.is_valid(&json!({ "schema": 1 })));
}

#[test]
fn comparisons_are_valid_and_others_are_not() {
    let validator = validator::<Comparison>("comparison.schema.json");
    assert_valid(&validator, &comparison_of(Vec::new()));
    for name in ODD {
        assert_valid(&validator, &all_kinds(name));
    }
    let mut damaged = serde_json::to_value(all_kinds("slab")).unwrap();
    damaged["cells"][1]["timing"]["verdict"] = json!("perhaps");
    assert!(!validator.is_valid(&damaged));
    assert!(!validator.is_valid(&json!({ "schema": 1 })));
}

#[test]
fn tunings_are_valid_and_others_are_not() {
    let validator = validator::<Tuning>("tuning.schema.json");
    let bound = Some(Bound::P99AtMost(20_000.0));
    for tuning in [
        two_loads(),
        explained(),
        mix(),
        compromise(None),
        compromise(bound),
        two_knobs(),
        grid(bound),
    ] {
        assert_valid(&validator, &tuning);
    }
    for name in ODD {
        assert_valid(&validator, &hostile_tuning(name));
    }
    let mut damaged = serde_json::to_value(two_loads()).unwrap();
    damaged["tuned"][1]["judgement"]["values"][2]["standing"] = json!("perhaps");
    assert!(!validator.is_valid(&damaged));
    assert!(!validator.is_valid(&json!({ "schema": 1 })));
}

#[test]
fn profiles_are_valid_and_others_are_not() {
    let validator = validator::<Profile>("profile.schema.json");
    for profile in [profile(), empty_profile()] {
        assert_valid(&validator, &profile);
    }
    for name in ODD {
        assert_valid(&validator, &hostile_profile(name));
    }
    let mut damaged = serde_json::to_value(profile()).unwrap();
    damaged["timeline"]["markers"][0]["kind"] = json!("perhaps");
    assert!(!validator.is_valid(&damaged));
    assert!(!validator.is_valid(&json!({ "profile_schema": 1 })));
}

#[test]
fn checks_are_valid_and_others_are_not() {
    let validator = validator::<CheckRecord>("check.schema.json");
    for name in ODD {
        assert_valid(&validator, &checks::broken(name));
    }
    let mut damaged = serde_json::to_value(checks::broken("slab")).unwrap();
    damaged["checks"][0]["verdict"] = json!("perhaps");
    assert!(!validator.is_valid(&damaged));
    assert!(!validator.is_valid(&json!({ "check_schema": 1 })));
}

#[test]
fn traces_are_valid_and_others_are_not() {
    let validator = validator::<TraceRecord>("trace.schema.json");
    for name in ODD {
        assert_valid(&validator, &traces::found(name));
    }
    let mut damaged = serde_json::to_value(traces::found("app")).unwrap();
    damaged["ended"] = json!("perhaps");
    assert!(!validator.is_valid(&damaged));
    assert!(!validator.is_valid(&json!({ "trace_schema": 1 })));
}

#[test]
fn records_of_servers_are_valid_and_others_are_not() {
    let validator = validator::<LiveRecord>("live.schema.json");
    for name in ODD {
        assert_valid(&validator, &hostile_live(name));
    }
    let mut damaged = serde_json::to_value(live()).unwrap();
    damaged["scenario"] = json!("perhaps");
    assert!(!validator.is_valid(&damaged));
    assert!(!validator.is_valid(&json!({ "live_schema": 1 })));
}
