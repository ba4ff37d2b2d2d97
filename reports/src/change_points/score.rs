//! How well change points agree with what people see.

use std::collections::BTreeSet;

/// The F1 score of change points against those of several annotators, as van den Burg and
/// Williams define it (An Evaluation of Change Point Detection Algorithms, 2020).
///
/// A change is found if there is one at most `margin` runs away that was not used for
/// another. The precision is for the changes that any annotator sees, and the recall is the
/// mean over annotators. The start of the series counts as a change that all of them see, so
/// that there is a score even where nobody sees one.
pub fn f1(annotators: &[Vec<usize>], found: &[usize], margin: usize) -> f64 {
    let with_start =
        |indices: &[usize]| -> BTreeSet<usize> { indices.iter().copied().chain([0]).collect() };
    let found = with_start(found);
    let seen: Vec<BTreeSet<usize>> = annotators.iter().map(|it| with_start(it)).collect();
    let all: BTreeSet<usize> = seen.iter().flatten().copied().chain([0]).collect();
    let part =
        |true_ones: &BTreeSet<usize>, of: usize| hits(true_ones, &found, margin) as f64 / of as f64;
    let precision = part(&all, found.len());
    let recalls = seen.iter().map(|it| part(it, it.len()));
    let recall = if seen.is_empty() { 1.0 } else { recalls.sum::<f64>() / seen.len() as f64 };
    2.0 * precision * recall / (precision + recall)
}

/// How many true changes have a found one near them that no other true change has.
fn hits(true_ones: &BTreeSet<usize>, found: &BTreeSet<usize>, margin: usize) -> usize {
    let mut left = found.clone();
    let near = |left: &BTreeSet<usize>, at: usize| {
        left.iter().copied().filter(|it| it.abs_diff(at) <= margin).min_by_key(|it| it.abs_diff(at))
    };
    true_ones.iter().filter(|&&at| near(&left, at).is_some_and(|it| left.remove(&it))).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked by hand; the first three are also those which the reference implementation,
    /// `f_measure` of the Turing Change Point Detection Benchmark, has in its documentation.
    #[test]
    fn scores_are_those_worked_by_hand() {
        let all_found = [vec![10, 20], vec![11, 20], vec![10], vec![0, 5]];
        assert_eq!(f1(&all_found, &[10, 20], 5), 1.0);
        // Precision 2/2; recall (1 + 1 + 1/2)/3 = 5/6.
        let one_far = [vec![], vec![10], vec![50]];
        assert!((f1(&one_far, &[10], 5) - 10.0 / 11.0).abs() < 1e-12);
        // Precision 1; recall (1 + 1/2 + 1/2)/3 = 2/3.
        assert!((f1(&one_far, &[], 5) - 0.8).abs() < 1e-12);
        // Of three found ones the start is right, and one of the two near 30: precision
        // 2/3. Recall 2/2.
        assert!((f1(&[vec![30]], &[28, 33], 5) - 0.8).abs() < 1e-12);
        // Six runs away are too many.
        assert!((f1(&[vec![30]], &[36], 5) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn without_annotators_only_false_alarms_count() {
        assert_eq!(f1(&[], &[], 5), 1.0);
        assert!((f1(&[], &[50], 5) - 2.0 / 3.0).abs() < 1e-12);
    }
}
