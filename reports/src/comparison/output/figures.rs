//! The candidate's numbers, for programs that follow them over time.

use super::name;
use crate::comparison::{Cell, Comparison, CountVerdict, Metric, Timing};

/// A number of the candidate.
pub struct Figure {
    pub metric: Metric,
    pub value: f64,
    /// The confidence interval of a time, in nanoseconds per event; `None` for counts.
    pub interval: Option<(f64, f64)>,
}

/// The cells with their figures. A candidate that is compared with several bases is listed
/// once. Noisy counts, and cells without any figure, are left out.
pub fn all(comparison: &Comparison) -> Vec<(String, Vec<Figure>)> {
    let mut all: Vec<(String, Vec<Figure>)> = Vec::new();
    for cell in &comparison.cells {
        let name = name::of_candidate(&cell.identity);
        let figures = of(cell);
        if !figures.is_empty() && !all.iter().any(|(other, _)| *other == name) {
            all.push((name, figures));
        }
    }
    all
}

fn of(cell: &Cell) -> Vec<Figure> {
    let time = cell.timing.iter().map(|timing| Figure {
        metric: Metric::NsPerEvent,
        value: timing.candidate_ns,
        interval: interval(timing),
    });
    let exact = cell.counts.iter().filter(|it| it.verdict != CountVerdict::Noisy);
    let counts = exact.map(|it| Figure { metric: it.metric, value: it.candidate, interval: None });
    // JSON has no infinities.
    time.chain(counts).filter(|it| it.value.is_finite()).collect()
}

/// The ratio's interval, converted to nanoseconds of the candidate's time.
fn interval(timing: &Timing) -> Option<(f64, f64)> {
    let ratio = &timing.ratio;
    let end =
        |end: f64| Some(timing.candidate_ns * (end / ratio.estimate)).filter(|it| it.is_finite());
    Some((end(ratio.low)?, end(ratio.high)?))
}
