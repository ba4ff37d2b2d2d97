//! The level of a series and the noise around it, each learned from the other.

use super::creep::drifts;
use super::noise::{autocorrelation, deviation, running_median, spread, without_outliers};
use super::partition::{Piece, Price, Sums};
use super::position::moved;
use super::scores::{normal_scores, root_mean_square};
use super::threshold::Splits;
use crate::stats::median;

/// How often the level and the noise are learned from each other.
const PASSES: usize = 3;

/// The parts of the probability of a false alarm: for changes of the level, for those just
/// before the end, and for changes of the variance.
const PARTS: [f64; 3] = [0.34, 0.42, 0.18];

/// The part of the price of a piece in the first pass, which finds what later passes test.
const LENIENT: f64 = 0.9;

/// By how much the means of sizes of differences vary more than if neighbouring differences
/// did not share a run. The sizes of normal ones have a correlation of about a quarter.
const SHARED: f64 = 1.5;

/// The smallest deviation of the noise, as a part of the range of the levels: less can't be
/// told from rounding in sums of squares.
const ROUNDING: f64 = 1e-6;

/// What a series consists of.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    /// The pieces of the level.
    pub level: Vec<Piece>,
    /// The sums from which the lines of the level come.
    pub sums: Sums,
    /// The pieces with the same noise.
    pub noise: Vec<Piece>,
    /// The sums of the sizes of the noise, as normal scores.
    pub noise_sums: Sums,
    /// How far each run is from its level.
    pub distances: Vec<f64>,
    /// By how many standard errors the level has to change.
    pub critical: f64,
}

/// Fits levels, slopes and deviations to finite values; `None` if they are all the same.
pub(super) fn fit(values: &[f64], alpha: f64) -> Option<Fit> {
    let centre = median(values);
    let unit = deviation(values);
    let values: Vec<f64> = values.iter().map(|it| (it - centre) / unit).collect();
    (unit > 0.0 && values.iter().all(|it| it.is_finite())).then_some(())?;
    let mut learner = Learner::new(&values, alpha);
    let fit = (0..PASSES).map(|pass| learner.pass(pass == 0)).last()?;
    let level = drifts(&fit.sums, fit.level, learner.price.piece);
    let distances = fit.distances.iter().map(|it| it * unit).collect();
    Some(Fit { level, distances, ..fit })
}

struct Learner<'a> {
    /// Around zero, in units of the deviation between neighbours.
    values: &'a [f64],
    /// Where the runs of a level are for the most part.
    middle: Vec<f64>,
    deviations: Vec<f64>,
    least_deviation: f64,
    /// What is not told from zero.
    rounding: f64,
    /// By how much the variance of a mean is larger than if runs had nothing to do with the
    /// ones before.
    lasting: f64,
    price: Price,
    noise_price: Price,
    critical: f64,
}

impl<'a> Learner<'a> {
    fn new(values: &'a [f64], alpha: f64) -> Self {
        let count = values.len();
        let middle = running_median(values);
        let rounding = ROUNDING * middle.iter().fold(1.0_f64, |most, it| most.max(it.abs()));
        let kept = autocorrelation(values);
        // Differences do not show the part of a deviation that the next run keeps.
        let whole = (1.0 / (1.0 - kept).sqrt()).max(rounding);
        let critical = Splits::All.critical(PARTS[0] * alpha, count);
        let newest = Splits::Newest.critical(PARTS[1] * alpha, count).powi(2);
        let noise = Splits::All.critical(PARTS[2] * alpha, count).powi(2);
        let piece = critical.powi(2);
        let noise_price = Price { piece: noise, newest: noise, slope: None };
        Self {
            values,
            middle,
            deviations: first_deviations(values, whole, noise_price),
            least_deviation: if kept > 0.0 { whole } else { rounding },
            rounding,
            lasting: lasting(kept),
            price: Price { piece, newest, slope: Some(piece) },
            noise_price,
            critical,
        }
    }

