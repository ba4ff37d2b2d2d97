//! Bencher's and github-action-benchmark's files, against what their pages say.

use pollbench_reports::comparison::output::Format;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::written;
use crate::support::{ODD, all_kinds, cell, comparison_of, timing};
use pollbench_reports::comparison::{Comparison, Verdict};

/// After <https://bencher.dev/bmf.json>, and stricter: nothing else, no empty names, and
/// none longer than is taken.
fn bmf_schema() -> Value {
    let number = json!({ "type": "number" });
    json!({
        "type": "object",
        "propertyNames": { "minLength": 1, "maxLength": 1024 },
        "additionalProperties": {
            "type": "object",
            "minProperties": 1,
            "propertyNames": { "minLength": 1, "maxLength": 64 },
            "additionalProperties": {
                "type": "object",
                "properties": { "value": number, "lower_value": number, "upper_value": number },
                "required": ["value"],
                "additionalProperties": false,
            },
        },
    })
}

/// After the README of github-action-benchmark.
fn action_schema() -> Value {
    let text = json!({ "type": "string", "minLength": 1 });
    json!({
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "name": text,
                "unit": text,
                "value": { "type": "number" },
                "range": text,
                "extra": text,
            },
            "required": ["name", "unit", "value"],
            "additionalProperties": false,
        },
    })
}

fn valid(comparison: &Comparison, format: Format, schema: &Value) -> Value {
    let value = serde_json::from_str(&written(comparison, format)).unwrap();
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&value).map(|it| it.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    value
}

fn bmf(comparison: &Comparison) -> Value {
    valid(comparison, Format::Bmf, &bmf_schema())
}

fn action(comparison: &Comparison) -> Value {
    valid(comparison, Format::GithubActionBenchmark, &action_schema())
}

const SLOWER: &str = "slab/slab/pollables=20/active=1/events=1000/slab=slab/effort=40000/host=slab";

#[test]
fn bencher_gets_the_candidates_numbers() {
    let value = bmf(&all_kinds("slab"));
    let slower = &value[SLOWER];
    assert_eq!(slower["guest_fuel"], json!({ "value": 820.12 }));
    let time = &slower["ns_per_event"];
    let [low, value_, high] =
        ["lower_value", "value", "upper_value"].map(|it| time[it].as_f64().unwrap());
    assert!((low - 3120.0 * 1.32).abs() < 1e-6 && (high - 3120.0 * 1.37).abs() < 1e-6, "{time}");
    assert!(low < value_ && value_ < high);
    // Cells with a problem have no numbers.
    assert_eq!(value.as_object().unwrap().len(), 7);
}

#[test]
fn noisy_counts_are_no_numbers_to_follow() {
    let value = bmf(&all_kinds("slab"));
    let noisy = "slab/slab/pollables=40/active=1/events=1000/effort=40000/host=stock";
    assert!(value[noisy]["ns_per_event"].is_object() && value[noisy]["guest_fuel"].is_null());
}

#[test]
fn the_action_gets_the_same_with_units() {
    let value = action(&all_kinds("slab"));
    let entries = value.as_array().unwrap();
    let find = |metric: &str| {
        let name = format!("{SLOWER} {metric}");
        entries.iter().find(|it| it["name"] == *name).unwrap()
    };
    let time = find("ns_per_event");
    assert_eq!((&time["unit"], &time["range"]), (&json!("ns/event"), &json!("4.12 µs to 4.27 µs")));
    assert_eq!(
        find("guest_fuel"),
        &json!({
            "name": format!("{SLOWER} guest_fuel"),
            "unit": "fuel/event",
            "value": 820.12,
            "extra": "slab (pollbench 0.1.0, wasmtime 48.0.1)",
        })
    );
    let all: usize = bmf(&all_kinds("slab"))
        .as_object()
        .unwrap()
        .values()
        .map(|it| it.as_object().unwrap().len())
        .sum();
    assert_eq!(entries.len(), all);
}

#[test]
fn a_name_says_the_same_whatever_else_is_measured() {
    let all = all_kinds("slab");
    let one = comparison_of(vec![all.cells[1].clone()]);
    assert!(bmf(&one)[SLOWER].is_object() && bmf(&all)[SLOWER].is_object());
}

#[test]
fn a_candidate_with_two_bases_is_there_once() {
    let mut first = cell("slab", "idle", 10);
    first.timing = Some(timing(Verdict::Same, 0.99, 1.01));
    let mut second = first.clone();
    second.identity.base_guest = "batched".into();
    let value = action(&comparison_of(vec![first, second]));
    assert_eq!(value.as_array().unwrap().len(), 1);
}

#[test]
fn times_that_are_not_finite_are_left_out() {
    let mut cell = cell("slab", "idle", 10);
    cell.timing = Some(timing(Verdict::CantTell, 0.0, 1.0));
    let comparison = comparison_of(vec![cell.clone()]);
    // The estimate is 0, so there is no interval to carry over.
    let name = "slab/idle/pollables=10/active=1/events=1000/effort=40000/host=stock";
    assert_eq!(bmf(&comparison)[name]["ns_per_event"], json!({ "value": 0.0 }));
    cell.timing.as_mut().unwrap().candidate_ns = f64::NAN;
    assert_eq!(bmf(&comparison_of(vec![cell.clone()])), json!({}));
    assert_eq!(action(&comparison_of(vec![cell])), json!([]));
}

#[test]
fn odd_names_are_text() {
    for name in ODD {
        assert_eq!(bmf(&all_kinds(name)).as_object().unwrap().len(), 7);
        action(&all_kinds(name));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_name_is_text(name in any::<String>()) {
        prop_assert_eq!(bmf(&all_kinds(&name)).as_object().unwrap().len(), 7);
        action(&all_kinds(&name));
    }
}
