//! A trace as text for a terminal: what is wrong first, then the counts, then the times.

use super::{
    Counts, Ended, Finding, PollableKind, Served, Spread, Times, TraceRecord, WrittenFile,
};
use crate::answer::Words;
use crate::format::{bytes, count, duration, percent, quantity};
use crate::names::{harmless, shown};
use crate::profile::flame::Unit;
use crate::profile::words::of_functions;
use crate::shown::Shown;

/// How much of a name, and of the message of a trap, is shown.
const SHOWN: usize = 300;

impl Shown for TraceRecord {
    const CALLED: &'static str = "the trace";

    fn text(&self) -> String {
        render(self)
    }
}

/// Renders a trace.
fn render(record: &TraceRecord) -> String {
    let mut lines = vec![verdict(record), String::new()];
    lines.extend(seen(record).iter().map(|(name, value)| format!("{name:<11}{value}")));
    lines.extend(record.findings.iter().flat_map(tell));
    lines.join("\n") + "\n"
}

/// What was seen, by what it is about; something more about the same has no name.
pub(crate) fn seen(record: &TraceRecord) -> Vec<(&'static str, String)> {
    let counts = &record.counts;
    let mut seen = vec![("ended", ended(record))];
    seen.extend(record.http.iter().flat_map(served));
    seen.push(("polls", polls(counts, record.seconds)));
    if counts.polls > 0 {
        seen.extend([("handles", handles(&counts.handles_a_poll)), ("ready", ready(counts))]);
    }
    seen.extend([("calls", other_calls(counts)), ("pollables", pollables(counts))]);
    if counts.waits() > 0 {
        seen.push(("blocked", spread(&counts.blocked_a_wait, "a wait")));
    }
    if let Some(wake_up) = &record.wake_up {
        seen.push(("wake-up", spread(wake_up, "from the host's wake to the component")));
    }
    seen.push(("time", times(&record.time)));
    seen.extend(functions(record).map(|it| ("functions", it.to_string())));
    seen.extend(record.file.as_ref().map(|it| ("trace", written(it))));
    seen
}

/// Which functions take the component's own time.
pub(crate) fn functions(record: &TraceRecord) -> Option<Words> {
    let it = record.functions.as_ref()?;
    of_functions("component", &it.functions, &it.tree, Unit::Samples)
}

fn written(file: &WrittenFile) -> String {
    let lost = match file.lost {
        0 => String::new(),
        lost => format!(", of which the first {} are lost, for it was full", count(lost)),
    };
    let (path, size) = (shown(&file.path, SHOWN), bytes(file.bytes));
    format!("{path}: {} events{lost} ({size})", count(file.events))
}

/// The findings by their names, or that there are none.
pub(crate) fn verdict(record: &TraceRecord) -> String {
    let file = shown(&record.component.file, SHOWN);
    let kinds: Vec<&str> = record.findings.iter().map(|it| it.kind.name()).collect();
    match kinds.as_slice() {
        [] if record.counts.looks() == 0 => {
            format!("NOTHING SEEN: {file} has not looked at any pollable.")
        }
        [] => format!("FINE: nothing is wrong with how {file} waits."),
        kinds => format!("FOUND: {file}: {}.", kinds.join(", ")),
    }
}

fn ended(record: &TraceRecord) -> String {
    let how = match &record.ended {
        Ended::Exited(code) => format!("by itself, with exit code {code}"),
        Ended::Trapped(why) => format!("with a trap: {}", harmless(why, SHOWN)),
        Ended::Answered => "when all requests had been handled".into(),
        Ended::TimeUp => "because its time was up".into(),
        Ended::Interrupted => "because it was interrupted".into(),
    };
    format!("after {}, {how}", duration(record.seconds * 1e9))
}

fn served(it: &Served) -> Vec<(&'static str, String)> {
    let statuses =
        it.answers.iter().map(|(status, times)| format!("{} with {status}", count(*times)));
    let failed = (it.failed > 0).then(|| format!("{} failed", count(it.failed)));
    let outcomes: Vec<String> = statuses.chain(failed).collect();
    let outcomes = if outcomes.is_empty() { "none".into() } else { outcomes.join(", ") };
    let left = match it.pollables_left {
        0 => String::new(),
        left => format!("; {} pollables were not dropped by their instances", count(left)),
    };
    let mut lines =
        vec![("requests", format!("{}, answered: {outcomes}{left}", count(it.requests)))];
    if let Some(failure) = &it.failure {
        let failure = harmless(failure, SHOWN);
        lines.push(("", format!("the first request that failed: {failure}")));
    }
    if let Some(took) = &it.took {
        lines.push(("handling", spread(took, "a request")));
    }
    lines
}

fn polls(counts: &Counts, seconds: f64) -> String {
    let a_second = counts.polls as f64 / seconds.max(1e-9);
    format!(
        "{} ({} a second), {} spurious: they reported nothing new, with nothing done in between",
        count(counts.polls),
        quantity(a_second),
        count(counts.spurious()),
    )
}

fn handles(it: &Spread) -> String {
    let [least, median, p90, p99, most] = [it.least, it.median, it.p90, it.p99, it.most].map(count);
    format!(
        "{:.1} a poll on average; least {least}, median {median}, 90 % {p90}, 99 % {p99}, most {most}",
        it.mean
    )
}

fn ready(counts: &Counts) -> String {
    format!(
        "{} of {} handles ({})",
        count(counts.ready),
        count(counts.handles),
        percent(counts.ready as f64 / counts.handles.max(1) as f64)
    )
}

fn other_calls(counts: &Counts) -> String {
    format!(
        "{} of `ready` ({} said yes), {} of `block`, {} of other functions",
        count(counts.ready_calls),
        count(counts.ready_answers),
        count(counts.blocks),
        count(counts.other_calls),
    )
}

fn pollables(counts: &Counts) -> String {
    let (made, dropped) = (counts.made(), counts.dropped());
    let of_kind = |kind: PollableKind| {
        let it = counts.kinds[kind.place()];
        let alive = it.made.saturating_sub(it.dropped);
        (it.made > 0).then(|| format!("{kind} {} made, {} alive", count(it.made), count(alive)))
    };
    let kinds: Vec<String> = PollableKind::ALL.into_iter().filter_map(of_kind).collect();
    let kinds = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join("; ")) };
    format!(
        "{} made, {} dropped, {} alive at the end{kinds}",
        count(made),
        count(dropped),
        count(made.saturating_sub(dropped)),
    )
}

/// A spread of times.
fn spread(it: &Spread, of: &str) -> String {
    let [median, p90, p99, most] =
        [it.median, it.p90, it.p99, it.most].map(|it| duration(it as f64));
    format!("{median} {of} in the median; 90 % {p90}, 99 % {p99}, most {most}")
}

fn times(it: &Times) -> String {
    let [guest, boundary, host, blocked] =
        [it.guest, it.boundary, it.host, it.blocked].map(duration);
    format!(
        "{guest} in the component, {boundary} at the boundary and in other host calls, {host} in the host's polls and clocks, {blocked} blocked"
    )
}

fn tell(finding: &Finding) -> [String; 4] {
    let Finding { kind, seen, cost, advice } = finding;
    [
        String::new(),
        format!("{kind}: {seen}"),
        format!("  what it costs: {cost}"),
        format!("  what to do: {advice}"),
    ]
}
