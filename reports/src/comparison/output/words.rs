//! The results in words. Every text is one line without control characters.

use super::name::visible;
use super::numbers;
use super::standing::is;
use crate::comparison::{
    Cell, Comparison, Count, CountVerdict, Metric, Outcome, Problem, Side, Timing,
    TimingConditions, Verdict,
};
use crate::format;

/// What there is to say of an identical cell.
pub const IDENTICAL: &str = "identical: both sides are one component with the same knobs";

/// The outcome in a word.
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Fine => "FINE",
        Outcome::Inconclusive => "INCONCLUSIVE",
        Outcome::Regression => "REGRESSION",
        Outcome::GuestFailed => "GUEST FAILED",
    }
}

/// How many cells have each noteworthy property: `2 of 15 cells are slower, 1 counts more
/// than allowed`.
pub fn summary(comparison: &Comparison) -> String {
    /// A property of cells, and how it is said of one cell and of several.
    type Property = (fn(&Cell) -> bool, &'static str, &'static str);
    const PROPERTIES: [Property; 14] = [
        (is::failed, "failed", "failed"),
        (is::slower, "is slower", "are slower"),
        (is::over_time, "takes longer than its hard limit", "take longer than their hard limit"),
        (is::worse, "counts more than allowed", "count more than allowed"),
        (is::no_longer_supported, "is no longer supported", "are no longer supported"),
        (is::undecided, "has a time that can't be told", "have times that can't be told"),
        (is::unjudged, "has counts that can't be judged", "have counts that can't be judged"),
        (is::without_base, "has no base, as that failed", "have no base, as that failed"),
        (
            is::unlimited,
            "has neither a limit nor a time, so that nothing is judged",
            "have neither a limit nor a time, so that nothing is judged",
        ),
        (is::not_supported, "is not supported", "are not supported"),
        (is::new, "is new", "are new"),
        (is::faster, "is faster", "are faster"),
        (is::better, "counts less", "count less"),
        (is::identical, "is identical", "are identical"),
    ];
    let cells = &comparison.cells;
    let total = match cells.len() {
        0 => return "there is nothing to compare".into(),
        1 => "1 cell".into(),
        all => format!("{} cells", format::count(all as u64)),
    };
    let fine = comparison.outcome == Outcome::Fine;
    let mut said = Vec::new();
    if fine {
        let judged = cells.iter().filter(|it| it.is_judged()).count();
        let of = match judged == cells.len() {
            true => String::new(),
            false => format!("{} of ", format::count(judged as u64)),
        };
        said.push(format!("no limit is broken in {of}{total}"));
    }
    for (holds, singular, plural) in PROPERTIES {
        let some = cells.iter().filter(|it| holds(it)).count();
        let of = if said.is_empty() { format!(" of {total}") } else { String::new() };
        match some {
            0 => {}
            1 => said.push(format!("1{of} {singular}")),
            _ => said.push(format!("{}{of} {plural}", format::count(some as u64))),
        }
    }
    if said.is_empty() { format!("nothing can be said of {total}") } else { said.join(", ") }
}

/// Why a cell can't be compared.
pub fn problem(problem: &Problem) -> String {
    visible(&match problem {
        Problem::CandidateFailed(it) => {
            format!("the candidate failed: {}: {}", it.kind, it.in_one_line())
        }
        Problem::BaseFailed(it) => format!("the base failed: {}: {}", it.kind, it.in_one_line()),
        Problem::BothFailed(it) => format!("both sides failed: {}: {}", it.kind, it.in_one_line()),
        Problem::NotSupported(reason) => format!("not supported: {reason}"),
        Problem::NoLongerSupported(reason) => {
            format!("the candidate no longer supports this, as the base did: {reason}")
        }
        Problem::New => "new: the base does not have this guest".into(),
    })
}

