use std::io::{self, Write};

use serde_json::json;

use super::{TraceRecord, Waits, standing_out};
use crate::names::shown;
use crate::trace_event::{MOST_CHARACTERS, TraceEvents};

/// Writes the waits of a trace as trace events, for Perfetto and others: how long each call blocked,
/// what the host worked in it, and the time until the next one; handles, those that were ready and
/// pollables alive as counters; and what stands out.
///
/// # Errors
///
/// If it can't be written.
pub fn write_events(record: &TraceRecord, waits: &Waits, to: &mut dyn Write) -> io::Result<()> {
    let text = |it: &str| shown(it, MOST_CHARACTERS);
    let head = json!({
        "component": text(&record.component.file),
        "started": text(&record.started),
        "command": text(&record.command),
    });
    let markers = standing_out(waits);
    let mut events = TraceEvents::begin(to, "pollbench trace", "component", &head, &markers)?;
    for wait in &waits.list {
        let woken = wait.start.saturating_add(wait.blocked);
        let returned = woken.saturating_add(wait.worked);
        events.lasts("blocked", wait.start, wait.blocked, |call| json!({ "call": call }))?;
        events.lasts("poll", woken, wait.worked, |call| {
            json!({ "call": call, "handles": wait.handles, "ready": wait.ready, "of no use": wait.wasted })
        })?;
        events.lasts(
            "until the next call",
            returned,
            wait.after,
            |call| json!({ "call": call, "other calls": wait.calls }),
        )?;
        let counters = [("handles", wait.handles), ("ready", wait.ready), ("alive", wait.alive)];
        events.counts(wait.start, counters)?;
        events.next_call(wait.start)?;
    }
    events.end()
}
