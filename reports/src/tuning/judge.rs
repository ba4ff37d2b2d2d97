use super::costs::{Costs, is_cost};
use super::judgement::{Judged, Judgement, Reason, Standing, Untold};
use crate::comparison::{Ratio, judge::ratio};
use crate::stats::median;
use crate::stats::paired::{Shift, smallest_count};

/// The probability, at most, that any interval of a judgement misses.
pub const ERROR: f64 = 0.05;

/// Judges the values of a knob by rounds that had no part in choosing.
///
/// `chosen` is the value that other rounds have found to cost least, as
/// [`Race::chosen`](super::Race::chosen): the winner of a race looks better than it is, so
/// these rounds must not be the same. The values are compared with it, or with the default
/// if that is to be recommended: if it costs more by at most the tolerance, by its estimate,
/// and is not shown to cost more at all. If these rounds show that another value costs less,
/// and by its estimate less by more than the tolerance, the least of such values takes the
/// place of either.
///
/// Intervals are Bonferroni's: [`ERROR`] is shared out evenly over all values, and over the
/// values that they might have been compared with, so that all of them hold together, also
/// for a value picked for what these rounds say of it.
///
/// `None` if `chosen` is not among the values.
pub fn judge(costs: &[Costs], default: u64, chosen: u64, tolerance: f64) -> Option<Judgement> {
    let mut costs: Vec<&Costs> = costs.iter().collect();
    costs.sort_by_key(|it| it.value);
    let bound = tolerance.max(0.0).ln_1p();
    let find = |value: u64| costs.iter().copied().find(|it| it.value == value);
    let others = costs.len().saturating_sub(1).max(1);
    let (mut recommended, mut reason) = (find(chosen)?, Reason::Chosen);
    let rival = find(default).filter(|it| it.value != chosen);
    let mut error = ERROR / (others * (1 + usize::from(rival.is_some()))) as f64;
    if default == chosen {
        reason = Reason::Default;
    } else if let Some((rival, shift)) = rival.and_then(|it| Some((it, it.shift(recommended)?)))
        && shift.estimate() <= bound
        && !is_told_above(&shift, error)
    {
        (recommended, reason) = (rival, Reason::Default);
    }
    let better = costs.iter().filter_map(|it| Some((*it, it.shift(recommended)?.reversed())));
    let better = better.filter(|(_, gain)| gain.estimate() > bound && is_told_above(gain, error));
    if let Some((best, _)) = better.max_by(|a, b| a.1.estimate().total_cmp(&b.1.estimate())) {
        (recommended, reason) = (best, Reason::Revised);
        error = ERROR / (others * costs.len()) as f64;
    }
    let mut untold = Vec::new();
    let values = costs.iter().map(|it| {
        let shift = it.shift(recommended);
        let standing = if it.value == recommended.value {
            Standing::Recommended
        } else {
            standing(shift.as_ref(), bound, error)
        };
        if standing == Standing::Untold {
            let more_rounds = more_rounds(shift.as_ref(), bound, error);
            untold.push(Untold { value: it.value, more_rounds });
        }
        let ratio = match (&shift, standing) {
            (Some(shift), Standing::Recommended) => Some(exact_ratio(1.0, shift.count().into())),
            (shift, _) => shift.as_ref().map(|shift| ratio(shift, error)),
        };
        let known = it.known();
        let cost = (!known.is_empty()).then(|| median(&known));
        Judged { value: it.value, cost, ratio, standing }
    });
    let values: Vec<Judged> = values.collect();
    let recommendation = (recommended.value, reason);
    Some(Judgement::new(values, recommendation, (default, tolerance), untold))
}

/// Judges costs that are counted, and hence exact: one for each value, none of them below 0.
///
/// The least cost is recommended: that of the default where several are equal, else that of
/// the smallest value. Intervals are points, of one round each.
///
/// `None` without values, or if a cost is not finite or below 0.
pub fn judge_exact(costs: &[(u64, f64)], default: u64, tolerance: f64) -> Option<Judgement> {
    if costs.iter().any(|&(_, cost)| cost != 0.0 && !is_cost(cost)) {
        return None;
    }
    let mut costs = costs.to_vec();
    costs.sort_by_key(|it| it.0);
    let least = costs.iter().map(|it| it.1).min_by(f64::total_cmp)?;
    let is_least = |it: &&(u64, f64)| it.1 == least;
    let of_default = costs.iter().filter(is_least).find(|it| it.0 == default);
    let recommended = of_default.or_else(|| costs.iter().find(is_least))?.0;
    let values = costs.iter().map(|&(value, cost)| Judged {
        value,
        cost: Some(cost),
        ratio: match (cost, least) {
            (cost, least) if cost == least => Some(exact_ratio(1.0, 1)),
            (_, 0.0) => None,
            (cost, least) => Some(exact_ratio(cost / least, 1)),
        },
        standing: match cost {
            _ if value == recommended => Standing::Recommended,
            cost if cost <= least * (1.0 + tolerance.max(0.0)) => Standing::Within,
            _ => Standing::Worse,
        },
    });
    let reason = if recommended == default { Reason::Default } else { Reason::Chosen };
    let values = values.collect();
    Some(Judgement::new(values, (recommended, reason), (default, tolerance), Vec::new()))
}

fn is_told_above(shift: &Shift, error: f64) -> bool {
    shift.interval(error).is_some_and(|it| it.low > 0.0)
}

fn standing(shift: Option<&Shift>, bound: f64, error: f64) -> Standing {
    let interval = shift.and_then(|it| Some((it.estimate(), it.interval(error)?)));
    match interval {
        Some((_, it)) if it.low >= -bound && it.high <= bound => Standing::Within,
        Some((estimate, it)) if it.low > 0.0 && estimate > bound => Standing::Worse,
        _ => Standing::Untold,
    }
}

/// How many more rounds would tell whether a value is worse or within the bound.
fn more_rounds(shift: Option<&Shift>, bound: f64, error: f64) -> Option<u64> {
    let Some(shift) = shift else { return smallest_count(error).map(u64::from) };
    let estimate = shift.estimate().abs();
    // Above the bound it has to be told from 0, and within it, from the bound.
    let distance = if estimate > bound { estimate } else { bound - estimate };
    let needed = shift.blocks_for(distance, error)?;
    Some(needed.saturating_sub(shift.count().into()).max(1))
}

fn exact_ratio(ratio: f64, rounds: u64) -> Ratio {
    Ratio { estimate: ratio, low: ratio, high: ratio, confidence: 1.0, blocks: rounds }
}

#[cfg(test)]
mod tests;
