//! What a record of servers under load says, in sentences.

use super::highest::{HighestRate, Upper};
use super::record::{HttpSettings, LiveRecord, LiveSettings, Scenario};
use super::simulated::{Beside, Pair};
use super::size::{Entry, Ratio, Size, sizes};
use crate::format::{count, duration, quantity, ratio};
use crate::names::harmless;

/// How much of a name, and of why a guest failed, is shown.
const NAME: usize = 60;
const REASON: usize = 600;

impl HttpSettings {
    /// What a handler asks another server for, in words.
    pub fn words(&self) -> String {
        let Self { requests, awaited, longest_delay_seconds, .. } = self;
        let sent = match requests {
            1 => "1 request of its own, whose answer it awaits".into(),
            many => format!("{} requests of its own, {}", count((*many).into()), awaits(awaited)),
        };
        let answered = match longest_delay_seconds {
            0.0 => "at once".into(),
            longest => format!("within {}", duration(longest * 1e9)),
        };
        format!("{sent}; they are answered {answered}")
    }
}

impl LiveSettings {
    /// The requests that are sent, in words.
    pub fn requests(&self) -> String {
        let (rate, moments) = (quantity(self.rate), self.arrivals.words());
        format!("{rate} requests of {} bytes a second{moments}", self.bytes)
    }
}

/// What was asked of the servers, in words.
pub fn asked(record: &LiveRecord) -> String {
    let settings = &record.settings;
    let requests = settings.requests();
    match (&settings.http, record.scenario) {
        (Some(http), _) => {
            let reuse = match http.reuse {
                None => String::new(),
                Some(1) => "; with WASI 0.3, each instance handles 1 request".into(),
                Some(many) => {
                    let many = count(many.into());
                    format!("; with WASI 0.3, each instance handles {many} requests")
                }
            };
            format!("{requests}; for each the server sends {}{reuse}", http.words())
        }
        (None, Scenario::Timers) => {
            let longest = match settings.longest_delay_seconds {
                Some(longest) => format!("up to {}", duration(longest * 1e9)),
                None => "up to half of the time between two requests of a connection".into(),
            };
            format!("{requests}, each answered after a timer of {longest}")
        }
        (None, Scenario::Echo | Scenario::Http) => requests,
    }
}

fn awaits(awaited: &str) -> String {
    match awaited {
        "all" => "of which it awaits all by one task".into(),
        "any" => "of which it awaits the first to be answered".into(),
        "each" => "of which it awaits each by a task of its own".into(),
        other => format!("of which it awaits {}", harmless(other, NAME)),
    }
}

impl Size<'_> {
    /// The load in words: `1,000 connections, 100 of them active`.
    pub fn label(&self) -> String {
        let connections = match self.connections {
            1 => "1 connection".into(),
            many => format!("{} connections", count(many.into())),
        };
        format!("{connections}, {} of them active", count(self.active.into()))
    }
}

impl Beside<'_> {
    /// What stands beside what: `idle, 1 active on stock, N = 1,000`.
    pub fn label(&self) -> String {
        let [workload, host] = [self.workload, self.host].map(|it| harmless(it, NAME));
        format!("{workload} on {host}, N = {}", count(self.connections.into()))
    }
}

impl Pair<'_> {
    /// The guest's name.
    pub fn name(&self) -> String {
        harmless(self.guest, NAME)
    }

    /// The bounds of the ratio: `1.49x to 1.55x`.
    pub fn interval(&self) -> String {
        let (low, high) = self.bounds();
        format!("{} to {}", ratio(low), ratio(high))
    }
}

impl Entry<'_> {
    /// The guest's name.
    pub fn name(&self) -> String {
        harmless(&self.cell.guest, NAME)
    }

    /// Whether the cell is complete, or why it is not.
    pub fn status(&self) -> &'static str {
        match (&self.cell.failure, self.cell.rounds.iter().any(|it| it.generator_is_late)) {
            (Some(_), _) => "failed",
            (None, true) => "load late",
            (None, false) if self.cell.rounds.is_empty() => "not measured",
            (None, false) => "ok",
        }
    }
}

impl Ratio {
    /// The ratio in a table: `1.00x`, `1.52x` or, if the two can't be told apart, `≈ 1.02x`.
    pub fn text(self) -> String {
        match self {
            Self::Least => ratio(1.0),
            Self::Told { value, .. } => ratio(value),
            Self::Alike { value } => format!("≈ {}", ratio(value)),
        }
    }

