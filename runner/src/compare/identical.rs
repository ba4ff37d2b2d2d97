//! Finds the cells of which both sides are one component: nothing can differ there, and
//! nothing has to be measured.

use std::collections::BTreeMap;

use pollbench_reports::record::{Guest, KnobValue};

use super::pair::counterparts;
use super::{Entry, Runner, Side};

/// Marks the cells of both sides that are the same component, with the same knobs, run by
/// the same program on the same host. What is known to be counted on one side is so on both.
///
/// If the candidate's counts are wanted and neither side's are known, the candidate is still
/// to be counted.
pub fn mark(base: &mut Side, candidate: &mut Side, keeps_counts: bool) {
    let are_identical = |&(at, other): &(usize, usize)| {
        let (one, other) = (&base.entries[at], &candidate.entries[other]);
        is_one_component(one, other) && knobs(one, base) == knobs(other, candidate)
    };
    let pairs: Vec<(usize, usize)> =
        counterparts(base, candidate).into_iter().filter(are_identical).collect();
    for (at, other) in pairs {
        let (base, candidate) = (&mut base.entries[at], &mut candidate.entries[other]);
        let counted = base.counted.clone().or_else(|| candidate.counted.clone());
        base.identical = true;
        candidate.identical = counted.is_some() || !keeps_counts;
        base.counted.clone_from(&counted);
        candidate.counted = counted;
    }
}

fn is_one_component(one: &Entry, other: &Entry) -> bool {
    let same = |one: &Runner, other: &Runner| {
        one.sha256.is_some()
            && (&one.sha256, &one.program, &one.host)
                == (&other.sha256, &other.program, &other.host)
    };
    one.runner.as_ref().zip(other.runner.as_ref()).is_some_and(|(one, other)| same(one, other))
}

/// The value of every knob of a cell's guest, which is its default where none is named.
fn knobs<'a>(entry: &'a Entry, side: &'a Side) -> BTreeMap<&'a str, &'a KnobValue> {
    let guests = side.guests.iter().filter(|it| it.name == entry.guest);
    let defaults = guests.flat_map(|Guest { knobs, .. }| knobs);
    let defaults = defaults.map(|knob| (knob.name.as_str(), &knob.default));
    let named = entry.job.knobs.iter().map(|(name, value)| (name.as_str(), value));
    defaults.chain(named).collect()
}