    /// Fits the level to what is known of the noise, and then learns the noise from it. The
    /// middle and the deviations are from the pass before.
    fn pass(&mut self, is_first: bool) -> Fit {
        let weight = |it: &f64| 1.0 / (it * it * self.lasting);
        let weights: Vec<f64> = self.deviations.iter().map(weight).collect();
        let sums = Sums::new(&if is_first { self.clipped() } else { self.shaped() }, &weights);
        let price = self.price.times(if is_first { LENIENT } else { 1.0 });
        let level = moved(self.values, sums.pieces(price));
        let scales = self.learn_middle(&sums, &level, &weights);
        let distances = self.distances(self.values, &scales);
        let near = self.distances(&self.clipped(), &scales);
        let sizes = normal_scores(&distances.iter().map(|it| it.abs()).collect::<Vec<f64>>());
        let weight = 1.0 / lasting(autocorrelation(&sizes));
        let noise_sums = Sums::new(&sizes, &vec![weight; sizes.len()]);
        let noise = noise_sums.pieces(self.noise_price);
        for piece in &noise {
            let learned = root_mean_square(&near[piece.runs.clone()]);
            self.deviations[piece.runs.clone()].fill(learned.max(self.least_deviation));
        }
        Fit { level, sums, noise, noise_sums, distances, critical: self.critical }
    }

    /// The values without outliers. A step that is not yet in the middle stays one, so that it
    /// is found however large it is.
    fn clipped(&self) -> Vec<f64> {
        without_outliers(self.values, &self.middle, &self.deviations)
    }

    /// The values with noise of the same deviation around the middle, but normal noise.
    fn shaped(&self) -> Vec<f64> {
        let relative = |at: usize| (self.values[at] - self.middle[at]) / self.deviations[at];
        let scores = normal_scores(&(0..self.values.len()).map(relative).collect::<Vec<f64>>());
        let shaped = |at: usize| self.middle[at] + self.deviations[at] * scores[at];
        (0..self.values.len()).map(shaped).collect()
    }

    /// Learns where the middle of each piece is, on which outliers have no say. Of each run it
    /// gives the factor by which a distance from there is to be larger to be one from the
    /// true level.
    fn learn_middle(&mut self, sums: &Sums, level: &[Piece], weights: &[f64]) -> Vec<f64> {
        let mut scales = Vec::with_capacity(weights.len());
        for piece in level {
            let line = sums.line(&piece.runs, piece.slopes);
            let height = |at: usize| line.at(at as f64);
            let rests: Vec<f64> =
                piece.runs.clone().map(|at| self.values[at] - height(at)).collect();
            let shift = median(&rests);
            for at in piece.runs.clone() {
                self.middle[at] = height(at) + shift;
                let lever = weights[at] * line.variance_at(at as f64);
                scales.push(1.0 / (1.0 - lever.min(MOST_LEVER)).sqrt());
            }
        }
        scales
    }

    /// How far some values are from the middle.
    fn distances(&self, values: &[f64], scales: &[f64]) -> Vec<f64> {
        let distance = |at: usize| {
            let apart = values[at] - self.middle[at];
            if apart.abs() > self.rounding { apart * scales[at] } else { 0.0 }
        };
        (0..values.len()).map(distance).collect()
    }
}

/// How much of its level a run may determine by itself for its distance to be corrected.
const MOST_LEVER: f64 = 0.9;

/// The deviations before there is a level: from the differences of neighbours, to which it
/// hardly matters.
fn first_deviations(values: &[f64], whole: f64, price: Price) -> Vec<f64> {
    let differences: Vec<f64> = values.windows(2).map(|it| it[1] - it[0]).collect();
    let sizes: Vec<f64> = differences.iter().map(|it| it.abs()).collect();
    let sums = Sums::new(&normal_scores(&sizes), &vec![1.0 / SHARED; sizes.len()]);
    let mut deviations = vec![whole; values.len()];
    for piece in sums.pieces(price) {
        let relative = spread(&differences[piece.runs.clone()]) / spread(&differences);
        if relative.is_finite() && relative > 0.0 {
            deviations[piece.runs.start..=piece.runs.end].fill(whole * relative);
        }
    }
    deviations
}

/// By how much the variance of a mean is larger if each run keeps a part of the one before.
fn lasting(kept: f64) -> f64 {
    (1.0 + kept) / (1.0 - kept)
}
