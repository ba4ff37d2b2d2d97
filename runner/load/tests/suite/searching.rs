use pollbench_load::{Bounds, BoundsError, Outcome, search};
use proptest::prelude::*;

fn bounds() -> impl Strategy<Value = Bounds> {
    (1.0..10_000.0_f64, 1.0..10_000.0_f64, 0.001..0.5_f64).prop_map(|(first, factor, tolerance)| {
        Bounds { first, highest: first * factor, tolerance, probes: 100 }
    })
}

/// The outcome, with all rates that were tried.
fn up_to(bounds: &Bounds, most: f64) -> (Outcome, Vec<f64>) {
    let mut tried = Vec::new();
    let outcome = search(bounds, |rate| {
        tried.push(rate);
        Ok::<_, BoundsError>(rate <= most)
    });
    (outcome.expect("bounds"), tried)
}

proptest! {
    #[test]
    fn the_highest_rate_is_found(bounds in bounds(), most in 0.5..100_000_000.0_f64) {
        let (outcome, tried) = up_to(&bounds, most);
        let Bounds { first, highest, tolerance, .. } = bounds;
        match outcome {
            Outcome::FirstFails => prop_assert!(most < first),
            Outcome::LimitHolds => prop_assert!(most >= highest),
            Outcome::Between { holds, fails } => {
                prop_assert!(holds <= most && most < fails && fails <= highest);
                prop_assert!(fails - holds <= tolerance * holds);
                prop_assert!(tried.contains(&holds) && tried.contains(&fails));
            }
            Outcome::ProbesSpent { .. } => prop_assert!(false, "100 probes are enough"),
        }
        prop_assert!(tried.iter().all(|rate| (first..=highest).contains(rate)));
        // Growing by 2, and then halving a factor of 2 to that of the tolerance.
        let most = (highest / first).log2().ceil() + (2.0_f64.ln() / tolerance.ln_1p()).log2() + 3.0;
        prop_assert!(tried.len() as f64 <= most, "{} of {most}", tried.len());
    }

    #[test]
    fn no_more_is_tried_than_allowed(bounds in bounds(), most in 0.5..1e8_f64, probes in 1..9_u32) {
        let (outcome, tried) = up_to(&Bounds { probes, ..bounds }, most);
        prop_assert!(tried.len() <= probes as usize);
        if let Outcome::ProbesSpent { holds, fails } = outcome {
            prop_assert_eq!(tried.len(), probes as usize);
            prop_assert!(holds <= most && fails.is_none_or(|fails| fails > most));
            prop_assert!(holds < bounds.highest);
        }
    }

    /// Rates hold and fail as they please: the ends are what they say they are.
    #[test]
    fn a_range_is_of_rates_that_were_tried(bounds in bounds(), answers in prop::collection::vec(any::<bool>(), 100)) {
        let mut tried = Vec::new();
        let outcome = search(&bounds, |rate| {
            let holds = answers[tried.len()];
            tried.push((rate, holds));
            Ok::<_, BoundsError>(holds)
        });
        if let Outcome::Between { holds, fails } = outcome.expect("bounds") {
            prop_assert!(holds < fails);
            prop_assert!(tried.contains(&(holds, true)) && tried.contains(&(fails, false)));
        }
    }
}

#[test]
fn bounds_that_hold_no_rate_are_refused() {
    let sound = Bounds { first: 100.0, highest: 1_000.0, tolerance: 0.05, probes: 20 };
    let refused = |bounds: Bounds| {
        search(&bounds, |_| Ok::<_, BoundsError>(true)).expect_err("bounds that hold no rate")
    };
    for (first, highest) in [(0.0, 1.0), (-1.0, 1.0), (2.0, 1.0), (1.0, f64::INFINITY)] {
        let wrong = refused(Bounds { first, highest, ..sound });
        assert_eq!(wrong, BoundsError::Rates { first, highest });
    }
    assert_eq!(refused(Bounds { tolerance: 0.0, ..sound }), BoundsError::Tolerance(0.0));
    assert_eq!(refused(Bounds { probes: 0, ..sound }), BoundsError::Probes);
    assert!(matches!(refused(Bounds { first: f64::NAN, ..sound }), BoundsError::Rates { .. }));
}

#[test]
fn what_a_probe_fails_of_ends_the_search() {
    let bounds = Bounds { first: 100.0, highest: 1_000.0, tolerance: 0.05, probes: 20 };
    let mut probes = 0;
    let outcome = search(&bounds, |_| {
        probes += 1;
        if probes < 3 { Ok(true) } else { Err(BoundsError::Probes) }
    });
    assert_eq!((outcome, probes), (Err(BoundsError::Probes), 3));
}
