//! What an event costs, explained by what is counted: how much each poll call, each handle
//! passed, each ready one and each task run costs.

use nalgebra::{DMatrix, DVector};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::costs::is_cost;
use crate::record::Counters;
use crate::stats::median;

/// The largest relative error of leaving one out with which a model may predict.
pub const MOST_ERROR: f64 = 0.1;

/// One number for each kind of thing that is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PerCount {
    /// For `poll` calls.
    pub poll_calls: f64,
    /// For handles passed to them.
    pub handles: f64,
    /// For handles that came back ready.
    pub ready: f64,
    /// For tasks run.
    pub tasks: f64,
}

/// A kind of thing that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
    /// `poll` calls.
    PollCalls,
    /// Handles passed to them.
    Handles,
    /// Handles that came back ready.
    Ready,
    /// Tasks run.
    Tasks,
}

/// What was counted and measured with one value of a knob, at one size.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sample {
    /// The value of the knob.
    pub value: u64,
    /// The number of pollables.
    pub pollables: u32,
    /// How many of each there are for each event.
    pub counts: PerCount,
    /// What an event costs.
    pub cost: f64,
}

/// A cost as the sum of counts, each times a price that is not negative.
///
/// The prices are those with the least sum of squared relative errors, so that a cheap
/// sample weighs as much as an expensive one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Model {
    /// What one of each costs, in the unit of the samples' costs.
    pub prices: PerCount,
    /// How many samples they were fitted to.
    pub samples: u64,
    /// How far each sample is from what the others predict.
    pub left_out: LeftOut,
}

/// Relative errors when each sample is predicted from all others, as parts of its cost
/// (Stone, Cross-Validatory Choice and Assessment of Statistical Predictions, 1974).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    /// The median.
    pub median: f64,
    /// The largest, by which it is decided whether the model predicts.
    pub largest: f64,
}

/// Which count a change of the knob saves, and which it pays with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Trade {
    /// The count whose part of the cost falls most; absent if none falls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saves: Option<Counted>,
    /// The count whose part of the cost rises most; absent if none rises.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pays: Option<Counted>,
}

impl PerCount {
    const KINDS: [Counted; 4] =
        [Counted::PollCalls, Counted::Handles, Counted::Ready, Counted::Tasks];

    /// Counts for each event; with `steps`, for so many steps of any task.
    pub fn per_event(counters: &Counters, steps: Option<f64>) -> Self {
        let counts = &counters.window;
        let events = counts.events.max(1) as f64;
        let divisor = match steps {
            None => events,
            Some(steps) => (counts.events + counts.yields).max(1) as f64 / steps,
        };
        let per = |count: u64| count as f64 / divisor;
        Self {
            poll_calls: per(counts.poll_calls),
            handles: per(counts.handles_passed),
            ready: per(counts.ready_returned),
            tasks: per(counts.steps),
        }
    }

    /// All four added up.
    pub fn sum(&self) -> f64 {
        self.all().iter().sum()
    }

    fn all(&self) -> [f64; 4] {
        [self.poll_calls, self.handles, self.ready, self.tasks]
    }

    fn from_all([poll_calls, handles, ready, tasks]: [f64; 4]) -> Self {
        Self { poll_calls, handles, ready, tasks }
    }

    fn times(&self, other: &Self) -> Self {
        let [own, other] = [self.all(), other.all()];
        Self::from_all(std::array::from_fn(|at| own[at] * other[at]))
    }
}

