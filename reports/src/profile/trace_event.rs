//! The turns of a profile in the Trace Event Format, which Perfetto, Chromium's tracing and the
//! Firefox Profiler read.
//!
//! Source: *Trace Event Format*, the JSON Object Format: complete events (`X`), counters (`C`),
//! instant events (`i`) and metadata (`M`).
//! <https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU>

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};

use super::{Marker, MarkerKind, Profile, Turn};
use crate::names::shown;

/// How many of a turn's tasks are named in its event.
const MOST_TASKS: usize = 32;
/// How much of a text is kept, in characters.
const MOST_CHARACTERS: usize = 1_000;
/// There is one process, and the loop is its one thread.
const PROCESS: u32 = 1;
const THREAD: u32 = 1;

/// An event. Its fields are called as the format wants them.
#[derive(Serialize)]
struct Event<'a> {
    name: &'a str,
    cat: &'a str,
    ph: &'a str,
    /// When it begins, in microseconds from the opening of the window.
    ts: f64,
    /// How long it is, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    dur: Option<f64>,
    pid: u32,
    tid: u32,
    /// The scope of an instant event: its thread.
    #[serde(skip_serializing_if = "Option::is_none")]
    s: Option<&'a str>,
    args: Value,
}

/// Writes turns as trace events, one after the other, without keeping them: of each, the call
/// of `poll` and what the guest did until the next are complete events, and the handles and
/// ready handles are counters where they have changed. `markers` are instant events.
///
/// # Errors
///
/// If it can't be written.
pub fn write(
    profile: &Profile,
    turns: impl IntoIterator<Item = Turn>,
    markers: &[Marker],
    mut to: impl Write,
) -> io::Result<()> {
    let head = json!({
        "guest": shown(&profile.guest.name, MOST_CHARACTERS),
        "workload": shown(&profile.work.workload, MOST_CHARACTERS),
        "started": shown(&profile.started, MOST_CHARACTERS),
        "command": shown(&profile.command, MOST_CHARACTERS),
    });
    writeln!(to, "{{\"displayTimeUnit\":\"ns\",\"otherData\":{head},\"traceEvents\":[")?;
    serde_json::to_writer(&mut to, &metadata("process_name", "pollbench profile"))?;
    write_next(&mut to, &metadata("thread_name", &head["guest"]))?;
    let mut markers: Vec<&Marker> = markers.iter().collect();
    markers.sort_by_key(|it| it.turn);
    let mut markers = markers.into_iter().peekable();
    let mut counted = None;
    for (number, turn) in (0_u64..).zip(turns) {
        write_next(&mut to, &poll(&turn, number))?;
        write_next(&mut to, &guest(&turn, number))?;
        if counted.replace((turn.handles, turn.ready)) != Some((turn.handles, turn.ready)) {
            write_next(&mut to, &counter("handles", turn.start, turn.handles))?;
            write_next(&mut to, &counter("ready", turn.start, turn.ready))?;
        }
        while let Some(marker) = markers.next_if(|it| it.turn <= number) {
            write_next(&mut to, &instant(marker, turn.start))?;
        }
    }
    to.write_all(b"\n]}\n")?;
    to.flush()
}

fn write_next(to: &mut impl Write, event: &impl Serialize) -> io::Result<()> {
    to.write_all(b",\n")?;
    Ok(serde_json::to_writer(to, event)?)
}

fn metadata(name: &str, value: impl Serialize) -> Value {
    json!({ "name": name, "ph": "M", "pid": PROCESS, "tid": THREAD, "args": { "name": value } })
}

fn event<'a>(name: &'a str, cat: &'a str, ph: &'a str, at: u64, args: Value) -> Event<'a> {
    let (pid, tid) = (PROCESS, THREAD);
    Event { name, cat, ph, ts: microseconds(at), dur: None, pid, tid, s: None, args }
}

fn microseconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1_000.0
}

fn poll(turn: &Turn, number: u64) -> Event<'static> {
    let args = json!({ "call": number, "handles": turn.handles, "ready": turn.ready });
    Event { dur: Some(microseconds(turn.poll)), ..event("poll", "poll", "X", turn.start, args) }
}

fn guest(turn: &Turn, number: u64) -> Event<'static> {
    let tasks: Vec<String> = turn
        .steps
        .iter()
        .take(MOST_TASKS)
        .map(|it| format!("{} ({})", it.task, it.woken_by.name()))
        .collect();
    let args = json!({ "call": number, "tasks": turn.steps.len(), "first tasks": tasks });
    let begins = turn.start.saturating_add(turn.poll);
    Event { dur: Some(microseconds(turn.guest)), ..event("guest", "guest", "X", begins, args) }
}

fn counter(name: &'static str, at: u64, value: u32) -> Event<'static> {
    event(name, "list", "C", at, json!({ name: value }))
}

fn instant(marker: &Marker, at: u64) -> Event<'static> {
    let args = json!({ "text": shown(&marker.text, MOST_CHARACTERS), "call": marker.turn });
    Event { s: Some("t"), ..event(marker.kind.name(), "marker", "i", at, args) }
}

impl MarkerKind {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Failure => "a check failed",
            Self::Long => "a long turn",
            Self::Starved => "a task was starved",
            Self::Grown => "the list has grown",
        }
    }
}
