use super::MOST_ON_GRID;

/// The most powers of two that are tried first. A range that contains more of them is begun
/// with every second one, or every third, and so on.
pub const MOST_POWERS: u32 = 20;

/// Nothing is tried between two values whose ratio is at most this.
pub const ENOUGH: f64 = 1.2;

/// The whole numbers a knob can be set to, and the one it is set to by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    low: u64,
    high: u64,
    default: u64,
}

impl Range {
    /// Both ends are included. `None` unless `low` ≤ `default` ≤ `high`.
    pub fn new(low: u64, high: u64, default: u64) -> Option<Self> {
        (low <= default && default <= high).then_some(Self { low, high, default })
    }

    /// What the knob is set to where nobody sets it.
    pub fn default(&self) -> u64 {
        self.default
    }

    /// The values that are tried first, in ascending order: both ends, the default, and the
    /// powers of two, or evenly spaced ones if there are more than [`MOST_POWERS`].
    pub fn first_values(&self) -> Vec<u64> {
        let mut values = vec![self.low, self.high, self.default];
        let powers = (0..u64::BITS).map(|exponent| 1_u64 << exponent);
        let inside: Vec<u64> =
            powers.filter(|power| (self.low..=self.high).contains(power)).collect();
        let step = inside.len().div_ceil(MOST_POWERS as usize).max(1);
        values.extend(inside.into_iter().step_by(step));
        values.sort_unstable();
        values.dedup();
        values
    }

    /// Some of [`Range::first_values`], [`MOST_ON_GRID`] at most, in ascending order: evenly
    /// spaced in their list, with both ends and the default, which takes the place of the
    /// nearest in the list.
    pub(super) fn few_values(&self) -> Vec<u64> {
        let values = self.first_values();
        let (last, most) = (values.len() - 1, MOST_ON_GRID);
        if values.len() <= most {
            return values;
        }
        let mut places: Vec<usize> =
            (0..most).map(|at| (at * last + (most - 1) / 2) / (most - 1)).collect();
        let default = values.iter().position(|it| *it == self.default).unwrap_or(0);
        if !places.contains(&default) {
            let inner = &mut places[1..most - 1];
            inner.sort_by_key(|it| it.abs_diff(default));
            inner[0] = default;
            inner.sort_unstable();
        }
        places.into_iter().map(|at| values[at]).collect()
    }
}

/// The whole number nearest to the geometric mean of two values. `None` if their ratio is
/// at most [`ENOUGH`], or if there is no whole number between them.
pub(super) fn between(low: u64, high: u64) -> Option<u64> {
    let wide = low > 0 && high as f64 > ENOUGH * low as f64;
    let middle = ((low as f64).sqrt() * (high as f64).sqrt()).round() as u64;
    (wide && low < middle && middle < high).then_some(middle)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn first(low: u64, high: u64, default: u64) -> Vec<u64> {
        Range::new(low, high, default).unwrap().first_values()
    }

    #[test]
    fn powers_both_ends_and_the_default_come_first() {
        assert_eq!(first(3, 100, 50), [3, 4, 8, 16, 32, 50, 64, 100]);
        assert_eq!(first(0, 4, 1), [0, 1, 2, 4]);
        assert_eq!(first(7, 7, 7), [7]);
        assert_eq!(first(33, 63, 40), [33, 40, 63]);
    }

    #[test]
    fn a_huge_range_begins_with_few_values() {
        let values = first(1, 1_000_000_000, 64);
        assert_eq!(values.len(), 16);
        assert_eq!(values[..5], [1, 4, 16, 64, 256]);
        assert_eq!(first(0, u64::MAX, 1)[..4], [0, 1, 16, 256]);
    }

    #[test]
    fn a_few_values_have_both_ends_and_the_default() {
        let few = |low, high, default| Range::new(low, high, default).unwrap().few_values();
        assert_eq!(few(1, 8192, 1), [1, 8, 32, 256, 1024, 8192]);
        assert_eq!(few(1, 8192, 64), [1, 8, 64, 256, 1024, 8192]);
        assert_eq!(few(1, 8192, 4096), [1, 8, 32, 256, 4096, 8192]);
        assert_eq!(few(3, 40, 16), [3, 4, 8, 16, 32, 40]);
        assert_eq!(few(7, 7, 7), [7]);
    }

    #[test]
    fn a_default_outside_is_not_a_range() {
        for (low, high, default) in [(1, 4, 0), (1, 4, 5), (4, 1, 2)] {
            assert_eq!(Range::new(low, high, default), None);
        }
    }

    #[test]
    fn near_values_have_nothing_between_them() {
        assert_eq!([between(16, 32), between(23, 32)], [Some(23), Some(27)]);
        for (low, high) in [(27, 32), (2, 3), (0, 1), (5, 5), (u64::MAX - 1, u64::MAX)] {
            assert_eq!(between(low, high), None);
        }
    }

    proptest! {
        #[test]
        fn first_values_are_few_ascending_and_inside(ends in any::<[u64; 3]>()) {
            let mut sorted = ends;
            sorted.sort_unstable();
            let values = first(sorted[0], sorted[2], sorted[1]);
            prop_assert!(values.len() <= MOST_POWERS as usize + 3);
            prop_assert!(values.is_sorted_by(|left, right| left < right));
            prop_assert_eq!((values[0], *values.last().unwrap()), (sorted[0], sorted[2]));
            prop_assert!(values.contains(&sorted[1]));
        }

        #[test]
        fn a_few_values_are_ascending_first_values(ends in any::<[u64; 3]>()) {
            let mut sorted = ends;
            sorted.sort_unstable();
            let range = Range::new(sorted[0], sorted[2], sorted[1]).unwrap();
            let (first, few) = (range.first_values(), range.few_values());
            prop_assert!(few.is_sorted_by(|left, right| left < right));
            prop_assert_eq!(few.len(), first.len().min(MOST_ON_GRID));
            prop_assert!(few.iter().all(|it| first.contains(it)));
            prop_assert!(sorted.iter().all(|it| few.contains(it)));
        }

        /// Halving, in logarithms, comes to an end: the reason why a race does.
        #[test]
        fn what_lies_between_is_nearer_to_both(low in 1_u64..u64::MAX, high in any::<u64>()) {
            if let Some(middle) = between(low, high) {
                prop_assert!(low < middle && middle < high);
                let [all, left, right] = [(low, high), (low, middle), (middle, high)]
                    .map(|(low, high)| (high as f64 / low as f64).ln());
                // A small number is rounded by up to a fifth of an octave.
                prop_assert!(left.max(right) <= 0.5 * all + 0.2);
            }
        }
    }
}
