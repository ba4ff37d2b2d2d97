use pollbench_reports::profile::{Profile, firefox};
use serde_json::Value;

use super::hostile_profiles;
use crate::support::{empty_profile, profile};

fn text(profile: &Profile) -> Vec<u8> {
    let mut text = Vec::new();
    firefox::write(profile, &mut text).unwrap();
    text
}

fn written(profile: &Profile) -> Value {
    serde_json::from_slice(&text(profile)).expect("it is JSON")
}

/// A column of a table, as long as the table is.
fn column<'a>(table: &'a Value, name: &str) -> &'a Vec<Value> {
    let column = table[name].as_array().unwrap_or_else(|| panic!("column {name}: {table}"));
    assert_eq!(Some(column.len() as u64), table["length"].as_u64(), "{name}");
    column
}

/// Each is nothing, or the number of a row of a table with so many.
fn expect_rows(column: &[Value], rows: usize, may_be_none: bool) {
    for value in column {
        let is_row = value.as_u64().is_some_and(|it| it < rows as u64);
        assert!(is_row || may_be_none && value.is_null(), "{value} of {rows}");
    }
}

/// What the processed profile format asks of a thread whose frames are labels: tables by
/// columns of one length, and references that point into them (`src/types/profile.ts` of the
/// Firefox Profiler, version 55 of the format).
fn expect_thread(thread: &Value) {
    let strings = thread["stringArray"].as_array().expect("strings").len();
    let (samples, stacks) = (&thread["samples"], &thread["stackTable"]);
    let (frames, functions) = (&thread["frameTable"], &thread["funcTable"]);
    let stack = column(samples, "stack");
    let frame = column(stacks, "frame");
    expect_rows(stack, frame.len(), true);
    let function = column(frames, "func");
    expect_rows(frame, function.len(), false);
    let name = column(functions, "name");
    expect_rows(function, name.len(), false);
    expect_rows(name, strings, false);
    for (position, prefix) in column(stacks, "prefix").iter().enumerate() {
        assert!(prefix.is_null() || prefix.as_u64().unwrap() < position as u64, "{prefix}");
    }
    assert!(column(samples, "weight").iter().all(|it| it.as_i64().is_some_and(|it| it > 0)));
    assert_eq!(samples["weightType"], "samples");
    assert_eq!(column(samples, "timeDeltas").len(), stack.len());
}

fn weight(thread: &Value) -> u64 {
    column(&thread["samples"], "weight").iter().filter_map(Value::as_u64).sum()
}

#[test]
fn tables_fit_together_whatever_functions_are_called() {
    for profile in hostile_profiles().into_iter().chain([profile()]) {
        let json = written(&profile);
        assert_eq!(json["meta"]["preprocessedProfileVersion"], 55);
        let threads = json["threads"].as_array().expect("threads");
        threads.iter().for_each(expect_thread);
        let names: Vec<&Value> = threads.iter().map(|it| &it["name"]).collect();
        assert_eq!(names, ["guest, in samples", "guest, in units of fuel"]);
        let [sampled, exact] = threads.as_slice() else { panic!("two threads") };
        let fuel = profile.exact.as_ref().unwrap().tree.total();
        assert_eq!(weight(exact), fuel);
        assert_eq!(weight(sampled), profile.sampled.as_ref().unwrap().tree.total());
    }
}

#[test]
fn a_cost_of_more_than_31_bits_is_several_samples() {
    let mut large = profile();
    let cost = 3 * (1 << 31);
    large.exact.as_mut().unwrap().tree.nodes[2].own = cost;
    let json = written(&large);
    assert_eq!(weight(&json["threads"][1]), large.exact.unwrap().tree.total());
}

#[test]
fn the_start_is_the_profiles() {
    assert_eq!(written(&profile())["meta"]["startTime"].as_f64(), Some(1_795_335_300_000.0));
    let empty = written(&empty_profile());
    assert_eq!(empty["threads"], serde_json::json!([]));
    assert_eq!(empty["meta"]["product"], "pollbench profile of slab");
}

#[test]
fn the_same_profile_is_the_same_file() {
    assert_eq!(text(&profile()), text(&profile()));
}
