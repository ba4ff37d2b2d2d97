use super::Race;
use crate::stats::paired::{Shift, holm};
use crate::tuning::range::between;

/// The probability, at most, that some value leaves a race wrongly, over all values and all
/// looks. A false departure only costs a good value, and what is reported rests on fresh
/// rounds, so it may be larger than elsewhere.
pub(super) const ALPHA: f64 = 0.1;

/// The most values that are tried in a race.
pub(super) const MOST_VALUES: usize = 48;

/// Around how many values finer ones are added after one look.
const MOST_CENTRES: usize = 3;

impl Race {
    /// Sends home who is shown to be worse, and lets finer values join.
    pub(super) fn look(&mut self) {
        self.looks += 1;
        self.best = self.chosen();
        let alpha = spent_by(self.looks);
        let shifts: Vec<(u64, Shift)> = self.shifts(self.best).collect();
        let others = || shifts.iter().filter(|it| it.0 != self.best);
        let p: Vec<f64> = others().map(|(_, shift)| shift.p_above(self.tolerance)).collect();
        let p = holm::adjusted(&p).unwrap_or_else(|| vec![1.0; p.len()]);
        let worse: Vec<u64> =
            others().zip(p).filter(|(_, p)| *p <= alpha).map(|(it, _)| it.0).collect();
        for entrant in &mut self.entrants {
            let own = shifts.iter().find(|it| it.0 == entrant.costs.value).map(|it| &it.1);
            entrant.races &= !worse.contains(&entrant.costs.value);
            entrant.distance = own.map(Shift::estimate).filter(|_| entrant.races);
            // All of them are within only if each is, so this needs no correction (Berger,
            // Multiparameter Hypothesis Testing and Acceptance Sampling, 1982).
            let p =
                own.map_or(1.0, |it| it.p_below(self.tolerance).max(it.p_above(-self.tolerance)));
            entrant.within = entrant.races && (p <= alpha || entrant.costs.value == self.best);
        }
        let finer = self.finer();
        if finer.is_empty() {
            let settled = self.racing().all(|it| it.within);
            self.settled = settled;
            self.due = self.rounds + ((self.rounds - self.joined) / 2).max(1);
        } else {
            self.settled = false;
            self.join(finer);
        }
    }

    /// The values to be tried next, around the best ones.
    fn finer(&self) -> Vec<u64> {
        if !self.refines {
            return Vec::new();
        }
        let higher = |at: Option<usize>, distance: f64| {
            let neighbour = at.and_then(|at| self.entrants.get(at));
            neighbour.and_then(|it| it.distance).is_none_or(|it| it >= distance)
        };
        let mut centres: Vec<(f64, usize)> = Vec::new();
        for (at, entrant) in self.entrants.iter().enumerate() {
            let Some(distance) = entrant.distance else { continue };
            if higher(at.checked_sub(1), distance) && higher(Some(at + 1), distance) {
                centres.push((distance, at));
            }
        }
        centres.sort_by(|left, right| left.0.total_cmp(&right.0));
        let mut values: Vec<u64> = Vec::new();
        for (_, at) in centres.into_iter().take(MOST_CENTRES) {
            let around = &self.entrants[at.saturating_sub(1)..self.entrants.len().min(at + 2)];
            if !around.iter().all(|it| it.within) {
                let pairs = around.windows(2);
                values.extend(pairs.filter_map(|it| between(it[0].costs.value, it[1].costs.value)));
            }
        }
        values.sort_unstable();
        values.dedup();
        values.retain(|it| !self.withdrawn.contains(it));
        values.truncate(MOST_VALUES.saturating_sub(self.entrants.len()));
        values
    }
}

/// What the k-th look, from 1, may spend of [`ALPHA`].
pub(super) fn spent_by(look: u32) -> f64 {
    ALPHA / (f64::from(look) * (f64::from(look) + 1.0))
}
