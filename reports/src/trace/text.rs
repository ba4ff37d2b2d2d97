//! A trace as text for a terminal: what is wrong first, then the counts, then the times.

use super::{Counts, Ended, Finding, PollableKind, Served, Spread, Times, TraceRecord};
use crate::format::{bytes, count, duration, percent, quantity};
use crate::names::visible;
use crate::shown::Shown;

/// How much of the message of a trap is shown.
const SHOWN: usize = 300;

impl Shown for TraceRecord {
    const CALLED: &'static str = "the trace";

    fn text(&self) -> String {
        render(self)
    }
}

/// Renders a trace.
fn render(record: &TraceRecord) -> String {
    let counts = &record.counts;
    let mut lines = vec![verdict(record), String::new()];
    lines.push(ended(record));
    lines.extend(record.http.iter().flat_map(served));
    lines.push(polls(counts, record.seconds));
    if counts.polls > 0 {
        lines.extend([handles(&counts.handles_a_poll), ready(counts)]);
    }
    lines.extend([other_calls(counts), pollables(counts)]);
    if counts.waits() > 0 {
        lines.push(format!("{:<11}{}", "blocked", spread(&counts.blocked_a_wait, "a wait")));
    }
    if let Some(wake_up) = &record.wake_up {
        lines.push(format!(
            "{:<11}{}",
            "wake-up",
            spread(wake_up, "from the host's wake to the component")
        ));
    }
    lines.push(times(&record.time));
    if let Some(file) = &record.file {
        let lost = match file.lost {
            0 => String::new(),
            lost => format!(", of which the first {} are lost, for it was full", count(lost)),
        };
        let (path, size) = (visible(&file.path), bytes(file.bytes));
        lines.push(format!("{:<11}{path}: {} events{lost} ({size})", "trace", count(file.events)));
    }
    lines.extend(record.findings.iter().flat_map(tell));
    lines.join("\n") + "\n"
}

fn verdict(record: &TraceRecord) -> String {
    let file = visible(&record.component.file);
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
        Ended::Trapped(why) => format!("with a trap: {}", crate::names::harmless(why, SHOWN)),
        Ended::Answered => "when all requests had been handled".into(),
        Ended::TimeUp => "because its time was up".into(),
        Ended::Interrupted => "because it was interrupted".into(),
    };
    format!("{:<11}after {}, {how}", "ended", duration(record.seconds * 1e9))
}

fn served(it: &Served) -> Vec<String> {
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
        vec![format!("{:<11}{}, answered: {outcomes}{left}", "requests", count(it.requests))];
    if let Some(failure) = &it.failure {
        let failure = crate::names::harmless(failure, SHOWN);
        lines.push(format!("{:<11}the first request that failed: {failure}", ""));
    }
    if let Some(took) = &it.took {
        lines.push(format!("{:<11}{}", "handling", spread(took, "a request")));
    }
    lines
}

fn polls(counts: &Counts, seconds: f64) -> String {
    let a_second = counts.polls as f64 / seconds.max(1e-9);
    format!(
        "{:<11}{} ({} a second), {} spurious: they reported nothing new, with nothing done in between",
        "polls",
        count(counts.polls),
        quantity(a_second),
        count(counts.spurious()),
    )
}

fn handles(it: &Spread) -> String {
    let [least, median, p90, p99, most] = [it.least, it.median, it.p90, it.p99, it.most].map(count);
    format!(
        "{:<11}{:.1} a poll on average; least {least}, median {median}, 90 % {p90}, 99 % {p99}, most {most}",
        "handles", it.mean
    )
}

fn ready(counts: &Counts) -> String {
    format!(
        "{:<11}{} of {} handles ({})",
        "ready",
        count(counts.ready),
        count(counts.handles),
        percent(counts.ready as f64 / counts.handles.max(1) as f64)
    )
}

fn other_calls(counts: &Counts) -> String {
    format!(
        "{:<11}{} of `ready` ({} said yes), {} of `block`, {} of other functions",
        "calls",
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
        "{:<11}{} made, {} dropped, {} alive at the end{kinds}",
        "pollables",
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
        "{:<11}{guest} in the component, {boundary} at the boundary and in other host calls, {host} in the host's polls and clocks, {blocked} blocked",
        "time"
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
