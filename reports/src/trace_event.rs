//! The Trace Event Format, which Perfetto, Chromium's tracing and the Firefox Profiler read.
//!
//! Source: *Trace Event Format*, the JSON Object Format: complete events (`X`), counters (`C`),
//! instant events (`i`) and metadata (`M`).
//! <https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU>

use std::io::{self, Write};
use std::iter::Peekable;
use std::vec::IntoIter;

use serde::Serialize;
use serde_json::{Value, json};

use crate::names::shown;
use crate::profile::{Marker, MarkerKind};

/// How much of a text is kept, in characters.
pub const MOST_CHARACTERS: usize = 1_000;
/// There is one process, and the loop is its one thread.
const PROCESS: u32 = 1;
const THREAD: u32 = 1;

/// An event. Its fields are called as the format wants them.
#[derive(Serialize)]
struct Event<'a> {
    name: &'a str,
    cat: &'a str,
    ph: &'a str,
    /// When it begins, in microseconds.
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

/// Writes what happens in the calls of a loop, one after the other, without keeping it. Times are
/// in nanoseconds.
pub struct TraceEvents<W, const N: usize> {
    to: W,
    markers: Peekable<IntoIter<Marker>>,
    /// The call that is being written, counted from 0.
    call: u64,
    /// What the counters were in the last call.
    counted: Option<[u32; N]>,
}

impl<W: Write, const N: usize> TraceEvents<W, N> {
    /// Begins a file. `head` says what is measured, and its member `named` is the thread's name;
    /// `markers` are instant events.
    ///
    /// # Errors
    ///
    /// If it can't be written.
    pub fn begin(
        mut to: W,
        process: &str,
        named: &str,
        head: &Value,
        markers: &[Marker],
    ) -> io::Result<Self> {
        writeln!(to, "{{\"displayTimeUnit\":\"ns\",\"otherData\":{head},\"traceEvents\":[")?;
        serde_json::to_writer(&mut to, &metadata("process_name", process))?;
        let mut markers = markers.to_vec();
        markers.sort_by_key(|it| it.turn);
        let markers = markers.into_iter().peekable();
        let mut events = Self { to, markers, call: 0, counted: None };
        events.write(&metadata("thread_name", &head[named]))?;
        Ok(events)
    }

    /// Adds something that lasts, with more about it for the call with a number.
    pub fn lasts(
        &mut self,
        name: &str,
        begins: u64,
        lasts: u64,
        more: impl FnOnce(u64) -> Value,
    ) -> io::Result<()> {
        let event = event(name, name, "X", begins, more(self.call));
        self.write(&Event { dur: Some(microseconds(lasts)), ..event })
    }

    /// Adds counters, where one has changed.
    pub fn counts(&mut self, at: u64, counters: [(&str, u32); N]) -> io::Result<()> {
        let values = counters.map(|it| it.1);
        if self.counted.replace(values) == Some(values) {
            return Ok(());
        }
        let each = |(name, value)| event(name, "list", "C", at, json!({ name: value }));
        counters.map(each).iter().try_for_each(|it| self.write(it))
    }

    /// Ends a call which began at this time, and adds its markers.
    pub fn next_call(&mut self, began: u64) -> io::Result<()> {
        while let Some(marker) = self.markers.next_if(|it| it.turn <= self.call) {
            let text = shown(&marker.text, MOST_CHARACTERS);
            let args = json!({ "text": text, "call": marker.turn });
            let event = event(marker.kind.name(), "marker", "i", began, args);
            self.write(&Event { s: Some("t"), ..event })?;
        }
        self.call += 1;
        Ok(())
    }

    /// Ends the file.
    pub fn end(mut self) -> io::Result<()> {
        self.to.write_all(b"\n]}\n")?;
        self.to.flush()
    }

    fn write(&mut self, event: &impl Serialize) -> io::Result<()> {
        self.to.write_all(b",\n")?;
        Ok(serde_json::to_writer(&mut self.to, event)?)
    }
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

impl MarkerKind {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Failure => "a check failed",
            Self::Long => "a long turn",
            Self::Starved => "a task was starved",
            Self::Grown => "the list has grown",
            Self::Wasted => "looks of no use",
        }
    }
}
