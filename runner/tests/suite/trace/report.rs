//! The report of a trace.

use serde_json::Value;

use super::trace;
use crate::support::command::Workplace;
use crate::support::wat_command::command;

/// 200 waits, with ten rounds of `$burn` before each for one of `$glow`.
const BURNS: &str = "
    (loop $turn
      (call $burn (i32.const 1000000))
      (call $glow (i32.const 100000))
      (call $set (i32.const 0) (call $timer (i64.const 0)))
      (drop (call $wait (i32.const 1)))
      (call $drop (call $get (i32.const 0)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $turn (i32.lt_u (local.get $i) (i32.const 200))))";

#[test]
fn the_function_that_burns_is_on_top_and_looking_changes_no_count() {
    let place = Workplace::new();
    place.file("burns.wasm", &command(BURNS));
    let arguments = ["--report", "burns.html", "-o", "burns.trace", "burns.wasm"];
    let (ran, seen) = trace(&place, &arguments);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let functions = seen.functions.expect("its stack was looked at");
    let own = |name: &str| -> u64 {
        let named = |function: u32| functions.functions[function as usize].name == name;
        functions.tree.nodes.iter().filter(|it| named(it.function)).map(|it| it.own).sum()
    };
    let (burn, glow, all) = (own("burn"), own("glow"), functions.tree.total());
    // The truth is ten to one. Samples are few where the machine is fast.
    assert!(all >= 100 && burn >= 5 * glow && burn + glow >= all * 9 / 10, "{burn} {glow} {all}");
    assert!(ran.stderr.contains("% is `burn`"), "{}", ran.stderr);
    // The component calls nothing else, and what the engine does at a tick is none of its calls.
    assert_eq!((seen.counts.polls, seen.counts.other_calls), (200, 0), "{}", ran.stderr);
    let (_, plain) = trace(&place, &["burns.wasm"]);
    assert_eq!((plain.functions, plain.counts.other_calls), (None, 0));
}

#[test]
fn a_file_has_the_same_report_as_the_run_that_wrote_it() {
    let place = Workplace::new();
    place.file("burns.wasm", &command(BURNS));
    trace(&place, &["--report", "ran.html", "-o", "burns.trace", "burns.wasm"]);
    trace(&place, &["--report", "read.html", "--read", "burns.trace"]);
    let ran = place.read("ran.html");
    assert!(ran == place.read("read.html"), "the reports differ");
    for words in ["FOUND: burns.wasm: ", "Timeline of 200 poll calls", "burn", "What was counted"] {
        assert!(ran.contains(words), "no {words:?}");
    }
    place.refuses(&["trace", "--report", "burns.wasm/a.html", "burns.wasm"], &["burns.wasm"]);
}

/// What stands in the file follows one another without a gap, as in the program.
#[test]
fn every_wait_is_among_the_trace_events() {
    let place = Workplace::new();
    place.file("burns.wasm", &command(BURNS));
    trace(&place, &["--trace-events", "events.json", "burns.wasm"]);
    let events: Value = serde_json::from_str(&place.read("events.json")).expect("it is JSON");
    let events = events["traceEvents"].as_array().expect("a list of events");
    let lasting: Vec<&Value> = events.iter().filter(|it| it["ph"] == "X").collect();
    let names: Vec<&str> = lasting.iter().filter_map(|it| it["name"].as_str()).collect();
    assert_eq!(names, ["blocked", "poll", "until the next call"].repeat(200));
    for pair in lasting.windows(2) {
        let number = |it: &Value| it.as_f64().expect("a number");
        let ends = number(&pair[0]["ts"]) + number(&pair[0]["dur"]);
        assert!((ends - number(&pair[1]["ts"])).abs() < 0.01, "{pair:?}");
    }
    let counters = events.iter().filter(|it| it["ph"] == "C" && it["name"] == "alive").count();
    assert_eq!(counters, 1, "one pollable is alive at each wait");
}

/// Of many waits, the last ones are in the report, with what is not.
#[test]
fn a_report_of_more_events_than_there_is_room_for_says_so() {
    let place = Workplace::new();
    let body = BURNS.replace("1000000", "1").replace("100000", "1").replace("200", "300000");
    place.file("many.wasm", &command(&body));
    trace(&place, &["--report", "many.html", "--output-limit", "1", "many.wasm"]);
    let page = place.read("many.html");
    assert!(
        page.contains("events are not in the timeline, for there was no room"),
        "{}",
        page.len()
    );
}
