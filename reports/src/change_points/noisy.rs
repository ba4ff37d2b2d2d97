//! Changes of a series whose noise is learned from it.

use std::ops::Range;

use super::change::{ChangePoint, Kind};
use super::fit::{Fit, fit};
use super::noise::spread;
use super::partition::{Piece, SHORTEST};
use super::position::interval;
use super::ratio::ratio;
use super::threshold::{NEWEST, Splits};
use crate::stats::median;

/// How many runs next to a change say what the level is there.
const NEAR: usize = 40;

/// How many runs at the end of a slope say what the level is there.
const AT_SLOPE: usize = 8;

/// The changes of finite values, in order.
pub(super) fn changes(values: &[f64], alpha: f64) -> Vec<ChangePoint> {
    if values.len() < 2 * SHORTEST {
        return Vec::new();
    }
    let Some(fit) = fit(values, alpha) else { return Vec::new() };
    let mut changes = level_changes(&fit, values);
    let clear = |it: &ChangePoint| !changes.iter().any(|step| it.interval.contains(&step.index));
    let spread: Vec<ChangePoint> = variance_changes(&fit).into_iter().filter(clear).collect();
    changes.extend(spread);
    changes.sort_by_key(|it| it.index);
    changes
}

fn level_changes(fit: &Fit, values: &[f64]) -> Vec<ChangePoint> {
    let first =
        fit.level.first().filter(|it| it.slopes).map(|piece| creep(fit, values, None, piece));
    let pairs =
        fit.level.windows(2).filter_map(|pair| level_change(fit, values, &pair[0], &pair[1]));
    first.into_iter().chain(pairs).collect()
}

/// The change from one piece to the next, if it is more than the end of a slope.
fn level_change(fit: &Fit, values: &[f64], before: &Piece, after: &Piece) -> Option<ChangePoint> {
    let lines = [before, after].map(|it| fit.sums.line(&it.runs, it.slopes));
    let place = after.runs.start as f64 - 0.5;
    let error = lines.iter().map(|it| it.variance_at(place)).sum::<f64>().sqrt();
    let jump = (lines[1].at(place) - lines[0].at(place)).abs();
    let interval = interval(&fit.sums, before, after);
    // A drift goes as far by itself within the runs where it could start or end.
    let unsure = (interval.end() - interval.start() + SHORTEST) as f64;
    let drift = lines.iter().map(|it| it.slope().abs()).sum::<f64>() * unsure;
    let is_step = jump >= fit.critical * error && jump > drift;
    if !is_step && after.slopes {
        return Some(creep(fit, values, Some(before), after));
    }
    if !is_step && before.slopes {
        return None;
    }
    let sides = [last_runs(before), first_runs(after)].map(|runs| &values[runs]);
    let [from, to] = sides.map(median);
    // Where there is no noise, runs of one level may be told apart by next to nothing.
    if from == to {
        return None;
    }
    let newest = after.runs.end == values.len() && after.runs.len() <= NEWEST;
    let splits = if newest { Splits::Newest } else { Splits::All };
    Some(ChangePoint {
        kind: Kind::Step,
        index: after.runs.start,
        interval,
        before: from,
        after: to,
        ratio: ratio(sides[0], sides[1]),
        chance: splits.chance(jump / error, values.len()),
    })
}

/// The change to a piece that slopes.
fn creep(fit: &Fit, values: &[f64], before: Option<&Piece>, slope: &Piece) -> ChangePoint {
    let start = slope.runs.start;
    let start_runs = match before {
        Some(before) => last_runs(before),
        None => start..start + AT_SLOPE,
    };
    let sides = [start_runs, last_runs(slope)].map(|runs| &values[runs]);
    let level = fit.sums.line(&slope.runs, false).rest;
    let sloping = fit.sums.line(&slope.runs, true).rest;
    ChangePoint {
        kind: Kind::Creep,
        index: start,
        interval: before.map_or(start..=start, |before| interval(&fit.sums, before, slope)),
        before: median(sides[0]),
        after: median(sides[1]),
        ratio: ratio(sides[0], sides[1]),
        chance: Splits::All.chance((level - sloping).sqrt(), values.len()),
    }
}

fn variance_changes(fit: &Fit) -> Vec<ChangePoint> {
    let change = |pair: &[Piece]| {
        let runs = pair[0].runs.start..pair[1].runs.end;
        let split = pair[1].runs.start;
        let sizes = |runs: Range<usize>| -> Vec<f64> {
            fit.distances[runs].iter().map(|it| it.abs()).filter(|&it| it > 0.0).collect()
        };
        let [before, after] = [last_runs(&pair[0]), first_runs(&pair[1])];
        ChangePoint {
            kind: Kind::Variance,
            index: split,
            interval: interval(&fit.noise_sums, &pair[0], &pair[1]),
            before: spread(&fit.distances[pair[0].runs.clone()]),
            after: spread(&fit.distances[pair[1].runs.clone()]),
            ratio: ratio(&sizes(before), &sizes(after)),
            chance: Splits::All
                .chance(fit.noise_sums.gain(&runs, split).sqrt(), fit.distances.len()),
        }
    };
    fit.noise.windows(2).map(change).collect()
}

/// The runs that say what the level is at the end of a piece.
fn last_runs(piece: &Piece) -> Range<usize> {
    let most = if piece.slopes { AT_SLOPE } else { NEAR };
    piece.runs.end.saturating_sub(most).max(piece.runs.start)..piece.runs.end
}

/// The runs that say what the level is at the start of a piece.
fn first_runs(piece: &Piece) -> Range<usize> {
    let most = if piece.slopes { AT_SLOPE } else { NEAR };
    piece.runs.start..piece.runs.end.min(piece.runs.start + most)
}
