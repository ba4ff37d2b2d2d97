use std::collections::BTreeSet;

use crate::format;
use crate::tuning::{Explanation, Prediction, Tuning};

use super::super::dash::Dash;
use super::super::lines::Line;
use super::super::marker::Marker;
use super::super::palette::FLOOR;
use super::{is_drawable, place};

/// What the values of a knob would cost at sizes that were not measured, a line for each.
pub(super) fn lines(tuning: &Tuning, knob: &str) -> Vec<Line> {
    let explanations = tuning.explained.iter().filter(|it| it.knob == knob);
    explanations.flat_map(of_workload).collect()
}

fn of_workload(explanation: &Explanation) -> Vec<Line> {
    let predictions = &explanation.predictions;
    let sizes: BTreeSet<u32> = predictions.iter().map(|it| it.pollables).collect();
    let of_size = |size| {
        let mut there: Vec<&Prediction> = predictions
            .iter()
            .filter(|it| it.pollables == size && it.cost > 0.0 && is_drawable(it.cost))
            .collect();
        there.sort_by_key(|it| it.value);
        line(explanation, size, &there)
    };
    sizes.into_iter().map(of_size).collect()
}

fn line(explanation: &Explanation, size: u32, predictions: &[&Prediction]) -> Line {
    let size = format::count(size.into());
    let name = format!("prediction: {}, {size} pollables", explanation.workload);
    let points: Vec<(f64, f64)> = predictions.iter().map(|it| (place(it.value), it.cost)).collect();
    let hint = |it: &&Prediction| {
        let (knob, cost) = (&explanation.knob, format::duration(it.cost));
        ((place(it.value), it.cost), format!("{name}: {knob} = {}: {cost}", it.value))
    };
    Line {
        color: FLOOR.color(),
        marker: Marker::Ring,
        dash: Dash::PREDICTION,
        note: String::new(),
        whiskers: Vec::new(),
        hints: predictions.iter().map(hint).collect(),
        marks: points.clone(),
        points,
        name,
    }
}
