use proptest::prelude::*;

use super::*;

fn samples(rows: &[([f64; 4], f64)]) -> Vec<Sample> {
    let sample = |(at, &(counts, cost)): (usize, &([f64; 4], f64))| Sample {
        value: 1 << at,
        pollables: 1000,
        counts: PerCount::from_all(counts),
        cost,
    };
    rows.iter().enumerate().map(sample).collect()
}

/// SciPy 1.17.1, with the counts `a` and the costs `y` of a case as arrays, and `keep` all
/// rows, or all but one:
/// `scipy.optimize.nnls(a[keep] / y[keep, None], numpy.ones(len(keep)))[0]`.
#[test]
fn prices_and_errors_agree_with_scipy() {
    let cases = [
        (
            samples(&[
                ([1.0, 1000.0, 1.0, 1.0], 5200.0),
                ([0.5, 600.0, 1.0, 1.0], 3300.0),
                ([0.25, 450.0, 1.0, 1.2], 2600.0),
                ([0.1, 900.0, 1.0, 1.1], 4800.0),
                ([2.0, 300.0, 1.0, 1.5], 2400.0),
                ([0.05, 3000.0, 1.0, 1.0], 15400.0),
            ]),
            [234.621993041, 4.87327665229, 0.0, 295.201756619],
            [0.03843762784, 0.19461345405],
        ),
        (
            samples(&[
                ([1.0, 10.0, 1.0, 1.0], 40.0),
                ([2.0, 9.0, 1.0, 1.0], 39.0),
                ([4.0, 8.0, 1.0, 2.0], 41.0),
                ([8.0, 7.0, 2.0, 3.0], 44.0),
                ([16.0, 6.0, 3.0, 5.0], 52.0),
            ]),
            [0.150345208715, 3.54429358797, 0.0, 5.79910511805],
            [0.0675454999095, 0.133160550335],
        ),
        (
            samples(&[
                ([1.0, 64.0, 1.0, 1.0], 300.0),
                ([0.5, 64.0, 1.0, 2.0], 280.0),
                ([0.25, 64.0, 1.0, 4.0], 310.0),
                ([0.125, 64.0, 1.0, 8.0], 420.0),
            ]),
            [104.477560203, 2.59560788677, 0.0, 29.9650932637],
            [0.0255102040816, 0.05],
        ),
    ];
    for (samples, prices, [median, largest]) in cases {
        let found = Model::fit(&samples).unwrap();
        let near = |found: f64, expected: f64| (found - expected).abs() <= 1e-9 * expected.max(1.0);
        assert!(found.prices.all().into_iter().zip(prices).all(|it| near(it.0, it.1)), "{found:?}");
        assert!(
            near(found.left_out.median, median) && near(found.left_out.largest, largest),
            "{found:?}"
        );
        assert_eq!(found.predicts(), largest <= 0.1);
    }
}

/// Batches of a scan: smaller ones need more poll calls, and larger ones pass more handles.
fn batches() -> Vec<([f64; 4], f64)> {
    let row = |batch: f64| {
        let counts = [10.0 / batch, 3.0 * batch, 1.0, 1.0];
        (counts, 400.0 * counts[0] + 5.0 * counts[1] + 60.0)
    };
    [2.0, 4.0, 8.0, 16.0, 32.0, 64.0].map(row).to_vec()
}

#[test]
fn an_exact_sum_is_found_and_predicts_what_was_not_measured() {
    let found = Model::fit(&samples(&batches())).unwrap();
    assert!(found.predicts() && found.left_out.largest < 1e-9, "{found:?}");
    assert!((found.prices.poll_calls - 400.0).abs() < 1e-6, "{found:?}");
    assert!((found.prices.handles - 5.0).abs() < 1e-6, "{found:?}");
    let unmeasured = PerCount::from_all([0.1, 3000.0, 1.0, 1.0]);
    assert!((found.predict(&unmeasured).unwrap() - 15_100.0).abs() < 1e-6);
}

