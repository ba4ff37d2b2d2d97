use super::frame::Frame;
use super::text;

/// An axis never spans less than this factor: any such range holds two of the
/// numbers 1, 2 and 5 times a power of ten.
const SHORTEST_SPAN: f64 = 5.5;

/// The clear space between the labels of two ticks, in pixels.
const GAP: i32 = 10;

/// A logarithmic axis.
#[derive(Clone, Debug)]
pub(super) struct LogAxis {
    /// What the axis measures, with its unit.
    pub title: String,
    /// The lower and upper end of the axis.
    pub range: (f64, f64),
    /// The labelled values, in ascending order, with their labels.
    pub ticks: Vec<(f64, String)>,
}

/// The range that holds all positive values with some room at both ends; `None` without
/// any. `room` is a part of the range's length.
pub(super) fn log_range(values: impl Iterator<Item = f64>, room: f64) -> Option<(f64, f64)> {
    let (low, high) = values
        .filter(|value| value.is_finite() && *value > 0.0)
        .fold((f64::INFINITY, 0.0_f64), |(low, high), it| (low.min(it), high.max(it)));
    if high == 0.0 {
        return None;
    }
    let padding = (high / low).powf(room).max(1.05);
    let (low, high) = (low / padding, high * padding);
    let stretch = (SHORTEST_SPAN / (high / low)).max(1.0).sqrt();
    Some((low / stretch, high * stretch))
}

/// Round numbers in a range: the finest of the usual steps that gives at most `at_most` of
/// them.
pub(super) fn log_ticks((low, high): (f64, f64), at_most: usize) -> Vec<f64> {
    let within = |steps: &[f64]| -> Vec<f64> {
        let exponents = (low.log10().floor() as i32)..=(high.log10().ceil() as i32);
        exponents
            .flat_map(|exponent| steps.iter().map(move |step| step * 10_f64.powi(exponent)))
            .filter(|tick| (low..=high).contains(tick))
            .collect()
    };
    let steps: [&[f64]; 3] = [&[1.0, 2.0, 5.0], &[1.0, 3.0], &[1.0]];
    for steps in steps {
        let ticks = within(steps);
        if ticks.len() <= at_most {
            return ticks;
        }
    }
    let decades = within(&[1.0]);
    let every = decades.len().div_ceil(at_most.max(1));
    decades.into_iter().step_by(every).collect()
}

/// Leaves out labels that would come too close to the one before, along an axis that is
/// `pixels` long.
pub(super) fn thin(
    ticks: Vec<(f64, String)>,
    (low, high): (f64, f64),
    pixels: i32,
    frame: Frame,
) -> Vec<(f64, String)> {
    let mut kept = Vec::new();
    let mut free_from = f64::NEG_INFINITY;
    for (tick, label) in ticks {
        let place = (tick / low).ln() / (high / low).ln() * f64::from(pixels);
        let half = f64::from(text::width(&label, frame)) / 2.0;
        if place - half >= free_from {
            free_from = place + half + f64::from(GAP);
            kept.push((tick, label));
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(log_ticks((90.0, 1100.0), 6), [100.0, 200.0, 500.0, 1000.0]);
        assert_eq!(log_ticks((90.0, 11_000.0), 5), [100.0, 300.0, 1000.0, 3000.0, 10_000.0]);
        assert_eq!(log_ticks((90.0, 11_000.0), 4), [100.0, 1000.0, 10_000.0]);
        assert_eq!(log_ticks((0.9, 1.1e7), 4), [1.0, 100.0, 10_000.0, 1_000_000.0]);
    }

    #[test]
    fn values_without_a_logarithm_have_no_range() {
        assert_eq!(log_range([0.0, f64::NAN].into_iter(), 0.1), None);
    }

    #[test]
    fn labels_that_would_touch_are_left_out() {
        let ticks = [1.0, 1.1, 10.0, 100.0].map(|it| (it, format!("{it} ns"))).to_vec();
        let kept = thin(ticks, (1.0, 100.0), 300, Frame::Wide);
        assert_eq!(kept.iter().map(|(tick, _)| *tick).collect::<Vec<_>>(), [1.0, 10.0, 100.0]);
    }

    proptest! {
        #[test]
        fn any_values_get_two_ticks_and_lie_between_the_ends(
            values in prop::collection::vec(0.01_f64..1e10, 1..10),
            at_most in 4_usize..10,
        ) {
            let (low, high) = log_range(values.iter().copied(), 0.06).unwrap();
            prop_assert!(values.iter().all(|value| low < *value && *value < high));
            let ticks = log_ticks((low, high), at_most);
            prop_assert!((2..=at_most).contains(&ticks.len()), "{ticks:?} in {low} to {high}");
        }
    }
}
