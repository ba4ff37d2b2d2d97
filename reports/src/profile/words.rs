//! What a profile says, in sentences.

use super::flame::Unit;
use super::host::of_host;
use super::label::titles;
use super::{CallTree, Function, Profile, Runs, TurnsSummary, by_function};
use crate::answer::{Span, Words};
use crate::format;

/// How many characters of a function's name a sentence has.
const MOST_CHARACTERS: usize = 80;
/// How many functions the answer names.
const NAMED: usize = 3;
/// A function with less than this share of the guest's work is not named in the answer.
const WORTH_NAMING: f64 = 0.05;

/// A part of the time, and what it takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Its name in a table.
    pub name: &'static str,
    /// What is said of it: the share "of the time is ...".
    phrase: &'static str,
    /// Nanoseconds for each event.
    pub per_event: f64,
    /// Its share of the window.
    pub share: f64,
}

/// The parts of the time, from the guest outwards; none where the profile has no split or no
/// events.
pub fn parts(profile: &Profile) -> Vec<Part> {
    let Some(split) = profile.split.filter(|it| it.total() > 0.0) else { return Vec::new() };
    let events = profile.work.events;
    if events == 0 {
        return Vec::new();
    }
    let of = [
        ("guest", "the guest's own code", split.guest),
        ("boundary: poll", "crossing between guest and host to poll", split.poll_boundary),
        ("boundary: other calls", "crossing between guest and host", split.other_boundary),
        ("host: poll", "the host's own poll", split.poll),
        ("host: other calls", "the host's functions other than poll", split.other_host),
        ("driver (pollbench)", "pollbench's own driver", split.driver),
    ];
    let part = |(name, phrase, time): (_, _, f64)| {
        // A very small part may be negative after the cost of observing was subtracted.
        let time = time.max(0.0);
        Part { name, phrase, per_event: time / events as f64, share: time / split.total() }
    };
    of.map(part).to_vec()
}

/// The answer: where the time goes, and what the guest does; the most important first.
pub fn answer(profile: &Profile, turns: Option<&TurnsSummary>) -> Vec<Words> {
    let turns = turns.filter(|it| it.calls > 0);
    let parts = parts(profile);
    let largest = parts.iter().max_by(|a, b| a.share.total_cmp(&b.share));
    let first = match (largest, turns) {
        (Some(part), _) => {
            let share = format::percent(part.share);
            let calls = turns.map(lists).unwrap_or_default();
            Some(format!("{share} of the time is {}{calls}.", part.phrase))
        }
        (None, Some(turns)) => of_turns(turns),
        (None, None) => None,
    };
    let exact = profile.exact.as_ref().map(|it| (&it.tree, Unit::Fuel));
    let sampled = profile.sampled.as_ref().map(|it| (&it.tree, Unit::Samples));
    let trees = exact.into_iter().chain(sampled);
    let of_trees =
        trees.filter_map(|(tree, unit)| of_functions("guest", &profile.functions, tree, unit));
    let sentences: Vec<Words> =
        first.map(plain).into_iter().chain(of_trees).chain(of_host(profile)).collect();
    match sentences.is_empty() {
        true => vec![plain("The profile has no numbers.".into())],
        false => sentences,
    }
}

/// A sentence in which nothing is marked.
pub(crate) fn plain(sentence: String) -> Words {
    Words { spans: vec![Span::Text(sentence)] }
}

/// `: 10,000 handles a call for 1.2 ready ones`.
fn lists(turns: &TurnsSummary) -> String {
    let per_call = |count| turns.per_call(count).unwrap_or(0.0);
    let (handles, ready) = (per_call(turns.handles), per_call(turns.ready));
    let ones = if ready == 1.0 { "one" } else { "ones" };
    format!(": {} handles a call for {} ready {ones}", mean(handles), mean(ready))
}

/// A mean as short as it can be: whole numbers from 100 on.
pub(crate) fn mean(value: f64) -> String {
    match value {
        it if it >= 99.95 => format::count(it.round() as u64),
        it => format!("{it:.1}").trim_end_matches(".0").to_owned(),
    }
}