#[test]
fn a_model_says_what_the_knob_trades_for_what() {
    let rows = batches();
    let found = Model::fit(&samples(&rows)).unwrap();
    let counts = |at: usize| PerCount::from_all(rows[at].0);
    let trade = found.trade(&counts(0), &counts(4));
    assert_eq!(trade, Trade { saves: Some(Counted::PollCalls), pays: Some(Counted::Handles) });
    let trade = found.trade(&counts(4), &counts(0));
    assert_eq!(trade, Trade { saves: Some(Counted::Handles), pays: Some(Counted::PollCalls) });
    assert_eq!(found.trade(&counts(3), &counts(3)), Trade { saves: None, pays: None });
}

#[test]
fn what_counts_do_not_explain_is_not_predicted() {
    let mut rows = batches();
    rows[3].1 *= 1.5;
    let found = Model::fit(&samples(&rows)).unwrap();
    assert!(!found.predicts() && found.left_out.largest > 0.1, "{found:?}");
    assert_eq!(found.predict(&PerCount::from_all([1.0; 4])), None);
}

#[test]
fn what_is_no_sample_is_not_fitted() {
    let good = ([1.0, 1.0, 1.0, 1.0], 1.0);
    assert_eq!(Model::fit(&samples(&[good])), None);
    for odd in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(Model::fit(&samples(&[good, ([1.0; 4], odd)])), None);
    }
    for odd in [-1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(Model::fit(&samples(&[good, ([1.0, odd, 1.0, 1.0], 1.0)])), None);
    }
}

#[test]
fn samples_that_count_nothing_have_no_price() {
    let found = Model::fit(&samples(&[([0.0; 4], 1.0), ([0.0; 4], 2.0)])).unwrap();
    assert_eq!((found.prices, found.predicts()), (PerCount::default(), false));
}

fn count() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), (0_u32..4).prop_map(f64::from), 0.0_f64..10.0]
}

proptest! {
    /// Of a convex problem, the solution is where no allowed step leads downhill: the slope
    /// is 0 for a positive factor and not downwards for one of 0 (Karush, Kuhn and Tucker).
    #[test]
    fn no_allowed_step_comes_nearer(
        mut rows in prop::collection::vec(([count(), count(), count(), count()], 0.5_f64..2.0), 1..12),
        copied in any::<bool>(),
    ) {
        // Columns that depend on each other have many solutions.
        rows.iter_mut().filter(|_| copied).for_each(|it| it.0[1] = 2.0 * it.0[0]);
        let columns = DMatrix::from_fn(rows.len(), 4, |row, column| rows[row].0[column] / rows[row].1);
        let factors = non_negative(&columns);
        prop_assert!(factors.iter().all(|it| *it >= 0.0));
        let rest = DVector::from_element(rows.len(), 1.0) - &columns * DVector::from_row_slice(&factors);
        for (column, factor) in columns.column_iter().zip(factors) {
            let downhill = column.dot(&rest) / column.norm().max(1e-9);
            prop_assert!(downhill <= 1e-4, "{downhill} {factors:?}");
            prop_assert!(factor == 0.0 || downhill.abs() <= 1e-9 * (1.0 + rest.norm()), "{downhill} {factors:?}");
        }
    }

    /// Sound samples, in another unit, have prices in that unit.
    #[test]
    fn prices_have_the_unit_of_the_costs(
        rows in prop::collection::vec(([count(), count(), count(), count()], 0.5_f64..2.0), 2..9),
        unit in prop_oneof![Just(1e-12), 0.001_f64..1000.0, Just(1e12)],
    ) {
        let own = Model::fit(&samples(&rows)).unwrap();
        let scaled: Vec<_> = rows.iter().map(|it| (it.0, it.1 * unit)).collect();
        let other = Model::fit(&samples(&scaled)).unwrap();
        for counts in rows.iter().map(|it| PerCount::from_all(it.0)) {
            let sum = |it: &Model| it.parts(&counts).all().iter().sum::<f64>();
            let (own, other) = (sum(&own) * unit, sum(&other));
            prop_assert!((own - other).abs() <= 1e-4 * own, "{own} {other}");
        }
    }
}
