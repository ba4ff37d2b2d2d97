//! What pages say in words.

use pollbench_reports::change_points::Kind;
use pollbench_reports::comparison::Metric;
use pollbench_reports::format;
use pollbench_reports::names::shown;

use crate::metric;
use crate::view::{CellName, Change, Direction, Overview, RunRef, Times, Verdict};

/// As much of a name as a page shows, in characters.
const NAME: usize = 60;
/// As much of a subject, likewise.
const SUBJECT: usize = 90;

/// A name of a stranger, as it can stand anywhere.
pub fn name(text: &str) -> String {
    shown(text, NAME)
}

/// A cell in three parts: guest, workload and N.
pub fn cell(of: &CellName) -> (String, String, String) {
    (name(&of.guest), name(&of.workload), format::count(of.pollables.into()))
}

/// A commit with its subject, as far as they are known.
pub fn commit(run: &RunRef) -> String {
    let commit = run.short_commit().map(|it| name(&it));
    let subject = run.subject.as_ref().map(|it| shown(it, SUBJECT));
    [commit, subject].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The branch of a run, where those of all are shown.
pub fn other_branch(shown: Option<&String>, run: &RunRef) -> Option<String> {
    run.branch.as_deref().filter(|_| shown.is_none()).map(name)
}

/// The verdict of the overview in a sentence.
pub fn verdict(of: &Overview) -> String {
    let runs = match &of.branch {
        Some(branch) => format!("the last {} runs of {}", of.runs, name(branch)),
        None => format!("the last {} runs", of.runs),
    };
    let cells = |count: usize, what: &str| match count {
        1 => format!("1 cell is {what}"),
        _ => format!("{} cells are {what}", format::count(count as u64)),
    };
    match (of.runs, of.worse, of.better) {
        (0, ..) => "There is no run yet.".into(),
        (1, ..) => "There is one run: changes show once there are more.".into(),
        (_, 0, 0) => format!("No cell is known to have changed in {runs}."),
        (_, worse, 0) => format!("{} within {runs}.", cells(worse, "worse")),
        (_, 0, better) => format!("{} within {runs}, and none worse.", cells(better, "better")),
        (_, worse, better) => {
            format!("{} and {} within {runs}.", cells(worse, "worse"), cells(better, "better"))
        }
    }
}

/// A change as a table has it.
pub struct ChangeText {
    /// `worse`, `better`, `spread`; `unsure`, if it may be chance; or `explained`, if
    /// something else changed with it.
    pub class: &'static str,
    /// An arrow up or down.
    pub arrow: &'static str,
    /// By how much, and which way: `12.3 % slower`.
    pub size: String,
    /// The interval of the size.
    pub range: String,
    /// What it was and is.
    pub values: String,
    /// How likely a look without any change has such a one.
    pub sure: String,
    /// What else changed.
    pub surroundings: String,
}

impl ChangeText {
    pub fn of(change: &Change) -> Self {
        let more = change.after > change.before;
        let class = match change.direction {
            _ if change.is_explained() => "explained",
            _ if !change.is_sure() => "unsure",
            Direction::Worse => "worse",
            Direction::Better => "better",
            Direction::Spread => "spread",
        };
        let value = |it| metric::text(change.metric, it);
        let range = change
            .ratio
            .filter(|it| it.low != it.high)
            .map(|it| format!("{} to {}", percent(it.low), percent(it.high)));
        Self {
            class,
            arrow: if more { "▲" } else { "▼" },
            size: size(change),
            range: range.unwrap_or_default(),
            values: format!("{} → {}", value(change.before), value(change.after)),
            sure: sure(change),
            surroundings: surroundings(change),
        }
    }
}

fn size(change: &Change) -> String {
    let more = change.after > change.before;
    let which = match (change.kind, change.metric, more) {
        (Kind::Variance, _, true) => "more spread",
        (Kind::Variance, _, false) => "less spread",
        (_, Metric::NsPerEvent, true) => "slower",
        (_, Metric::NsPerEvent, false) => "faster",
        (_, _, true) => "more",
        (_, _, false) => "less",
    };
    let creep = if change.kind == Kind::Creep { ", bit by bit" } else { "" };
    match change.ratio {
        // Beyond this, a multiple reads better than per cent.
        Some(ratio) if ratio.median >= 3.0 => {
            format!("{} {which}{creep}", format::ratio(ratio.median))
        }
        Some(ratio) => {
            format!("{} {which}{creep}", format::percent((ratio.median - 1.0).abs()))
        }
        None => format!("{which}{creep}"),
    }
}

/// A ratio as what it is more or less than one.
fn percent(ratio: f64) -> String {
    let sign = if ratio < 1.0 { "−" } else { "+" };
    format!("{sign}{}", format::percent((ratio - 1.0).abs()))
}

fn sure(change: &Change) -> String {
    if change.metric != Metric::NsPerEvent {
        return "no: counted exactly".into();
    }
    if !change.is_sure() {
        return "maybe".into();
    }
    let doubt = change.doubt.max(1e-6);
    let of = 10_f64.powf((1.0 / doubt).log10().floor()).max(10.0);
    let chance = (doubt * of).ceil().max(1.0);
    format!("at most {chance:.0} in {}", format::count(of as u64))
}

fn surroundings(change: &Change) -> String {
    let one = |it: &crate::view::ChangedFact| {
        let text = |value: &Option<String>| value.as_deref().map_or("unknown".into(), name);
        format!("{} {} → {}", name(&it.name), text(&it.before), text(&it.after))
    };
    change.surroundings.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// How long ago something was.
pub fn age(seconds: i64) -> String {
    let (count, unit) = match seconds.max(0) {
        it @ 0..120 => (it, "second"),
        it @ 120..7_200 => (it / 60, "minute"),
        it @ 7_200..172_800 => (it / 3_600, "hour"),
        it => (it / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {unit}{plural} ago", format::count(count.unsigned_abs()))
}

/// A verdict on two times, and the class of its cell.
pub fn compared(times: &Times) -> (&'static str, &'static str) {
    match times.verdict {
        Verdict::Slower => ("worse", "slower"),
        Verdict::Faster => ("better", "faster"),
        Verdict::Usual => ("usual", "no more than usual"),
        Verdict::CantTell => ("unsure", "can't tell"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_the_unit_that_fits() {
        for (seconds, text) in [
            (-3, "0 seconds ago"),
            (1, "1 second ago"),
            (119, "119 seconds ago"),
            (7_199, "119 minutes ago"),
            (86_400, "24 hours ago"),
            (172_800, "2 days ago"),
        ] {
            assert_eq!(age(seconds), text);
        }
    }
}