    /// The estimate.
    pub fn value(self) -> f64 {
        match self {
            Self::Least => 1.0,
            Self::Told { value, .. } | Self::Alike { value } => value,
        }
    }

    /// Its interval: `1.49x to 1.55x`.
    pub fn interval(self) -> Option<String> {
        match self {
            Self::Told { low, high, .. } => Some(format!("{} to {}", ratio(low), ratio(high))),
            Self::Least | Self::Alike { .. } => None,
        }
    }
}

/// For each load, who takes the least processor time, and how much more the others take.
pub fn answers(record: &LiveRecord) -> Vec<String> {
    sizes(record).iter().map(answer).collect()
}

fn answer(size: &Size<'_>) -> String {
    let label = size.label();
    let (Some(least), Some(cpu)) = (
        size.entries.first().filter(|it| it.to_least.is_some()),
        size.entries.first().and_then(|it| it.guest_cpu.as_ref()),
    ) else {
        return format!("{label}: no guest has a processor time to compare");
    };
    let of = |entry: &Entry<'_>| match entry.to_least? {
        Ratio::Least => None,
        Ratio::Told { .. } => Some(format!("{} {}", entry.name(), entry.to_least?.text())),
        Ratio::Alike { .. } => Some(format!("{} about as much", entry.name())),
    };
    let others: Vec<String> = size.entries.iter().filter_map(of).collect();
    let others = match others.as_slice() {
        [] => String::new(),
        others => format!("; {}", others.join(", ")),
    };
    format!(
        "{label}: {} takes the least processor time, {} a request{others}",
        least.name(),
        duration(cpu.median)
    )
}

/// For each load, the highest rate of each guest within the bound that was given: none if no rate
/// was looked for.
pub fn highest_rates(record: &LiveRecord) -> Vec<String> {
    let of = |size: &Size<'_>| {
        let mut found: Vec<(&Entry<'_>, &HighestRate)> = size
            .entries
            .iter()
            .filter_map(|entry| Some((entry, entry.cell.highest.as_ref()?)))
            .collect();
        let (_, first) = found.first()?;
        let bound = first.bound();
        let rate = |it: &HighestRate| it.kept().unwrap_or(0.0);
        found.sort_by(|(_, one), (_, other)| rate(other).total_cmp(&rate(one)));
        let each = found.iter().map(|(entry, it)| {
            let limit = match it.upper {
                Upper::Generator => " (the load generator sends no faster)",
                Upper::Failed | Upper::Untried => "",
            };
            format!("{} {}{limit}", entry.name(), it.text())
        });
        let each = each.collect::<Vec<_>>().join(", ");
        Some(format!("{}: the most requests a second with {bound}: {each}", size.label()))
    };
    sizes(record).iter().filter_map(of).collect()
}

/// How far a simulation is borne out by real sockets, in a sentence.
pub fn agreement(it: &Beside<'_>) -> String {
    let ratios = || it.pairs.iter().map(|pair| pair.ratio());
    let least = ratios().fold(f64::INFINITY, f64::min);
    let most = ratios().fold(f64::NEG_INFINITY, f64::max);
    let times = match it.pairs.len() {
        1 => format!("{} times", quantity(least)),
        _ => format!("{} to {} times", quantity(least), quantity(most)),
    };
    let order = match (it.told, it.otherwise.as_slice()) {
        (0, _) => "real sockets tell no two guests apart".into(),
        (1, []) => "the two guests that real sockets tell apart are in the same order".into(),
        (told, []) => {
            format!("all {told} pairs of guests that real sockets tell apart are in the same order")
        }
        (told, otherwise) => {
            let pair = |(less, more): &(&str, &str)| {
                format!("{} takes less than {}", harmless(less, NAME), harmless(more, NAME))
            };
            format!(
                "of {told} pairs of guests that real sockets tell apart, the simulation has {} in the same order, but {}",
                told - otherwise.len(),
                otherwise.iter().map(pair).collect::<Vec<_>>().join(", ")
            )
        }
    };
    format!("On real sockets a request takes {times} what the simulation says of an event; {order}")
}

