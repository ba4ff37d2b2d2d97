//! Two objectives that can't both be had: what an event costs, and how late it is noticed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::costs::is_cost;

/// What one value of a knob comes to in both objectives; the smaller, the better.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    /// The value of the knob.
    pub value: u64,
    /// What an event costs, in any unit.
    pub cost: f64,
    /// The 99th percentile of the wake-up latency, in any unit.
    pub p99: f64,
}

/// The values that no other one surpasses in both objectives, and what to choose of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TradeOff {
    /// Every value that was tried, in ascending order.
    pub points: Vec<Point>,
    /// The Pareto front, from the least cost to the least latency: for each of them, no
    /// other value is as good in both objectives and better in one. Of several values that
    /// are equal in both, it has the smallest.
    pub front: Vec<Point>,
    /// The value at the front's knee; absent where the front has none, because it bends
    /// nowhere towards less of both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub knee: Option<u64>,
}

/// A limit for one of the two objectives, in the unit of the points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// The latency may be at most this, and the cost is to be least.
    P99AtMost(f64),
    /// The cost may be at most this, and the latency is to be least.
    CostAtMost(f64),
}

impl TradeOff {
    /// `None` without points, or if one of their costs and latencies is not positive.
    pub fn of(points: &[Point]) -> Option<Self> {
        if points.is_empty() || !points.iter().all(|it| is_cost(it.cost) && is_cost(it.p99)) {
            return None;
        }
        let mut points = points.to_vec();
        points.sort_by_key(|it| it.value);
        let mut by_cost = points.clone();
        by_cost.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(a.p99.total_cmp(&b.p99)));
        let mut least = f64::INFINITY;
        by_cost.retain(|it| {
            let is_better = it.p99 < least;
            least = least.min(it.p99);
            is_better
        });
        let knee = knee(&by_cost);
        Some(Self { points, front: by_cost, knee })
    }

    /// The value that is best in one objective among those that keep to a bound for the
    /// other. `None` if no value keeps to it.
    ///
    /// The points are taken as they are: how sure it is that the bound is kept depends on
    /// their noise.
    pub fn within(&self, bound: Bound) -> Option<Point> {
        match bound {
            // The front is sorted by rising cost and falling latency.
            Bound::P99AtMost(most) => self.front.iter().find(|it| it.p99 <= most).copied(),
            Bound::CostAtMost(most) => self.front.iter().rfind(|it| it.cost <= most).copied(),
        }
    }
}

