//! Pairs the cells of two sides for a comparison.

use pollbench_reports::comparison::{Identity, Problem};

use super::entry::{Counts, Entry};
use super::side::Side;
use crate::worker::WhyNot;

/// A cell of the base and its counterpart in the candidate.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// The base's cell, which is compared with.
    pub base: &'a Entry,
    /// The candidate's cell, which is judged.
    pub candidate: &'a Entry,
}

/// The candidate's cells of guests that the base does not have.
pub fn news<'a>(base: &Side, candidate: &'a Side) -> Vec<&'a Entry> {
    let is_known = |entry: &Entry| base.guests.iter().any(|it| it.name == entry.guest);
    candidate.entries.iter().filter(|entry| !is_known(entry)).collect()
}

/// Pairs the cells of two sides, in the order of the base, and returns notes on the cells
/// left over. Of the candidate's cells, `news` are known to be new and are not noted. Where
/// each side has a single guest, the two guests may differ.
pub fn pairs<'a>(base: &'a Side, candidate: &'a Side, news: usize) -> (Vec<Pair<'a>>, Vec<String>) {
    let pair = |(at, to): (usize, usize)| Pair {
        base: &base.entries[at],
        candidate: &candidate.entries[to],
    };
    let pairs: Vec<Pair> = counterparts(base, candidate).into_iter().map(pair).collect();
    let mut notes = Vec::new();
    for (side, news) in [(base, 0), (candidate, news)] {
        let left_over = side.entries.len().saturating_sub(pairs.len() + news);
        if left_over > 0 {
            notes.push(format!(
                "{left_over} of the {} cells of {} have no counterpart and are left out.",
                side.entries.len(),
                side.described.label
            ));
        }
    }
    (pairs, notes)
}

/// The positions of the cells that are held against each other: the base's and the
/// candidate's.
pub fn counterparts(base: &Side, candidate: &Side) -> Vec<(usize, usize)> {
    let any_guest = base.labels().len() == 1 && candidate.labels().len() == 1;
    let fit = |base: &Entry, candidate: &Entry| {
        (any_guest || base.label == candidate.label) && base.fits(candidate)
    };
    let bases = base.entries.iter().enumerate();
    let found = |(at, base): (usize, &Entry)| {
        Some((at, candidate.entries.iter().position(|it| fit(base, it))?))
    };
    bases.filter_map(found).collect()
}

impl Pair<'_> {
    /// How a comparison identifies the pair.
    pub fn identity(&self) -> Identity {
        self.base.identity(self.candidate)
    }

    /// Whether both sides are of one guest, in whichever builds and with whichever knobs.
    fn is_one_guest(&self) -> bool {
        self.base.guest == self.candidate.guest
    }

    /// Why the pair can't be compared, if either cell has failed or is not supported.
    pub fn problem(&self) -> Option<Problem> {
        use WhyNot::{Failed, NotSupported};
        let why_not = |entry: &Entry| match &entry.counted {
            Some(Counts { result: Err(why), .. }) => Some(why.clone()),
            _ => None,
        };
        match (why_not(self.base), why_not(self.candidate)) {
            (None, None) => None,
            (Some(Failed(_)), Some(Failed(failure))) => Some(Problem::BothFailed(failure)),
            (_, Some(Failed(failure))) => Some(Problem::CandidateFailed(failure)),
            (Some(Failed(failure)), _) => Some(Problem::BaseFailed(failure)),
            (None, Some(NotSupported(why))) if self.is_one_guest() && self.base.has_passed() => {
                Some(Problem::NoLongerSupported(why))
            }
            (_, Some(NotSupported(why))) | (Some(NotSupported(why)), _) => {
                Some(Problem::NotSupported(why))
            }
        }
    }
}
