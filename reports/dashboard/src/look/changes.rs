//! What changed in the cells of a look.
//!
//! Counts are exact, so that every step is a change. Times have noise, and there are many of
//! them: one look at so many series would find a change where none is in some of them, if
//! each were judged by itself. So those are kept which stand out among all of them (Benjamini
//! and Hochberg, 1995): of these, 5 % are expected to be none. Of those which are sure (Holm,
//! 1979), a look has any that is none with a probability of 5 %.

use pollbench_reports::change_points::{ALPHA, Cause, ChangePoint, Noise, cause, change_points};
use pollbench_reports::comparison::Metric;
use pollbench_reports::stats::paired::{fdr, holm};

use super::{CellLook, ChangedFact, Fact, Found};

/// Finds the changes of all metrics of all cells. `facts` has the surroundings of each run.
pub fn find(cells: &mut [CellLook], facts: &[Vec<Fact>]) {
    let mut times = Vec::new();
    let mut series = 0;
    for (cell, look) in cells.iter_mut().enumerate() {
        for (place, of) in look.metrics.iter_mut().enumerate() {
            if of.metric == Metric::NsPerEvent {
                let found = change_points(&of.values, Noise::Learned, ALPHA);
                times.extend(found.into_iter().map(|change| (cell, place, change)));
                series += 1;
            } else {
                let found = change_points(&of.values, Noise::Exact, ALPHA);
                of.changes.extend(found.into_iter().map(|it| with_cause(it, 0.0, facts)));
            }
        }
    }
    for ((cell, place, change), doubt) in standing_out(times, series) {
        cells[cell].metrics[place].changes.push(with_cause(change, doubt, facts));
    }
}

type OfSeries = (usize, usize, ChangePoint);

/// Those which stand out among so many series, each with its doubt.
fn standing_out(found: Vec<OfSeries>, series: usize) -> Vec<(OfSeries, f64)> {
    // Each change divides a series into one more piece, and in none of the pieces was another
    // found: what stands out most there is beyond the limit.
    let nothing = series + found.len();
    let chances = found.iter().map(|it| it.2.chance.clamp(0.0, 1.0));
    let chances: Vec<f64> = chances.chain(std::iter::repeat_n(1.0, nothing)).collect();
    let parts = fdr::adjusted(&chances).unwrap_or_default();
    let doubts = holm::adjusted(&chances).unwrap_or_default();
    let judged = found.into_iter().zip(parts.into_iter().zip(doubts));
    let kept = judged.filter(|(_, (part, _))| *part <= ALPHA);
    kept.map(|(found, (_, doubt))| (found, doubt)).collect()
}

fn with_cause(change: ChangePoint, doubt: f64, facts: &[Vec<Fact>]) -> Found {
    let surroundings = match cause(&change, facts) {
        Cause::Commits => Vec::new(),
        Cause::Surroundings(changed) => changed.into_iter().map(ChangedFact::from).collect(),
    };
    Found { change, doubt, surroundings }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(chance: f64) -> ChangePoint {
        ChangePoint { chance, ..change_points(&[1.0, 1.0, 2.0], Noise::Exact, ALPHA).remove(0) }
    }

    #[test]
    fn what_is_as_likely_as_chance_among_so_many_series_is_left_out() {
        let kept = |chances: &[f64], series| {
            let found = chances.iter().map(|&it| (0, 0, change(it))).collect();
            standing_out(found, series).len()
        };
        assert_eq!(kept(&[0.01], 1), 1);
        assert_eq!(kept(&[0.01], 100), 0);
        assert_eq!(kept(&[0.0004], 100), 1);
        // Many that are likely each bear each other out.
        assert_eq!(kept(&[0.01; 90], 100), 90);
    }
}