/// What makes a part of the record doubtful, or is missing: a sentence each.
pub fn doubts(record: &LiveRecord) -> Vec<String> {
    let mut doubts = Vec::new();
    if record.interrupted {
        doubts.push("The measurement was interrupted: rounds are missing.".to_owned());
    }
    if record.processors.is_none() {
        doubts.push(
            "The load generator and the server have shared their processors: times are larger than they need be, and may vary.".to_owned(),
        );
    }
    for size in sizes(record) {
        for entry in &size.entries {
            let whose = || format!("{}, {}", entry.name(), size.label());
            if let Some(why) = &entry.cell.failure {
                doubts.push(format!("{}: failed: {}", whose(), harmless(why, REASON)));
            }
            let rounds = &entry.cell.rounds;
            let late = rounds.iter().filter(|it| it.generator_is_late).count();
            if late > 0 {
                doubts.push(format!(
                    "{}: in {late} of {} rounds the load generator was late itself by more than 1 % of the p99 latency, so that the latency may be its own; the processor time is not",
                    whose(),
                    rounds.len(),
                ));
            }
            let few = |it: &&super::LiveRound| it.achieved < BEHIND * it.offered;
            let behind = rounds.iter().filter(few).count();
            if behind > 0 {
                doubts.push(format!(
                    "{}: in {behind} of {} rounds fewer than 99 % of the planned replies came in time: the guest does not keep up with this rate",
                    whose(),
                    rounds.len(),
                ));
            }
        }
    }
    doubts
}

/// The part of the planned replies a second below which a guest does not keep up.
pub const BEHIND: f64 = 0.99;

#[cfg(test)]
mod tests {
    use super::super::tests::{cell, record};
    use super::super::{LiveCell, RateTried};
    use super::*;

    #[test]
    fn the_answer_names_the_least_and_how_much_more_the_others_take() {
        let record = record(vec![
            cell("slow", 1_000, &[3e4; 7]),
            cell("fast", 1_000, &[1e4; 7]),
            cell("near", 1_000, &[1e4, 1.1e4, 1e4, 1.1e4, 1e4, 1.1e4, 1e4]),
        ]);
        assert_eq!(
            answers(&record),
            [
                "1,000 connections, 1 of them active: fast takes the least processor time, 10.0 µs a request; near about as much, slow 3.00x"
            ]
        );
    }

    #[test]
    fn the_highest_rates_are_in_order() {
        let with = |name: &str, rates: &[(f64, bool)]| {
            let tried = rates.iter().map(|&(rate, is_kept)| RateTried {
                rate,
                achieved: None,
                latency_p99_ns: None,
                is_kept,
            });
            let upper = if name == "fast" { Upper::Generator } else { Upper::Failed };
            let highest = HighestRate { p99_at_most_ns: 5_000_000, upper, tried: tried.collect() };
            LiveCell { highest: Some(highest), ..cell(name, 10, &[1.0; 7]) }
        };
        let record = record(vec![
            with("none", &[(100.0, false)]),
            with("slow", &[(100.0, true), (200.0, false)]),
            with("fast", &[(100.0, true), (200.0, true)]),
            cell("other", 10, &[1.0; 7]),
        ]);
        assert_eq!(
            highest_rates(&record),
            [
                "10 connections, 1 of them active: the most requests a second with p99 at most 5.00 ms: fast at least 200 (the load generator sends no faster), slow 100 to 200, none below 100"
            ]
        );
    }

    #[test]
    fn what_is_doubtful_is_said() {
        let mut failed = cell("failed", 10, &[]);
        failed.failure = Some("it lost 3 replies\u{1b}[31m".into());
        let mut late = cell("late", 10, &[1.0, 1.0]);
        late.rounds[0].generator_is_late = true;
        let mut behind = cell("behind", 10, &[1.0]);
        behind.rounds[0].achieved = 90.0;
        let mut record = record(vec![failed, late, behind]);
        record.interrupted = true;
        record.processors = None;
        let doubts = doubts(&record);
        let all = ["interrupted", "shared", "late itself", "keep up", "failed: it lost 3 replies"];
        assert_eq!(doubts.len(), all.len(), "{doubts:?}");
        for words in all {
            assert!(doubts.iter().any(|it| it.contains(words)), "{words}: {doubts:?}");
        }
        assert!(!doubts.concat().contains('\u{1b}'));
        let status: Vec<&str> = sizes(&record)[0].entries.iter().map(|it| it.status()).collect();
        assert_eq!(status.iter().filter(|it| **it == "failed").count(), 1);
        assert_eq!(status.iter().filter(|it| **it == "load late").count(), 1);
    }
}
