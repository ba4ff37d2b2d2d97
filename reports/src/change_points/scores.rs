//! Normal scores: noise of any kind, given the shape of normal noise.

use statrs::distribution::{ContinuousCDF, Normal};

/// Values in units of a standard deviation as normal noise would have them: what a normal
/// sample has at their ranks (van der Waerden, Order Tests for the Two-Sample Problem and Their
/// Power, 1952). Equal values share theirs. The root mean square of the scores is 1, or 0
/// where all values are equal.
///
/// Of values without a change, any order is as likely as any other. So it is with their
/// scores, whose distribution is known, however skewed or heavy-tailed the values are.
pub(super) fn normal_scores(values: &[f64]) -> Vec<f64> {
    let count = values.len();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut scores = vec![0.0; count];
    let mut below = 0;
    for equal in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let rank = below as f64 + (equal.len() + 1) as f64 / 2.0;
        let score = Normal::standard().inverse_cdf(rank / (count + 1) as f64);
        for &at in equal {
            scores[at] = score;
        }
        below += equal.len();
    }
    let size = root_mean_square(&scores);
    if size > 0.0 {
        scores.iter_mut().for_each(|it| *it /= size);
    }
    scores
}

/// The root of the mean of the squares.
pub(super) fn root_mean_square(values: &[f64]) -> f64 {
    (values.iter().map(|it| it * it).sum::<f64>() / values.len() as f64).sqrt()
}
