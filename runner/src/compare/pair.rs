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
    let any_guest = base.labels().len() == 1 && candidate.labels().len() == 1;
    let fit = |base: &Entry, candidate: &Entry| {
        (any_guest || base.label == candidate.label) && base.fits(candidate)
    };
    let pairs: Vec<Pair> = base
        .entries
        .iter()
        .filter_map(|base| {
            let candidate = candidate.entries.iter().find(|it| fit(base, it))?;
            Some(Pair { base, candidate })
        })
        .collect();
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

impl Pair<'_> {
    /// How a comparison identifies the pair.
    pub fn identity(&self) -> Identity {
        self.base.identity(self.candidate)
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
            (_, Some(NotSupported(why))) | (Some(NotSupported(why)), _) => {
                Some(Problem::NotSupported(why))
            }
        }
    }
}
