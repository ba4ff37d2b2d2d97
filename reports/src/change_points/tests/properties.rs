//! What holds for all series.

use super::*;

/// A few levels, for some runs each, with noise.
fn levels() -> impl Strategy<Value = Vec<f64>> {
    let piece = (5_usize..40, 90.0_f64..110.0);
    let run = prop::collection::vec(-1.0_f64..1.0, 40);
    prop::collection::vec((piece, run), 1..5).prop_map(|pieces| {
        let of_piece = |((runs, level), noise): ((usize, f64), Vec<f64>)| {
            noise.into_iter().take(runs).map(move |it| level + it)
        };
        pieces.into_iter().flat_map(of_piece).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_unit_does_not_matter(values in levels(), power in -40_i32..40) {
        let factor = 2_f64.powi(power);
        let scaled: Vec<f64> = values.iter().map(|it| it * factor).collect();
        let changes = change_points(&values, Noise::Learned, ALPHA);
        let expected: Vec<ChangePoint> = changes
            .into_iter()
            .map(|it| ChangePoint { before: it.before * factor, after: it.after * factor, ..it })
            .collect();
        prop_assert_eq!(change_points(&scaled, Noise::Learned, ALPHA), expected);
    }

    #[test]
    fn up_and_down_are_alike(values in levels()) {
        let mirrored: Vec<f64> = values.iter().map(|it| -it).collect();
        let changes = change_points(&mirrored, Noise::Learned, ALPHA);
        prop_assert_eq!(indices(&changes), indices(&change_points(&values, Noise::Learned, ALPHA)));
        prop_assert!(changes.iter().all(|it| it.kind == Kind::Variance || it.ratio.is_none()));
    }

    #[test]
    fn changes_are_in_order_within_the_series_and_well_formed(values in levels()) {
        let changes = change_points(&values, Noise::Learned, ALPHA);
        prop_assert!(indices(&changes).is_sorted_by(|a, b| a < b));
        for it in &changes {
            prop_assert!(it.interval.contains(&it.index) && *it.interval.end() < values.len());
            prop_assert!(it.index > 0 || it.kind == Kind::Creep);
            prop_assert!((0.0..=1.0).contains(&it.chance));
            let ratio = it.ratio.unwrap();
            prop_assert!(ratio.low <= ratio.median && ratio.median <= ratio.high);
        }
    }

    /// Large steps, 20 runs apart at least, are found from either end.
    #[test]
    fn large_steps_are_found_forwards_and_backwards(
        lengths in prop::collection::vec(20_usize..40, 2..5),
        noise in prop::collection::vec(-1.0_f64..1.0, 200),
    ) {
        let level = |(at, &runs): (usize, &usize)| vec![if at % 2 == 0 { 100.0 } else { 120.0 }; runs];
        let levels: Vec<f64> = lengths.iter().enumerate().flat_map(level).collect();
        let mut values: Vec<f64> = levels.iter().zip(&noise).map(|(level, it)| level + it).collect();
        let steps = |values: &[f64]| -> Vec<usize> {
            let changes = change_points(values, Noise::Learned, ALPHA);
            changes.iter().filter(|it| (it.after - it.before).abs() > 10.0).map(|it| it.index).collect()
        };
        let expected: Vec<usize> = (1..levels.len()).filter(|&it| levels[it] != levels[it - 1]).collect();
        prop_assert_eq!(&steps(&values), &expected);
        values.reverse();
        let backwards: Vec<usize> = expected.iter().rev().map(|it| levels.len() - it).collect();
        prop_assert_eq!(steps(&values), backwards);
    }

    #[test]
    fn a_constant_series_has_no_change(value in -1e9_f64..1e9, runs in 0_usize..60) {
        for noise in [Noise::Exact, Noise::Learned] {
            prop_assert_eq!(change_points(&vec![value; runs], noise, ALPHA), []);
        }
    }

    /// Pieces of two runs and more, the last of one or more, of levels that are not those of
    /// their neighbours.
    #[test]
    fn every_step_of_exact_values_is_found(
        pieces in prop::collection::vec((2_usize..10, 1_u32..4), 1..10),
        outlier in any::<prop::sample::Index>(),
    ) {
        let mut level = 0;
        let mut values: Vec<f64> = Vec::new();
        let mut expected = Vec::new();
        for (runs, up) in pieces {
            level += up;
            expected.push(values.len());
            values.extend(vec![f64::from(level); runs]);
        }
        expected.remove(0);
        prop_assert_eq!(indices(&change_points(&values, Noise::Exact, ALPHA)), expected.clone());
        // A single value that another one like the one before follows is no change.
        let at = outlier.index(values.len());
        if at > 0 && values.get(at + 1) == Some(&values[at - 1]) {
            values[at] = 1000.0;
            prop_assert_eq!(indices(&change_points(&values, Noise::Exact, ALPHA)), expected);
        }
    }

    /// Without noise, the same steps are found where noise is to be learned, if they last.
    #[test]
    fn steps_without_noise_are_found_as_well(lengths in prop::collection::vec(8_usize..30, 2..4)) {
        let level = |(at, &runs): (usize, &usize)| vec![100.0 + (at % 2) as f64; runs];
        let values: Vec<f64> = lengths.iter().enumerate().flat_map(level).collect();
        let found = change_points(&values, Noise::Learned, ALPHA);
        prop_assert_eq!(indices(&found), indices(&change_points(&values, Noise::Exact, ALPHA)));
    }
}

/// Found by the property above: a third step, of nothing, three runs after the second.
#[test]
fn a_piece_without_noise_is_not_divided() {
    let values = [vec![100.0; 8], vec![101.0; 10], vec![100.0; 13]].concat();
    let found = change_points(&values, Noise::Learned, ALPHA);
    assert_eq!(indices(&found), [8, 18], "{found:#?}");
}

/// A step at once, which is an outlier as soon as the value before returns.
#[test]
fn a_last_exact_value_is_a_step_until_the_next_run() {
    assert_eq!(indices(&change_points(&[7.0, 7.0, 8.0], Noise::Exact, ALPHA)), [2]);
    assert_eq!(change_points(&[7.0, 7.0, 8.0, 7.0], Noise::Exact, ALPHA), []);
    assert_eq!(indices(&change_points(&[7.0, 8.0, 9.0], Noise::Exact, ALPHA)), [1, 2]);
}