/// How the candidate's time compares with the base's: `1.32x to 1.37x slower`.
pub fn time(timing: &Timing) -> String {
    let ratio = &timing.ratio;
    let range = || numbers::range(ratio.low, ratio.high);
    match timing.verdict {
        Verdict::Slower => format!("{} slower", range()),
        Verdict::Faster => format!("{} faster", numbers::inverse_range(ratio)),
        Verdict::Same => format!("{}: same within {}", range(), format::percent(timing.threshold)),
        Verdict::CantTell => format!("{}: can't tell", range()),
    }
}

/// Like `time`, with everything known about why it can't be told.
pub fn whole_time(timing: &Timing) -> String {
    let why_not = why_not(timing).map(|it| format!(": {it}"));
    time(timing) + &why_not.unwrap_or_default()
}

/// Why a time can't be told, and what would help, where it can't.
pub fn why_not(timing: &Timing) -> Option<String> {
    if timing.verdict != Verdict::CantTell {
        return None;
    }
    let detectable = timing
        .detectable
        .map(|part| format!("changes under {} would not have been seen", format::percent(part)));
    let more = timing.more_blocks.map(|blocks| match blocks {
        1 => "about 1 more block".into(),
        _ => format!("about {} more blocks", format::count(blocks)),
    });
    let all: Vec<String> =
        [timing.reason.clone(), detectable, more].into_iter().flatten().collect();
    (!all.is_empty()).then(|| visible(&all.join("; ")))
}

/// The times themselves and their limit: `3.12 µs → 4.20 µs per event (limit 5%)`.
pub fn times(timing: &Timing) -> String {
    let (base, candidate) =
        (format::duration(timing.base_ns), format::duration(timing.candidate_ns));
    let limit = limit(timing.limit.as_deref(), timing.why.as_deref());
    let limit = limit.map(|it| format!(" ({it})")).unwrap_or_default();
    visible(&format!("{base} → {candidate} per event{limit}"))
}

/// A count of both sides: `guest_fuel 812.0 → 820.1 per event (+1.00 %, limit 0.5%)`.
pub fn count(count: &Count) -> String {
    let (base, candidate) = numbers::both(count);
    let mut about = vec![numbers::change(count)];
    about.extend(limit(count.limit.as_deref(), count.why.as_deref()));
    let unit = unit(count.metric);
    visible(&format!("{} {base} → {candidate}{unit} ({})", count.metric, about.join(", ")))
}

/// The text after a metric's number; metrics that are not per event have none.
fn unit(metric: Metric) -> &'static str {
    if metric.is_per_event() { " per event" } else { "" }
}

/// A limit as it was written, and why it is there.
pub fn limit(text: Option<&str>, why: Option<&str>) -> Option<String> {
    let text = text?;
    Some(visible(&match why {
        Some(why) => format!("limit {text}: {why}"),
        None => format!("limit {text}"),
    }))
}

/// A count's verdict in a word.
pub fn count_verdict(count: &Count) -> &'static str {
    match count.verdict {
        CountVerdict::Equal => "equal",
        CountVerdict::Within if count.limit.is_some() => "within",
        CountVerdict::Within => "changed",
        CountVerdict::Better => "better",
        CountVerdict::Worse => "WORSE",
        CountVerdict::Noisy => "noisy",
        CountVerdict::NotComparable => "not comparable",
    }
}

/// What measured a side: `pollbench 0.1.0, wasmtime 48.0.1`.
pub fn side(side: &Side) -> String {
    visible(&format!("{} (pollbench {}, {})", side.label, side.pollbench, side.engine))
}

/// How CPU time was measured.
pub fn conditions(timing: &TimingConditions) -> String {
    let TimingConditions { threshold, alpha, budget, spent, steal, seed } = timing;
    let mut text = format!(
        "changes up to {} do not count, alpha {}, {spent:.0} of {budget:.0} s spent, seed {seed}",
        format::percent(*threshold),
        format::percent(*alpha),
    );
    if let Some(steal) = steal {
        text += &format!(", {} of the processors' time stolen", format::percent(*steal));
    }
    text
}
