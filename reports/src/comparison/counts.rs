//! Exact counts of two sides, held against each other.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::limits::Limit;
use super::{Count, CountVerdict, Metric};
use crate::record::Counters;

/// Compares the counts of both sides; counts that are 0 on both sides are left out.
///
/// `noisy` are the metrics that differed between processes of one side. `comparable` is
/// whether both sides were made with the same compilers and engine. The verdict is the
/// first of these that applies:
///
/// 1. [`Noisy`](CountVerdict::Noisy): a count that differs between processes of one side is
///    no evidence.
/// 2. [`Worse`](CountVerdict::Worse), where the hard limit is broken, whatever the base is:
///    also if the base breaks it already, or was made with another compiler.
/// 3. [`Equal`](CountVerdict::Equal), decided in whole numbers.
/// 4. [`NotComparable`](CountVerdict::NotComparable), for a count that depends on the
///    compiler, if the compilers or engines differ.
/// 5. [`Worse`](CountVerdict::Worse) or [`Better`](CountVerdict::Better), where the count
///    differs by more than the allowed change, otherwise [`Within`](CountVerdict::Within).
pub fn compare(
    base: &Counters,
    candidate: &Counters,
    noisy: &BTreeSet<Metric>,
    comparable: bool,
    limit: impl Fn(Metric) -> Option<Limit>,
) -> Vec<Count> {
    let one = |metric: Metric| {
        let sides = Sides::new(metric, base, candidate)?;
        let limit = limit(metric);
        let verdict = if noisy.contains(&metric) {
            CountVerdict::Noisy
        } else {
            sides.verdict(comparable || !metric.depends_on_compiler(), limit.as_ref())
        };
        Some(Count {
            metric,
            base: sides.base(),
            candidate: sides.candidate(),
            verdict,
            why: limit.as_ref().and_then(|it| it.why.clone()),
            limit: limit.map(|it| it.text),
        })
    };
    Metric::COUNTS.into_iter().filter_map(one).collect()
}

/// A count of both sides, each with the number that it is divided by.
struct Sides {
    base: (u64, u64),
    candidate: (u64, u64),
}

impl Sides {
    /// `None` if the count is 0 or unknown on both sides.
    fn new(metric: Metric, base: &Counters, candidate: &Counters) -> Option<Self> {
        let side = |counters: &Counters| Some((metric.count(counters)?, metric.divisor(counters)));
        let sides = Self { base: side(base)?, candidate: side(candidate)? };
        (sides.base.0 > 0 || sides.candidate.0 > 0).then_some(sides)
    }

    fn base(&self) -> f64 {
        self.base.0 as f64 / self.base.1 as f64
    }

    fn candidate(&self) -> f64 {
        self.candidate.0 as f64 / self.candidate.1 as f64
    }

    /// Compares the candidate's count with the base's, without division and so without
    /// rounding.
    fn order(&self) -> Ordering {
        let times = |count: u64, events: u64| u128::from(count) * u128::from(events);
        times(self.candidate.0, self.base.1).cmp(&times(self.base.0, self.candidate.1))
    }