/// The point of a front that is furthest from the chord between its ends, on the side where
/// both objectives are less, in logarithms of which each is stretched to run from 0 to 1 (Das,
/// On Characterizing the "Knee" of the Pareto Curve Based on Normal-Boundary Intersection,
/// 1999; Satopää et al., Finding a "Kneedle" in a Haystack, 2011). In logarithms, to save
/// half of the cost is worth as much at either end of the front.
///
/// A front of one point has its knee there: it is the best in both.
fn knee(front: &[Point]) -> Option<u64> {
    let (first, last) = (front.first()?, front.last()?);
    if front.len() == 1 {
        return Some(first.value);
    }
    let part = |it: f64, from: f64, to: f64| (it / from).ln() / (to / from).ln();
    // The chord runs from (0, 1) to (1, 0), so this is the distance times the root of two.
    let gain =
        |it: &Point| 1.0 - part(it.cost, first.cost, last.cost) - part(it.p99, last.p99, first.p99);
    let bent = front.iter().map(|it| (it.value, gain(it))).filter(|it| it.1 > 1e-9);
    bent.max_by(|a, b| a.1.total_cmp(&b.1)).map(|it| it.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn points(all: &[(u64, f64, f64)]) -> Vec<Point> {
        all.iter().map(|&(value, cost, p99)| Point { value, cost, p99 }).collect()
    }

    fn values(points: &[Point]) -> Vec<u64> {
        points.iter().map(|it| it.value).collect()
    }

    #[test]
    fn the_front_bends_at_its_knee() {
        // In decades from the least of each: (0, 3), (1, 1), (1, 2), (2, 0.5), (3, 0).
        let all = [
            (64, 1.0, 1000.0),
            (32, 10.0, 100.0),
            (16, 10.0, 10.0),
            (8, 100.0, 3.2),
            (4, 1000.0, 1.0),
            (2, 1000.0, 1.5),
        ];
        let found = TradeOff::of(&points(&all)).unwrap();
        assert_eq!(values(&found.points), [2, 4, 8, 16, 32, 64]);
        assert_eq!((values(&found.front), found.knee), (vec![64, 16, 8, 4], Some(16)));
    }

    #[test]
    fn a_front_that_bends_nowhere_inwards_has_no_knee() {
        let straight = [(1, 1.0, 100.0), (2, 10.0, 10.0), (4, 100.0, 1.0)];
        let outwards = [(1, 1.0, 100.0), (2, 50.0, 50.0), (4, 100.0, 1.0)];
        for all in [&straight[..], &outwards, &straight[..2]] {
            let found = TradeOff::of(&points(all)).unwrap();
            assert_eq!((found.front.len(), found.knee), (all.len(), None));
        }
    }

    #[test]
    fn one_value_that_is_best_in_both_is_the_knee() {
        let found = TradeOff::of(&points(&[(1, 1.0, 1.0), (2, 2.0, 2.0), (4, 1.0, 1.0)])).unwrap();
        assert_eq!((values(&found.front), found.knee), (vec![1], Some(1)));
    }

    #[test]
    fn what_nothing_keeps_to_chooses_nothing() {
        let found =
            TradeOff::of(&points(&[(1, 1.0, 30.0), (2, 2.0, 20.0), (4, 3.0, 10.0)])).unwrap();
        let chosen = |bound| found.within(bound).map(|it| it.value);
        assert_eq!(chosen(Bound::P99AtMost(20.0)), Some(2));
        assert_eq!(chosen(Bound::P99AtMost(9.9)), None);
        assert_eq!(chosen(Bound::CostAtMost(2.9)), Some(2));
        assert_eq!(chosen(Bound::CostAtMost(0.9)), None);
        assert_eq!(chosen(Bound::CostAtMost(f64::NAN)), None);
    }

    #[test]
    fn there_is_no_front_of_nothing_or_of_what_has_no_logarithm() {
        assert_eq!(TradeOff::of(&[]), None);
        for odd in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(TradeOff::of(&points(&[(1, 1.0, odd)])), None);
            assert_eq!(TradeOff::of(&points(&[(1, odd, 1.0)])), None);
        }
    }

    fn surpasses(one: &Point, other: &Point) -> bool {
        one.cost <= other.cost
            && one.p99 <= other.p99
            && (one.cost < other.cost || one.p99 < other.p99)
    }

    proptest! {
        /// By the definitions: each pair of values is compared, and every value is tried.
        #[test]
        fn the_front_and_the_choice_are_those_of_the_definitions(
            all in prop::collection::vec((1_u32..9, 1_u32..9), 1..12),
            most in 0_u32..10,
        ) {
            let all: Vec<(u64, f64, f64)> = all.iter().enumerate()
                .map(|(at, it)| (at as u64, it.0.into(), it.1.into())).collect();
            let points = points(&all);
            let found = TradeOff::of(&points).unwrap();
            for it in &points {
                let surpassed = points.iter().any(|other| surpasses(other, it));
                let there = found.front.iter().any(|p| (p.cost, p.p99) == (it.cost, it.p99));
                prop_assert_eq!(there, !surpassed);
            }
            prop_assert!(found.front.is_sorted_by(|a, b| a.cost < b.cost && a.p99 > b.p99));
            let kept = points.iter().filter(|it| it.p99 <= most.into());
            let least = kept.map(|it| it.cost).min_by(f64::total_cmp);
            prop_assert_eq!(found.within(Bound::P99AtMost(most.into())).map(|it| it.cost), least);
            let kept = points.iter().filter(|it| it.cost <= most.into());
            let least = kept.map(|it| it.p99).min_by(f64::total_cmp);
            prop_assert_eq!(found.within(Bound::CostAtMost(most.into())).map(|it| it.p99), least);
            if let Some(knee) = found.knee {
                prop_assert!(found.front.iter().any(|it| it.value == knee));
            }
        }

        /// The knee does not depend on the units.
        #[test]
        fn units_do_not_move_the_knee(
            all in prop::collection::vec((1.0_f64..100.0, 1.0_f64..100.0), 1..12),
            units in (0.01_f64..100.0, 0.01_f64..100.0),
        ) {
            let scaled = |cost: f64, p99: f64| -> Vec<(u64, f64, f64)> {
                all.iter().enumerate().map(|(at, it)| (at as u64, it.0 * cost, it.1 * p99)).collect()
            };
            let knee = |all: &[(u64, f64, f64)]| TradeOff::of(&points(all)).unwrap().knee;
            prop_assert_eq!(knee(&scaled(1.0, 1.0)), knee(&scaled(units.0, units.1)));
        }
    }
}
