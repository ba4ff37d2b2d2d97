//! What is said about sizes at which it can't be told which guest is best.

use crate::format;
use crate::matrix::{Figures, Size, Variant, Verdict, Why};

use super::words::Words;

/// Why no guest of a size is shown to be the best or level with it; `None` if one is.
pub(super) fn why(size: &Size) -> Option<Why> {
    match size.best()?.to_best?.verdict {
        Verdict::CantTell(why) => Some(why),
        _ => None,
    }
}

/// The most important reason among those of several sizes: too few rounds, then times near
/// 0, then noise, with the median of the numbers of rounds that would be needed.
pub(super) fn foremost(all: &[Why]) -> Option<Why> {
    let mut few: Vec<Why> =
        all.iter().copied().filter(|it| matches!(it, Why::TooFewRounds { .. })).collect();
    few.sort_by_key(|it| it.needed());
    if let Some(most) = few.last() {
        return Some(*most);
    }
    if all.contains(&Why::NearZero) && all.iter().all(|it| it.needed().is_none()) {
        return Some(Why::NearZero);
    }
    let mut needed: Vec<u32> = all.iter().filter_map(|it| it.needed()).collect();
    needed.sort_unstable();
    let half = needed.get(needed.len() / 2).copied();
    (!all.is_empty()).then_some(Why::Noise { needed: half })
}

/// Writes that it can't be told which guest is best, why, and which had the lowest times.
pub(super) fn write(words: &mut Words, sizes: &[Size]) {
    words.text("it can't be told which is best");
    let all: Vec<Why> = sizes.iter().filter_map(why).collect();
    if let Some(why) = foremost(&all) {
        words.marked(&format!(": {why}"));
    }
    let mut lowest: Vec<&Variant> = Vec::new();
    for best in sizes.iter().filter_map(Size::best) {
        if !lowest.contains(&&best.variant) {
            lowest.push(&best.variant);
        }
    }
    words.text("; the lowest ");
    words.text(if lowest.len() == 1 { "is " } else { "are " });
    words.guests(lowest.iter().map(|it| it.label.as_str()));
    let figures = sizes.iter().filter_map(|it| Some(Figures::new(it.best()?, it)));
    if let Some(range) = time_range(figures) {
        words.text(format!(" ({range} per event)"));
    }
}

/// The range from the lowest time to the highest; a time that can't be told from 0 is not
/// given as a number.
pub(super) fn time_range(figures: impl Iterator<Item = Figures>) -> Option<String> {
    let figures: Vec<Figures> = figures.collect();
    let told = figures.iter().filter(|it| it.is_above_zero);
    let mut times: Vec<f64> = told.filter_map(|it| it.ns_per_event).collect();
    times.sort_by(f64::total_cmp);
    match (times.first(), times.last()) {
        (Some(&low), Some(&high)) if times.len() == figures.len() => {
            Some(format::duration_range(low, high))
        }
        (_, Some(&high)) => Some(format!("up to {}", format::duration(high))),
        _ => (!figures.is_empty()).then(|| "a time that can't be told from 0".to_owned()),
    }
}
