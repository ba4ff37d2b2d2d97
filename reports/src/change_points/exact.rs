//! Changes of a series without noise.

use super::change::{ChangePoint, Kind};
use crate::record::Estimate;

/// Every place from which on a value is another. A single value after which the one before
/// returns is an outlier, and no change.
pub(super) fn changes(values: &[f64]) -> Vec<ChangePoint> {
    let Some(&first) = values.first() else { return Vec::new() };
    let mut level = first;
    let mut changes = Vec::new();
    for (index, &value) in values.iter().enumerate() {
        let returns = values.get(index + 1) == Some(&level);
        if value != level && !returns {
            changes.push(step(index, level, value));
            level = value;
        }
    }
    changes
}

fn step(index: usize, before: f64, after: f64) -> ChangePoint {
    let ratio = after / before;
    let exactly = Estimate { median: ratio, low: ratio, high: ratio, confidence: 1.0 };
    ChangePoint {
        kind: Kind::Step,
        index,
        interval: index..=index,
        before,
        after,
        ratio: (before > 0.0 && after > 0.0).then_some(exactly),
        chance: 0.0,
    }
}
