use super::frame::Frame;
use super::text;

/// An axis never spans less than this factor: any such range holds two of the
/// numbers 1, 2 and 5 times a power of ten.
const SHORTEST_SPAN: f64 = 5.5;

/// The room beyond the values at each end of a linear axis, as a part of their span.
const LINEAR_ROOM: f64 = 0.08;

/// The clear space between the labels of two ticks, in pixels.
const GAP: i32 = 10;

/// How values are spread out along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// Equal ratios are equally long.
    Log,
    /// Equal differences are equally long.
    Linear,
}

/// An axis.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// What the axis measures, with its unit.
    pub title: String,
    /// How values are spread out along it.
    pub scale: Scale,
    /// The lower and upper end of the axis.
    pub range: (f64, f64),
    /// The labelled values, in ascending order, with their labels.
    pub ticks: Vec<(f64, String)>,
}

impl Axis {
    /// Where a value is: 0 at the lower end of the axis, and 1 at the upper.
    pub fn part(&self, value: f64) -> f64 {
        let (low, high) = self.range;
        match self.scale {
            Scale::Log => (value / low).ln() / (high / low).ln(),
            Scale::Linear => (value - low) / (high - low),
        }
    }

    /// The parts at which there are labels.
    pub fn labels(&self) -> Vec<(f64, String)> {
        self.ticks.iter().map(|(tick, label)| (self.part(*tick), label.clone())).collect()
    }
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

/// Round numbers from 0 to `high`, at most so many: multiples of 1, 2 or 5 times a power of
/// ten.
pub(super) fn linear_ticks(high: f64, at_most: usize) -> Vec<f64> {
    let exponent = high.log10().floor() as i32;
    let steps = [-1, 0, 1].map(|it| 10_f64.powi(exponent + it));
    let steps = steps.into_iter().flat_map(|power| [1.0, 2.0, 5.0].map(|it| it * power));
    let multiples =
        |step: f64| (0..).map(move |it| step * f64::from(it)).take_while(|it| *it <= high);
    let mut finest_first = steps.filter(|step| high / step < at_most as f64);
    finest_first.next().map_or_else(Vec::new, |step| multiples(step).collect())
}

/// Round numbers in a range, at most so many: multiples of 1, 2 or 5 times a power of ten.
pub(super) fn linear_ticks_between((low, high): (f64, f64), at_most: usize) -> Vec<f64> {
    let exponent = (high - low).log10().floor() as i32;
    let powers = [-1, 0, 1].map(|it| exponent + it);
    let steps = powers.into_iter().flat_map(|power| [1.0, 2.0, 5.0].map(|it| (it, power)));
    let multiples = |(factor, power): (f64, i32)| {
        // A power below one is divided by, as a tenth times three is no three tenths.
        let scale = 10_f64.powi(power.abs());
        let (to_steps, from_steps) = match power < 0 {
            true => (scale / factor, factor / scale),
            false => (1.0 / (scale * factor), scale * factor),
        };
        let (first, last) = ((low * to_steps).ceil(), (high * to_steps).floor());
        let number = (last - first + 1.0).max(0.0) as usize;
        (0..number).map(move |it| match power < 0 {
            true => (first + it as f64) * factor / scale,
            false => (first + it as f64) * from_steps,
        })
    };
    let mut finest_first = steps.filter(|&step| multiples(step).len() <= at_most);
    finest_first.next().map_or_else(Vec::new, |step| multiples(step).collect())
}

/// From below the least value to above the greatest. Values that are all the same lie in the
/// middle.
pub(super) fn linear_range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let ends = (f64::INFINITY, f64::NEG_INFINITY);
    let (low, high) = values.fold(ends, |(low, high), it| (low.min(it), high.max(it)));
    let length = high - low;
    let room = match length > 0.0 {
        true => length * LINEAR_ROOM,
        false => (high.abs() * 0.05).max(0.5),
    };
    // Nothing that is measured is below zero, unless a value is.
    let floor = if low >= 0.0 { 0.0 } else { f64::NEG_INFINITY };
    ((low - room).max(floor), high + room)
}

/// Leaves out labels that would come too close to the one before, along an axis that is
/// `pixels` long. The labels are at parts of that length.
pub(super) fn thin(labels: Vec<(f64, String)>, pixels: i32, frame: Frame) -> Vec<(f64, String)> {
    let mut kept = Vec::new();
    let mut free_from = f64::NEG_INFINITY;
    for (part, label) in labels {
        let place = part * f64::from(pixels);
        let half = f64::from(text::width(&label, frame)) / 2.0;
        if place - half >= free_from {
            free_from = place + half + f64::from(GAP);
            kept.push((part, label));
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
        let axis = Axis {
            title: String::new(),
            scale: Scale::Log,
            range: (1.0, 100.0),
            ticks: [1.0, 1.1, 10.0, 100.0].map(|it| (it, format!("{it} ns"))).to_vec(),
        };
        let kept = thin(axis.labels(), 300, Frame::Wide);
        assert_eq!(kept.iter().map(|(part, _)| *part).collect::<Vec<_>>(), [0.0, 0.5, 1.0]);
    }

    #[test]
    fn linear_ticks_begin_at_0() {
        assert_eq!(linear_ticks(105.0, 6), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(linear_ticks(1.0, 4), [0.0, 0.5, 1.0]);
    }

    #[test]
    fn ticks_of_a_range_are_round_and_inside() {
        assert_eq!(linear_ticks_between((9.7, 10.3), 7), [9.7, 9.8, 9.9, 10.0, 10.1, 10.2, 10.3]);
        assert_eq!(linear_ticks_between((980.0, 1_130.0), 4), [1_000.0, 1_050.0, 1_100.0]);
        assert_eq!(linear_ticks_between((-0.3, 0.3), 3), [-0.2, 0.0, 0.2]);
    }

    proptest! {
        #[test]
        fn any_range_has_a_few_ticks_inside(low in -1e9_f64..1e9, part in 1e-6_f64..1.0) {
            let high = low + (low.abs() + 1.0) * part;
            let ticks = linear_ticks_between((low, high), 7);
            prop_assert!((2..=7).contains(&ticks.len()), "{ticks:?}");
            prop_assert!(ticks.iter().all(|it| (low..=high).contains(it)), "{ticks:?}");
        }

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

        #[test]
        fn any_linear_axis_gets_two_ticks(high in 0.01_f64..1e10, at_most in 4_usize..10) {
            let ticks = linear_ticks(high, at_most);
            prop_assert!((2..=at_most).contains(&ticks.len()), "{ticks:?} up to {high}");
        }
    }
}
