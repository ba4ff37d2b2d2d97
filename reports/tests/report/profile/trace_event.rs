use pollbench_reports::profile::{Turn, trace_event};
use serde_json::{Value, json};

use super::hostile_profiles;
use crate::support::{profile, turns_of_a_loop};

fn written(profile: &pollbench_reports::profile::Profile) -> Value {
    let timeline = profile.timeline.as_ref().expect("a timeline");
    let turns = timeline.unpack().expect("turns");
    let mut text = Vec::new();
    trace_event::write(profile, turns, &timeline.markers, &mut text).unwrap();
    serde_json::from_slice(&text).expect("it is JSON")
}

/// What the Trace Event Format asks of each event: the fields of its phase, and their types.
fn expect_event(event: &Value) {
    let has = |name: &str, is: fn(&Value) -> bool| {
        assert!(event.get(name).is_some_and(is), "{name} of {event}");
    };
    let is_time = |it: &Value| it.as_f64().is_some_and(|it| it >= 0.0);
    has("name", Value::is_string);
    has("pid", Value::is_u64);
    has("tid", Value::is_u64);
    has("args", Value::is_object);
    let phase = event["ph"].as_str().expect("a phase");
    if phase != "M" {
        has("ts", is_time);
        has("cat", Value::is_string);
    }
    match phase {
        "X" => has("dur", is_time),
        "C" => assert!(event["args"].as_object().unwrap().values().all(Value::is_number)),
        "i" => assert!(["g", "p", "t"].map(|it| json!(it)).contains(&event["s"])),
        "M" => has("args", |it| it["name"].is_string()),
        other => panic!("phase {other}"),
    }
}

fn of_phase<'a>(trace: &'a Value, phase: &str) -> Vec<&'a Value> {
    let events = trace["traceEvents"].as_array().expect("events");
    events.iter().filter(|it| it["ph"] == phase).collect()
}

#[test]
fn every_event_has_the_fields_of_its_phase() {
    for profile in hostile_profiles().into_iter().chain([profile()]) {
        let trace = written(&profile);
        assert!(trace["displayTimeUnit"] == "ns" && trace["otherData"].is_object());
        trace["traceEvents"].as_array().unwrap().iter().for_each(expect_event);
    }
}

#[test]
fn polls_and_guest_follow_each_other_without_overlap() {
    let trace = written(&profile());
    let mut free_from = 0.0;
    for event in of_phase(&trace, "X") {
        let (from, long) = (event["ts"].as_f64().unwrap(), event["dur"].as_f64().unwrap());
        assert!(from >= free_from - 1e-6, "{event}");
        free_from = from + long;
    }
    let first = turns_of_a_loop(500).next().unwrap();
    let event = of_phase(&trace, "X")[0];
    assert_eq!(event["dur"].as_f64(), Some(first.poll as f64 / 1e3));
    assert_eq!(event["args"], json!({ "call": 0, "handles": first.handles, "ready": first.ready }));
    let guest = of_phase(&trace, "X")[1];
    assert_eq!(guest["args"]["tasks"], json!(first.steps.len()));
    assert!(guest["args"]["first tasks"][0].as_str().unwrap().ends_with(" (pollable)"));
}

#[test]
fn markers_and_counters_are_where_they_belong() {
    let profile = profile();
    let trace = written(&profile);
    let markers: Vec<(&str, u64)> = of_phase(&trace, "i")
        .into_iter()
        .map(|it| (it["name"].as_str().unwrap(), it["args"]["call"].as_u64().unwrap()))
        .collect();
    let expected =
        [("a task was starved", 166), ("the list has grown", 334), ("a check failed", 491)];
    assert_eq!(markers, expected);
    let turns: Vec<Turn> = turns_of_a_loop(500).collect();
    let last = of_phase(&trace, "C").into_iter().rfind(|it| it["name"] == "handles").unwrap();
    assert_eq!(last["args"]["handles"], json!(turns.last().unwrap().handles));
}

/// Turns are written as they come: nothing of them is kept.
#[test]
fn a_million_turns_are_streamed() {
    let mut counting = Counting::default();
    trace_event::write(&profile(), turns_of_a_loop(1_000_000), &[], &mut counting).unwrap();
    assert!(counting.bytes > 100_000_000, "{}", counting.bytes);
    assert!(counting.longest < 10_000, "{}", counting.longest);
}

#[derive(Default)]
struct Counting {
    bytes: usize,
    longest: usize,
}

impl std::io::Write for Counting {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.bytes += bytes.len();
        self.longest = self.longest.max(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
