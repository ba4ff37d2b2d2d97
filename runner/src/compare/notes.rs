//! Notes on a comparison: sentences that its reader has to know first.

use std::collections::BTreeSet;

use pollbench_reports::comparison::{Cell, CountVerdict, Outcome, SideGuest};
use pollbench_reports::record::KnobValue;

use super::pair::Pair;
use super::{Entry, Side};

/// A note if guests of the same name were compiled by different compilers.
pub fn compilers(base: &Side, candidate: &Side) -> Option<String> {
    let guests = base.described.guests.iter();
    let mut both = guests.filter_map(|old| Some((old, described(candidate, &old.name)?)));
    let (old, new) = both.find(|(old, new)| !are_alike(old, new))?;
    Some(format!(
        "{} was compiled by {} for the base and by {} for the candidate: fuel, memory and time may differ for that.",
        old.name, old.compiler, new.compiler
    ))
}

/// Whether a pair's guests come from the same compiler.
pub fn same_compiler(pair: &Pair, base: &Side, candidate: &Side) -> bool {
    let base = described(base, &pair.base.guest);
    base.zip(described(candidate, &pair.candidate.guest)).is_none_or(|(a, b)| are_alike(a, b))
}

fn described<'a>(side: &'a Side, name: &str) -> Option<&'a SideGuest> {
    side.described.guests.iter().find(|it| it.name == name)
}

/// Whether two guests come from the same compiler. Equal components do, whatever their
/// compilers are called.
fn are_alike(a: &SideGuest, b: &SideGuest) -> bool {
    a.sha256 == b.sha256 || a.compiler == b.compiler
}

/// A note for each knob that has different values in two paired cells of the same label:
/// its default has changed.
pub fn defaults(pairs: &[Pair], base: &Side, candidate: &Side) -> Vec<String> {
    let mut notes = BTreeSet::new();
    let alike = pairs.iter().filter(|it| {
        (&it.base.guest, &it.base.label) == (&it.candidate.guest, &it.candidate.label)
    });
    for pair in alike {
        let knobs = base.guests.iter().filter(|it| it.name == pair.base.guest);
        for knob in knobs.flat_map(|it| &it.knobs) {
            let of = |entry, side| value(entry, side, &knob.name);
            let (old, new) = (of(pair.base, base), of(pair.candidate, candidate));
            if let (Some(old), Some(new)) = (old, new)
                && old != new
            {
                notes.insert(format!(
                    "The default of {}'s knob {} has changed, and either side has its own: {old} for the base, {new} for the candidate.",
                    pair.base.guest, knob.name
                ));
            }
        }
    }
    Vec::from_iter(notes)
}

/// The value of a knob in a cell: the one that the cell names, or the guest's default.
fn value<'a>(entry: &'a Entry, side: &'a Side, knob: &str) -> Option<&'a KnobValue> {
    let guest = side.guests.iter().find(|it| it.name == entry.guest)?;
    let default = guest.knobs.iter().find(|it| it.name == knob).map(|it| &it.default);
    entry.job.knobs.get(knob).or(default)
}

/// A note on the guests that the base does not have.
pub fn novelties(news: &[&Entry], base: &Side) -> Option<String> {
    let names: BTreeSet<&str> = news.iter().map(|it| it.guest.as_str()).collect();
    let label = &base.described.label;
    (!names.is_empty()).then(|| {
        format!(
            "Not in {label}, and so new: {}. What is new is run, and held against nothing, until it is saved with `pollbench baseline save {label}`.",
            Vec::from_iter(names).join(", ")
        )
    })
}

/// A note if any count is better than the baseline's.
pub fn renewal(cells: &[Cell], base: &Side) -> Option<String> {
    let counts = |cell: &Cell| cell.counts.iter().any(|it| it.verdict == CountVerdict::Better);
    let label = &base.described.label;
    cells.iter().any(counts).then(|| {
        format!("Counts are less than those of {label}, so the baseline wants renewing: `pollbench baseline save {label}`.")
    })
}

/// A note if nothing was judged although there were counts to judge.
pub fn unjudged(cells: &[Cell], timed: bool) -> Option<String> {
    let counted = cells.iter().any(|it| !it.counts.is_empty());
    let judged = cells.iter().any(Cell::is_judged);
    (counted && !judged && Outcome::of(cells) == Outcome::Inconclusive).then(|| {
        let or = if timed { "" } else { ", or leave out --counters-only" };
        format!("Nothing was judged: no limit is for a count that was compared. Write limits for them (--config){or}.")
    })
}