impl Model {
    /// Fits a model to samples.
    ///
    /// `None` under two samples, if a cost is not positive, or if a count is negative or not
    /// finite.
    pub fn fit(samples: &[Sample]) -> Option<Self> {
        let is_count = |it: f64| it.is_finite() && it >= 0.0;
        let is_sound = |it: &Sample| is_cost(it.cost) && it.counts.all().into_iter().all(is_count);
        if samples.len() < 2 || !samples.iter().all(is_sound) {
            return None;
        }
        let error = |at: usize| {
            let others = [&samples[..at], &samples[at + 1..]].concat();
            let predicted = prices(&others).times(&samples[at].counts).sum();
            (predicted / samples[at].cost - 1.0).abs()
        };
        let errors: Vec<f64> = (0..samples.len()).map(error).collect();
        let largest = errors.iter().copied().fold(0.0, f64::max);
        Some(Self {
            prices: prices(samples),
            samples: samples.len() as u64,
            left_out: LeftOut { median: median(&errors), largest },
        })
    }

    /// Whether the model is good enough to say what was not measured: no sample is further
    /// than [`MOST_ERROR`] from what the others predict.
    pub fn predicts(&self) -> bool {
        self.left_out.largest <= MOST_ERROR
    }

    /// Which part of the cost of an event is due to which count, according to the model.
    pub fn parts(&self, counts: &PerCount) -> PerCount {
        self.prices.times(counts)
    }

    /// What an event costs that was not measured but only counted, which takes no timing.
    /// `None` where the model is not good enough to predict.
    pub fn predict(&self, counts: &PerCount) -> Option<f64> {
        self.predicts().then(|| self.parts(counts).sum())
    }

    /// What it is that a change of the knob trades for what, from the counts before and after
    /// it. Parts that change by less than a millionth of the cost do not count.
    pub fn trade(&self, before: &PerCount, after: &PerCount) -> Trade {
        let [before, after] = [before, after].map(|it| self.parts(it).all());
        let least = 1e-6 * before.iter().sum::<f64>();
        let most = |sign: f64| {
            let changes = (0..4).map(|at| (PerCount::KINDS[at], sign * (after[at] - before[at])));
            let counting = changes.filter(|it| it.1 > least);
            counting.max_by(|a, b| a.1.total_cmp(&b.1)).map(|it| it.0)
        };
        Trade { saves: most(-1.0), pays: most(1.0) }
    }
}

fn prices(samples: &[Sample]) -> PerCount {
    // Divided by its cost, each sample should come out as 1.
    let part = |row: usize, column: usize| samples[row].counts.all()[column] / samples[row].cost;
    let parts = DMatrix::from_fn(samples.len(), 4, part);
    PerCount::from_all(non_negative(&parts))
}

/// The non-negative factors of four columns whose sum is nearest to ones.
///
/// Where they are positive, such factors are those of ordinary least squares over these
/// columns alone (Lawson & Hanson, Solving Least Squares Problems, 1974, chapter 23). There
/// are only fifteen choices of columns, so all of them are tried, and the nearest with
/// positive factors is taken: of equally near ones, that with the fewest columns.
fn non_negative(columns: &DMatrix<f64>) -> [f64; 4] {
    let ones = DVector::from_element(columns.nrows(), 1.0);
    let mut sets: Vec<Vec<usize>> =
        (1..16_u32).map(|set| (0..4).filter(|at| set >> at & 1 == 1).collect()).collect();
    sets.sort_by_key(Vec::len);
    let (mut nearest, mut found) = (ones.norm(), [0.0; 4]);
    for set in sets {
        let mut chosen = columns.select_columns(&set);
        // Columns of the same length, as handles can outnumber poll calls by thousands.
        let norms: Vec<f64> = chosen.column_iter().map(|it| it.norm()).collect();
        if norms.contains(&0.0) {
            continue;
        }
        for (mut column, norm) in chosen.column_iter_mut().zip(&norms) {
            column /= *norm;
        }
        let svd = chosen.clone().svd(true, true);
        let Ok(factors) = svd.solve(&ones, 1e-10) else { continue };
        let distance = (&chosen * &factors - &ones).norm();
        if factors.iter().all(|&it| it > 0.0) && distance < nearest - 1e-9 {
            (nearest, found) = (distance, [0.0; 4]);
            for ((&at, factor), norm) in set.iter().zip(&factors).zip(&norms) {
                found[at] = factor / norm;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
