//! The turns of a profile as trace events, which Perfetto, Chromium's tracing and the Firefox
//! Profiler read.

use std::io::{self, Write};

use serde_json::json;

use super::{Marker, Profile, Turn};
use crate::names::shown;
use crate::trace_event::{MOST_CHARACTERS, TraceEvents};

/// How many of a turn's tasks are named in its event.
const MOST_TASKS: usize = 32;

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
    let mut events = TraceEvents::begin(&mut to, "pollbench profile", "guest", &head, markers)?;
    for turn in turns {
        events.lasts(
            "poll",
            turn.start,
            turn.poll,
            |call| json!({ "call": call, "handles": turn.handles, "ready": turn.ready }),
        )?;
        let begins = turn.start.saturating_add(turn.poll);
        events.lasts("guest", begins, turn.guest, |call| {
            let named = turn.steps.iter().take(MOST_TASKS);
            let tasks: Vec<String> =
                named.map(|it| format!("{} ({})", it.task, it.woken_by.name())).collect();
            json!({ "call": call, "tasks": turn.steps.len(), "first tasks": tasks })
        })?;
        events.counts(turn.start, [("handles", turn.handles), ("ready", turn.ready)])?;
        events.next_call(turn.start)?;
    }
    events.end()
}
