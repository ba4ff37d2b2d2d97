use std::collections::BTreeSet;

use crate::format;
use crate::tuning::{Explanation, Prediction, Tuned, Tuning, words};

use super::super::dash::Dash;
use super::super::lines::Line;
use super::super::marker::Marker;
use super::super::palette::FLOOR;
use super::{is_drawable, place};

/// What the values of a knob would cost at sizes that were not measured, a line for each.
pub(super) fn lines(tuning: &Tuning, tuned: &Tuned) -> Vec<Line> {
    let explanations = tuning.explained.iter().filter(|it| it.knob == tuned.knob);
    explanations.flat_map(|it| of_workload(tuned, it)).collect()
}

fn of_workload(tuned: &Tuned, explanation: &Explanation) -> Vec<Line> {
    let predictions = &explanation.predictions;
    let sizes: BTreeSet<u32> = predictions.iter().map(|it| it.pollables).collect();
    let of_size = |size| {
        let mut there: Vec<&Prediction> = predictions
            .iter()
            .filter(|it| it.pollables == size && it.cost > 0.0 && is_drawable(it.cost))
            .collect();
        there.sort_by_key(|it| it.value);
        line(tuned, explanation, size, &there)
    };
    sizes.into_iter().map(of_size).collect()
}

fn line(tuned: &Tuned, explanation: &Explanation, size: u32, predictions: &[&Prediction]) -> Line {
    let size = format::count(size.into());
    let name = format!("prediction: {}, {size} pollables", explanation.workload);
    let point = |it: &&Prediction| (place(tuned.along(it.value)), it.cost);
    let points: Vec<(f64, f64)> = predictions.iter().map(point).collect();
    let hint = |it: &&Prediction| {
        let (setting, cost) = (words::setting(tuned, it.value), format::duration(it.cost));
        (point(it), format!("{name}: {setting}: {cost}"))
    };
    Line {
        color: FLOOR.color(),
        marker: Marker::Ring,
        dash: Dash::PREDICTION,
        note: String::new(),
        hollow: Vec::new(),
        whiskers: Vec::new(),
        hints: predictions.iter().map(hint).collect(),
        band: Vec::new(),
        links: Vec::new(),
        marks: points.clone(),
        points,
        name,
    }
}
