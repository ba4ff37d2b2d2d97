use crate::matrix::{FALSE_CLAIMS, MARGIN, Matrix};
use crate::record::{Clock, Record, RepetitionKind, Time};
use crate::stats::{CONFIDENCE, median_interval};
use crate::{calibration, format};

/// The numbers in the notes on method.
pub(super) struct Method {
    /// The coverage that intervals should have.
    pub confidence: String,
    /// The coverage the intervals of this record have.
    pub coverage: Option<String>,
    /// How many plain repetitions a cell has.
    pub repetitions: Option<String>,
    /// The cost of observing, as a part of the time: the median over cells.
    pub observer: Option<String>,
    /// By how much longer a guest may take than the best and still be level with it.
    pub margin: String,
    /// The part of the claims about guests that may be wrong.
    pub false_claims: String,
    /// The cost of a time stamp.
    pub stamp: String,
    /// The additional cost of observing a crossing of the boundary.
    pub crossing: String,
    /// How well the simulated host agrees with real ones, a sentence each.
    pub calibration: Vec<String>,
}

impl Method {
    pub fn new(matrix: &Matrix, record: &Record) -> Self {
        let times: Vec<&Time> = record.cells.iter().filter_map(|it| it.time.as_ref()).collect();
        let ratios: Vec<f64> = times.iter().map(|time| time.observer_ratio).collect();
        let coverages = times.iter().map(|time| time.per_event().confidence);
        let plain = |time: &&Time| {
            time.repetitions.iter().filter(|it| it.kind == RepetitionKind::Plain).count() as f64
        };
        Self {
            confidence: format::percent(CONFIDENCE),
            coverage: range(coverages, format::percent),
            repetitions: range(times.iter().map(plain), |it| format::count(it as u64)),
            observer: median_interval(&ratios)
                .map(|it| format!("{:+.1} %", (it.median - 1.0) * 100.0)),
            margin: margin(),
            false_claims: format::percent(FALSE_CLAIMS),
            stamp: durations(record, |clock| clock.observation_ns),
            crossing: durations(record, |clock| clock.crossing_ns),
            calibration: calibration::sentences_of(matrix),
        }
    }
}

/// By how much longer a guest may take than the best and still be level with it.
pub(super) fn margin() -> String {
    format::percent(MARGIN)
}

/// The range of a cost of time stamps over the clocks of a record.
fn durations(record: &Record, of: fn(&Clock) -> f64) -> String {
    let all = record.all_environments().map(|it| of(&it.clock));
    range(all, format::duration).unwrap_or_default()
}

fn range(values: impl Iterator<Item = f64>, show: impl Fn(f64) -> String) -> Option<String> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let (low, high) = (show(*values.first()?), show(*values.last()?));
    Some(if low == high { low } else { format!("{low} to {high}") })
}