fn of_turns(turns: &TurnsSummary) -> Option<String> {
    let both = turns.poll.saturating_add(turns.guest);
    let share = (both > 0).then(|| format::percent(turns.poll as f64 / both as f64))?;
    Some(format!("{share} of the loop's time is in calls of poll{}.", lists(turns)))
}

/// Of the guest's fuel, 61 % is `slab::rebuild`, 12 % `step` and 9 % `poll`. `what` is the guest.
pub(crate) fn of_functions(
    what: &str,
    functions: &[Function],
    tree: &CallTree,
    unit: Unit,
) -> Option<Words> {
    let total = tree.total();
    if total == 0 {
        return None;
    }
    let titles = titles(functions, MOST_CHARACTERS, true);
    let share = |own: u64| own as f64 / total as f64;
    let costs = by_function(tree, functions.len());
    let worth = costs.iter().take(NAMED).filter(|it| share(it.own) >= WORTH_NAMING).count().max(1);
    let of = match unit {
        Unit::Fuel => "fuel",
        Unit::Samples => "time",
    };
    let by = match unit {
        Unit::Fuel => String::new(),
        Unit::Samples => format!("by {}, ", amount(total, unit)),
    };
    let mut words = plain(format!("Of the {what}'s {of}, {by}"));
    for (index, cost) in costs.iter().take(worth).enumerate() {
        words.text(match index {
            0 => "",
            it if it + 1 == worth => " and ",
            _ => ", ",
        });
        // The first share says what the list is of.
        let is = if index == 0 { "is " } else { "" };
        words.text(format!("{} {is}", format::percent(share(cost.own))));
        words.spans.push(Span::Function(titles[cost.function].clone()));
    }
    words.text(".");
    Some(words)
}

/// How much a tree has: of samples, also how well a share of them is known.
pub(crate) fn amount(total: u64, unit: Unit) -> String {
    let amount = format!("{} {}", format::count(total), unit.name());
    match unit {
        Unit::Fuel => amount,
        Unit::Samples => format!("{amount} (±{} points)", format::quantity(margin(total))),
    }
}

/// Half the width of the 95 % interval of a share of one half, in percentage points; that of
/// any other share is shorter. It is the normal approximation of the binomial distribution.
fn margin(samples: u64) -> f64 {
    98.0 / (samples.max(1) as f64).sqrt()
}

/// Times are rough if the longest run took more than this many times as long as the shortest.
const NOISY: f64 = 1.25;

/// What is to be known before anything else: a failure, or counts that can't be right.
pub fn warnings(profile: &Profile) -> Vec<String> {
    let mut warnings = Vec::new();
    if let Some(failure) = &profile.failure {
        let message = crate::names::shown(&failure.message, 400);
        warnings.push(format!("The guest failed, and the profile ends there: {message}"));
    }
    if let Some(exact) = &profile.exact
        && exact.tree.total() != exact.unprofiled_fuel
    {
        let [profiled, unprofiled] = [exact.tree.total(), exact.unprofiled_fuel].map(format::count);
        warnings.push(format!(
            "The profile is wrong: it has {profiled} units of fuel, and without being profiled the guest burns {unprofiled}."
        ));
    }
    if let Some(timeline) = &profile.timeline
        && let Some(all) = timeline.left_out
    {
        let [kept, all] = [timeline.turns, all].map(format::count);
        warnings.push(format!("The timeline has the first {kept} of {all} calls of poll."));
    }
    if let Some(Runs { count, shortest_ns, longest_ns }) = profile.runs
        && longest_ns as f64 > NOISY * shortest_ns as f64
    {
        let [shortest, longest] = [shortest_ns, longest_ns].map(|it| format::duration(it as f64));
        warnings.push(format!(
            "The {count} runs that were timed took from {shortest} to {longest}, so times are rough: measure again on a quiet machine. Fuel does not depend on it."
        ));
    }
    warnings.extend(profile.notes.iter().map(|note| crate::names::shown(note, 400)));
    warnings
}
