//! `pollbench trace`: any component, on a real host.

mod components;
mod ends;
mod files;
mod http;
mod replays;
mod report;
mod tokio;

use pollbench_reports::trace::{FindingKind, PollableKind, TraceRecord};

use crate::support::command::{Ran, Workplace};
use crate::support::wat_command::command;
use components::{SOUND, WRONG};

/// Runs `pollbench trace …` and reads what it says.
fn trace(place: &Workplace, arguments: &[&str]) -> (Ran, TraceRecord) {
    let ran = place.run(&[&["trace", "--write", "json=trace.json"], arguments].concat());
    let text = std::fs::read_to_string(place.path("trace.json"));
    let text = text.unwrap_or_else(|error| panic!("{error}: {}", ran.stderr));
    let record = serde_json::from_str(&text);
    (ran, record.unwrap_or_else(|error| panic!("{error}: {text}")))
}

#[test]
fn each_misbehaving_component_is_found_to_do_what_it_does_and_nothing_else() {
    for wrong in &WRONG {
        let place = Workplace::new();
        place.file("wrong.wasm", &command(wrong.body));
        let (ran, record) = trace(&place, &["wrong.wasm"]);
        assert_eq!(ran.code, Some(0), "{}: {}", wrong.kind, ran.stderr);
        let kinds: Vec<FindingKind> = record.findings.iter().map(|it| it.kind).collect();
        assert_eq!(kinds, [wrong.kind], "{}", ran.stderr);
        let seen = &record.findings[0].seen;
        assert!(seen.contains(wrong.words), "no {:?} in {seen}", wrong.words);
        assert!(ran.stderr.starts_with(&format!("FOUND: wrong.wasm: {}.", wrong.kind)));
        assert!(ran.stderr.contains("what it costs: ") && ran.stderr.contains("what to do: "));
    }
    let kinds: Vec<FindingKind> = WRONG.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, FindingKind::ALL);
}

#[test]
fn nothing_is_wrong_with_sound_components() {
    for (name, body) in SOUND {
        let place = Workplace::new();
        place.file("sound.wasm", &command(body));
        let (ran, record) = trace(&place, &["sound.wasm"]);
        assert_eq!((ran.code, &record.findings[..]), (Some(0), &[][..]), "{name}: {}", ran.stderr);
    }
}

/// The component itself says what it has done: all its calls are in its body.
#[test]
fn counts_are_those_of_the_component() {
    let place = Workplace::new();
    let (_, body) = SOUND[3];
    place.file("sound.wasm", &command(body));
    let (ran, TraceRecord { counts, seconds, time, .. }) = trace(&place, &["sound.wasm"]);
    assert_eq!((counts.polls, counts.blocks, counts.ready_calls), (100, 0, 0), "{}", ran.stderr);
    assert_eq!((counts.handles, counts.ready, counts.spurious()), (10_000, 10_000, 0));
    assert_eq!((counts.handles_a_poll.least, counts.handles_a_poll.most), (100, 100));
    assert_eq!((counts.made(), counts.dropped()), (10_000, 10_000));
    let made = counts.kinds[PollableKind::Stream.place()].made;
    assert_eq!((made, counts.made()), (10_000, 10_000));
    // `get-stdout`, for each pollable, and what the engine has called of its own accord.
    assert!((10_000..10_010).contains(&counts.other_calls), "{}", counts.other_calls);
    // All time is somewhere, and once. On a busy machine, what looking at the time has cost is
    // estimated so high that nothing may be left for the component.
    let parts = time.guest + time.boundary + time.host + time.blocked + time.observation;
    assert!(time.guest >= 0.0 && time.boundary > 0.0 && time.host > 0.0, "{time:?}");
    assert!((parts / (seconds * 1e9) - 1.0).abs() < 0.05, "{time:?} of {seconds}");
}

#[test]
fn waiting_is_told_apart_from_work() {
    let place = Workplace::new();
    let (_, body) = SOUND[1];
    place.file("sound.wasm", &command(body));
    let (ran, TraceRecord { counts, time, wake_up, .. }) = trace(&place, &["sound.wasm"]);
    // 150 times a millisecond, as the component asks for.
    assert!(time.blocked >= 150.0 * 1e6, "{}", ran.stderr);
    assert!(counts.blocked as f64 >= 150.0 * 1e6, "{counts:?}");
    assert!(time.host < time.blocked, "{time:?}");
    assert!(wake_up.is_some_and(|it| it.most > 0 && it.median < counts.blocked), "{wake_up:?}");
}
