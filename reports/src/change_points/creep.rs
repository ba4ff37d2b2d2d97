//! Steps in the same direction which are better told as one drift.

use std::ops::Range;

use super::partition::{Piece, SHORTEST_SLOPE, Sums};

/// How much better a drift has to fit than two steps, in squared deviations, for it has one
/// parameter more: as much as that gains by chance (Akaike, A New Look at the Statistical
/// Model Identification, 1974, has twice as much for one that need not be there at all).
const PARAMETER: f64 = 1.0;

/// How often the ends of a drift are moved to better places.
const MOVES: usize = 4;

/// Replaces every series of steps up, or down, by a drift between two levels, if it fits better.
pub(super) fn drifts(sums: &Sums, pieces: Vec<Piece>, price: f64) -> Vec<Piece> {
    let mut result: Vec<Piece> = Vec::new();
    let mut at = 0;
    while at < pieces.len() {
        let stairs = stairs(sums, &pieces[at..]);
        let drift = drift(sums, &pieces[at..at + stairs], price);
        match drift {
            Some(drift) => {
                at += stairs;
                result.extend(drift);
            }
            None => {
                result.push(pieces[at].clone());
                at += 1;
            }
        }
    }
    result
}

/// How many pieces, from the first on, are level and lie in one direction from each other.
fn stairs(sums: &Sums, pieces: &[Piece]) -> usize {
    let height = |piece: &Piece| sums.line(&piece.runs, false).at(0.0);
    let upwards = |pair: &[Piece]| height(&pair[1]) > height(&pair[0]);
    let level = pieces.iter().take_while(|it| !it.slopes).count();
    let Some(direction) = pieces[..level].windows(2).next().map(upwards) else { return 1 };
    1 + pieces[..level].windows(2).take_while(|pair| upwards(pair) == direction).count()
}

fn drift(sums: &Sums, stairs: &[Piece], price: f64) -> Option<Vec<Piece>> {
    let steps = stairs.len() - 1;
    (steps >= 2).then_some(())?;
    let whole = stairs[0].runs.start..stairs[steps].runs.end;
    let mut slope = stairs[0].runs.end..stairs[steps].runs.start;
    let rest = |slope: &Range<usize>| {
        let level =
            |runs: Range<usize>| if runs.is_empty() { 0.0 } else { sums.line(&runs, false).rest };
        level(whole.start..slope.start) + sums.line(slope, true).rest + level(slope.end..whole.end)
    };
    let better = |a: &Range<usize>, b: &Range<usize>| rest(a).total_cmp(&rest(b));
    for _ in 0..MOVES {
        let starts = whole.start..=slope.end.saturating_sub(SHORTEST_SLOPE);
        slope = starts.map(|it| it..slope.end).min_by(better)?;
        let ends = slope.start + SHORTEST_SLOPE..=whole.end;
        slope = ends.map(|it| slope.start..it).min_by(better)?;
    }
    let of_stairs: f64 = stairs.iter().map(|it| sums.line(&it.runs, false).rest).sum();
    let saved = (steps as f64 - 2.0) * price;
    (rest(&slope) + PARAMETER < of_stairs + saved).then(|| {
        let level = |runs: Range<usize>| Piece { runs, slopes: false };
        let slope = Piece { runs: slope, slopes: true };
        let ends = [level(whole.start..slope.runs.start), level(slope.runs.end..whole.end)];
        let [before, after] = ends;
        [before, slope, after].into_iter().filter(|it| !it.runs.is_empty()).collect()
    })
}
