//! Tests of every timer structure against a model: a list in order of deadline, then of
//! insertion.

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Op {
    /// Inserts a deadline this many nanoseconds from now.
    Insert(u64),
    Cancel(prop::sample::Index),
    /// Lets this many nanoseconds pass.
    Expire(u64),
    /// Lets time pass until `earliest`.
    ExpireNext,
}

/// Times that collide, times in the same slots of higher levels, and times
/// anywhere in 64 bits.
fn time() -> impl Strategy<Value = u64> {
    prop_oneof![
        4 => 0..50u64,
        2 => (0..64u32, 0..3u64).prop_map(|(bits, more)| (1u64 << bits).saturating_add(more)),
        1 => (any::<u64>(), 0..64u32).prop_map(|(time, bits)| time >> bits),
        1 => Just(u64::MAX),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => time().prop_map(Op::Insert),
        3 => any::<prop::sample::Index>().prop_map(Op::Cancel),
        1 => (time(), 0..40u32).prop_map(|(time, bits)| Op::Expire(time >> bits)),
        2 => Just(Op::ExpireNext),
    ]
}

/// The live deadlines: (deadline, number, key).
#[derive(Default)]
struct Model(Vec<(u64, u32, TimerKey)>);

impl Model {
    fn insert(&mut self, deadline: u64, number: u32, key: TimerKey) {
        let place = self.0.partition_point(|(other, ..)| *other <= deadline);
        self.0.insert(place, (deadline, number, key));
    }

    fn earliest(&self) -> Option<u64> {
        self.0.first().map(|(deadline, ..)| *deadline)
    }

    fn pop_expired(&mut self, now: u64) -> Option<u32> {
        self.earliest().filter(|deadline| *deadline <= now)?;
        Some(self.0.remove(0).1)
    }
}

/// Runs the operations on the timers and on the model, and returns how often `earliest` was
/// too early. `check` is given the number of live deadlines and the earliest of them.
fn compare<T: Timers<u32> + Default>(
    ops: Vec<Op>,
    check: impl Fn(&mut T, usize, Option<u64>) -> Result<(), TestCaseError>,
) -> Result<usize, TestCaseError> {
    let mut timers = T::default();
    let mut model = Model::default();
    let (mut now, mut in_vain) = (0u64, 0);
    for (number, op) in (0..).zip(ops) {
        match op {
            Op::Insert(time) => {
                let deadline = now.saturating_add(time);
                model.insert(deadline, number, timers.insert(deadline, number));
            }
            Op::Cancel(index) if !model.0.is_empty() => {
                timers.cancel(model.0.remove(index.index(model.0.len())).2);
            }
            Op::Cancel(_) => {}
            Op::Expire(time) => {
                now = now.saturating_add(time);
                expire(&mut timers, &mut model, now)?;
            }
            Op::ExpireNext => {
                let Some(earliest) = timers.earliest() else { continue };
                now = now.max(earliest);
                in_vain += usize::from(expire(&mut timers, &mut model, now)? == 0);
            }
        }
        check(&mut timers, model.0.len(), model.earliest())?;
    }
    Ok(in_vain)
}

fn expire(
    timers: &mut impl Timers<u32>,
    model: &mut Model,
    now: u64,
) -> Result<usize, TestCaseError> {
    for expired in 0.. {
        let one = timers.pop_expired(now);
        prop_assert_eq!(one, model.pop_expired(now));
        if one.is_none() {
            prop_assert!(timers.earliest().is_none_or(|earliest| earliest > now));
            return Ok(expired);
        }
    }
    unreachable!("there are finitely many")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_heap_behaves_like_a_sorted_list(ops in prop::collection::vec(op(), 0..200)) {
        compare(ops, |heap: &mut TimerHeap<u32>, live, earliest| {
            prop_assert_eq!(heap.earliest(), earliest);
            prop_assert!(heap.len() <= 2 * live);
            Ok(())
        })?;
    }

    /// The wheel may report a cancelled deadline as the earliest, but only once.
    #[test]
    fn a_wheel_behaves_like_a_sorted_list(ops in prop::collection::vec(op(), 0..200)) {
        let cancelled = ops.iter().filter(|op| matches!(op, Op::Cancel(_))).count();
        let in_vain = compare(ops, |wheel: &mut TimerWheel<u32>, live, earliest| {
            prop_assert_eq!(wheel.earliest().is_some(), live > 0);
            prop_assert!(wheel.earliest() <= earliest);
            Ok(())
        })?;
        prop_assert!(in_vain <= cancelled, "{in_vain} times early, {cancelled} cancelled");
    }
}

#[test]
fn a_deadline_that_has_passed_expires_at_once_in_a_wheel() {
    let mut wheel = TimerWheel::default();
    wheel.insert(1_000, "on time");
    assert_eq!(wheel.pop_expired(1_000), Some("on time"));
    wheel.insert(1_001, "later");
    wheel.insert(5, "passed");
    assert!(wheel.earliest() <= Some(1_000));
    assert_eq!(wheel.pop_expired(1_000), Some("passed"));
    assert_eq!(wheel.pop_expired(1_000), None);
    assert_eq!(wheel.earliest(), Some(1_001));
}