    fn verdict(&self, comparable: bool, limit: Option<&Limit>) -> CountVerdict {
        let (base, candidate) = (self.base(), self.candidate());
        if limit.is_some_and(|it| it.is_exceeded_by(candidate)) {
            return CountVerdict::Worse;
        }
        let beyond = match self.order() {
            Ordering::Equal => return CountVerdict::Equal,
            _ if !comparable => return CountVerdict::NotComparable,
            Ordering::Less => CountVerdict::Better,
            Ordering::Greater => CountVerdict::Worse,
        };
        // A change exactly at the limit is within it, in spite of rounding. If no change is
        // allowed, any difference decides.
        let rounding = 4.0 * f64::EPSILON * base.max(candidate);
        match limit.and_then(|it| it.allowed_change(base)) {
            Some(0.0) => beyond,
            Some(allowed) if (candidate - base).abs() > allowed + rounding => beyond,
            _ => CountVerdict::Within,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::PhaseCounters;

    fn counters(events: u64, poll_calls: u64, guest_fuel: u64, handles_peak: u64) -> Counters {
        let window = PhaseCounters { events, poll_calls, guest_fuel, ..Default::default() };
        Counters { window, handles_peak, ..Default::default() }
    }

    /// The verdicts on `poll_calls` per event, fuel per event and the peak.
    fn verdicts(base: &Counters, candidate: &Counters, limit: &str) -> Vec<CountVerdict> {
        let limit = |_| (!limit.is_empty()).then(|| limit.parse().unwrap());
        let counts = compare(base, candidate, &BTreeSet::new(), true, limit);
        counts.iter().map(|it| it.verdict).collect()
    }

    #[test]
    fn only_what_is_counted_is_shown_the_most_telling_first_per_event() {
        let counts = compare(
            &counters(4, 0, 100, 0),
            &counters(8, 2, 100, 7),
            &BTreeSet::new(),
            true,
            |metric| (metric == Metric::PollCalls).then(|| "1%".parse().unwrap()),
        );
        let shown: Vec<_> = counts.iter().map(|it| (it.metric, it.base, it.candidate)).collect();
        assert_eq!(
            shown,
            [
                (Metric::GuestFuel, 25.0, 12.5),
                (Metric::PollCalls, 0.0, 0.25),
                (Metric::HandlesPeak, 0.0, 7.0),
            ]
        );
        let limits: Vec<_> = counts.iter().map(|it| it.limit.as_deref()).collect();
        assert_eq!(limits, [None, Some("1%"), None]);
        // 1 % of a base of 0 allows no change.
        assert_eq!(counts[1].verdict, CountVerdict::Worse);
    }

    #[test]
    fn a_change_is_within_its_limit_beyond_it_or_without_one() {
        use CountVerdict::{Better, Equal, Within, Worse};
        let one = |candidate, limit| {
            verdicts(&counters(1, 1000, 0, 0), &counters(1, candidate, 0, 0), limit)[0]
        };
        for (candidate, limit, verdict) in [
            (1000, "0", Equal),
            (1001, "0", Worse),
            (999, "0", Better),
            (0, "0", Better),
            (1001, "0%", Worse),
            (1005, "0.5%", Within),
            (1006, "0.5%", Worse),
            (995, "0.5%", Within),
            (994, "0.5%", Better),
            (1002, "2", Within),
            (1003, "2", Worse),
            (5000, "", Within),
            (5000, "|5000", Within),
            (1, "|5000", Within),
            (5001, "|5000", Worse),
            (1001, "1%|1000", Worse),
            (1000, "1%|999", Worse),
            (900, "1%|800", Worse),
        ] {
            assert_eq!(one(candidate, limit), verdict, "{candidate} {limit}");
        }
    }

    #[test]
    fn noisy_counts_are_not_judged_even_by_a_hard_limit() {
        let noisy = BTreeSet::from([Metric::PollCalls]);
        let limit = |_| Some("0|1".parse().unwrap());
        let (base, candidate) = (counters(1, 5, 9, 0), counters(1, 5, 9, 0));
        let counts = compare(&base, &candidate, &noisy, true, limit);
        let verdicts: Vec<_> = counts.iter().map(|it| it.verdict).collect();
        assert_eq!(verdicts, [CountVerdict::Worse, CountVerdict::Noisy]);
        assert_eq!(counts[1].limit.as_deref(), Some("0|1"));
    }

    #[test]
    fn counts_that_depend_on_the_compiler_are_not_judged_across_compilers() {
        let compared = |limit: &str, candidate| {
            let limit = |_| Some(limit.parse().unwrap());
            let base = counters(1, 5, 9, 0);
            let counts = compare(&base, &candidate, &BTreeSet::new(), false, limit);
            counts.iter().map(|it| it.verdict).collect::<Vec<_>>()
        };
        use CountVerdict::{Equal, NotComparable, Worse};
        assert_eq!(compared("0", counters(1, 6, 10, 0)), [NotComparable, Worse]);
        assert_eq!(compared("0", counters(1, 5, 9, 0)), [Equal, Equal]);
        // A hard limit needs no base.
        assert_eq!(compared("|9", counters(1, 6, 10, 0))[0], Worse);
    }

    #[test]
    fn a_window_without_events_hides_nothing() {
        let counts = verdicts(&counters(0, 3, 0, 0), &counters(0, 4, 0, 0), "0");
        assert_eq!(counts, [CountVerdict::Worse]);
    }

    #[test]
    fn counts_are_compared_exactly_despite_division() {
        let (base, candidate) =
            (counters(3 << 52, 1 << 60, 0, 0), counters(3 << 52, (1 << 60) + 1, 0, 0));
        let counts =
            compare(&base, &candidate, &BTreeSet::new(), true, |_| Some("0".parse().unwrap()));
        assert_eq!(counts[0].base, counts[0].candidate);
        assert_eq!(counts[0].verdict, CountVerdict::Worse);
    }

    proptest! {
        #[test]
        fn the_same_work_in_a_longer_window_is_equal(
            events in 1_u64..1 << 20, polls in 1_u64..1 << 40, times in 1_u64..1000,
        ) {
            let (base, candidate) =
                (counters(events, polls, 0, 0), counters(events * times, polls * times, 0, 0));
            prop_assert_eq!(verdicts(&base, &candidate, "0"), [CountVerdict::Equal]);
        }

        /// The limit is where whole numbers say it is.
        #[test]
        fn a_count_of_one_more_than_allowed_is_worse(
            base in 1_u64..1 << 30, percent in 0_u64..50, events in 1_u64..1000, off in -2_i64..3,
        ) {
            let allowed = base * percent / 100;
            let candidate = (base + allowed).checked_add_signed(off).unwrap();
            let (base_side, candidate_side) =
                (counters(events, base, 0, 0), counters(events, candidate, 0, 0));
            let expected = match candidate.cmp(&base) {
                Ordering::Equal => CountVerdict::Equal,
                Ordering::Greater if (candidate - base) * 100 > base * percent => CountVerdict::Worse,
                Ordering::Less if (base - candidate) * 100 > base * percent => CountVerdict::Better,
                _ => CountVerdict::Within,
            };
            let limit = format!("{percent}%");
            prop_assert_eq!(verdicts(&base_side, &candidate_side, &limit), [expected]);
        }

        #[test]
        fn extreme_counts_never_panic(base in any::<[u64; 4]>(), candidate in any::<[u64; 4]>()) {
            let [a, b, c, d] = base;
            let [e, f, g, h] = candidate;
            for limit in ["", "0", "1%|5", "3"] {
                verdicts(&counters(a, b, c, d), &counters(e, f, g, h), limit);
            }
        }
    }
}
