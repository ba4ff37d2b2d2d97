//! Every executor, natively, over random scripts: whatever the tasks do, each
//! event runs its task exactly once, nothing runs early, nothing is left behind.

use crate::support::native_host::{NativeHost, Order, measure_on, run};
use crate::support::random_script::{Programs, RandomScript, programs};
use pollbench_adaptive::Adaptive;
use pollbench_bare::Bare;
use pollbench_batched::Batched;
use pollbench_dotnet::DotNet;
use pollbench_executor::Strategy as Executor;
use pollbench_simulation::agenda::HostModel;
use pollbench_simulation::simulation::Violation;
use pollbench_slab::SlabIndexed;
use pollbench_slab_list::SlabList;
use pollbench_tiered::Tiered;
use pollbench_vector_scan::VectorScan;
use proptest::prelude::*;

fn order() -> impl Strategy<Value = Order> {
    prop_oneof![Just(Order::List), Just(Order::Reversed), Just(Order::Handle)]
}

fn check<E: Executor>(programs: &Programs, order: Order, knobs: &[u64]) -> Result<(), Violation> {
    run(Box::new(RandomScript::new(programs)), order, |host: NativeHost, tasks| {
        E::run(host, tasks, knobs)
    })
}

/// Values of the knobs `timers`, `busy-poll` and `every`.
fn settings() -> impl Strategy<Value = [u64; 3]> {
    (0..3u64, 0..4u64, 1..5u64).prop_map(|(timers, busy_poll, every)| [timers, busy_poll, every])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn bare(programs in programs(12, 12), order in order()) {
        prop_assert_eq!(check::<Bare>(&programs, order, &[]), Ok(()));
    }

    #[test]
    fn vector_scan(programs in programs(12, 12), order in order()) {
        prop_assert_eq!(check::<VectorScan>(&programs, order, &[]), Ok(()));
    }

    #[test]
    fn slab(programs in programs(12, 12), order in order(), settings in settings()) {
        prop_assert_eq!(check::<SlabIndexed>(&programs, order, &settings), Ok(()));
    }

    #[test]
    fn slab_list(programs in programs(12, 12), order in order(), settings in settings()) {
        prop_assert_eq!(check::<SlabList>(&programs, order, &settings), Ok(()));
    }

    #[test]
    fn batched(programs in programs(12, 12), order in order(), batch in 1..8u64) {
        prop_assert_eq!(check::<Batched>(&programs, order, &[batch]), Ok(()));
    }

    #[test]
    fn adaptive(programs in programs(12, 12), order in order()) {
        prop_assert_eq!(check::<Adaptive>(&programs, order, &[]), Ok(()));
    }

    #[test]
    fn tiered(
        programs in programs(12, 12),
        order in order(),
        hot in 1..8u64,
        interval in 1..8u64,
    ) {
        prop_assert_eq!(check::<Tiered>(&programs, order, &[hot, interval]), Ok(()));
    }

    /// Its timers count milliseconds, and keep those of more than 333 apart.
    #[test]
    fn dotnet(
        programs in programs(12, 12),
        order in order(),
        slower in prop_oneof![Just(1), Just(20), Just(5_000)],
    ) {
        let programs = programs.slower(slower);
        prop_assert_eq!(check::<DotNet>(&programs, order, &[]), Ok(()));
    }

    #[test]
    fn poll_set(
        programs in programs(12, 12),
        order in order(),
        max in prop_oneof![1..4u64, Just(1_000_000)],
        registration in 0..2u64,
    ) {
        let script = Box::new(RandomScript::new(&programs));
        // Poll sets are of a host that knows at once what happens.
        let ran = measure_on(HostModel::DIRECT, script, order, |host: NativeHost, tasks| {
            pollbench_poll_set::run(host, tasks, &[max, registration])
        });
        prop_assert_eq!(ran.map(drop), Ok(()));
    }
}
