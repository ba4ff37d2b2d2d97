//! They end in order, and take as long as they are meant to.

use std::collections::BTreeMap;

use super::watch;
use crate::support::native_host::{Order, run};
use pollbench_adaptive::Adaptive;
use pollbench_bare::Bare;
use pollbench_batched::Batched;
use pollbench_dotnet::DotNet;
use pollbench_executor::Strategy as Executor;
use pollbench_simulation::workload::{CATALOGUE, Range, Shape};
use pollbench_slab::SlabIndexed;
use pollbench_slab_list::SlabList;
use pollbench_tiered::Tiered;
use pollbench_vector_scan::VectorScan;
use proptest::prelude::*;

/// Extreme values as often as others.
fn value(range: Range) -> BoxedStrategy<u64> {
    match range {
        Range::Choice(words) => (0..words.len() as u64).boxed(),
        Range::Trace => unreachable!("no workload of the catalogue needs a trace"),
        // The largest numbers of tasks would take minutes.
        Range::Integer(low, high) if high > 100_000 => {
            prop_oneof![Just(low), Just(high), low..low + 100, low..=high].boxed()
        }
        Range::Integer(low, high) => {
            let most = high.min(200);
            prop_oneof![Just(low), Just(most), low..=most].boxed()
        }
    }
}

/// A workload's position in the catalogue, and a shape of it.
fn any_shape() -> impl Strategy<Value = (usize, Shape)> {
    let sizes = (prop_oneof![1..3u32, 1..60u32], 1..=100u32);
    let all = (0..CATALOGUE.len(), sizes, 1..2_000u64);
    all.prop_flat_map(|(index, (pollables, percent), effort)| {
        let kind = &CATALOGUE[index];
        let asked = (pollables * percent / 100).max(1);
        let active = kind.activity.of(pollables, asked);
        let values: Vec<_> = kind.parameters.iter().map(|it| value(it.range)).collect();
        values.prop_map(move |values| {
            let names = kind.parameters.iter().map(|it| it.name.to_string());
            let mut parameters: BTreeMap<_, _> = names.zip(values).collect();
            // While tasks yield, time hardly passes.
            if parameters.get("yielders").is_some_and(|yielders| *yielders > 0)
                && let Some(delay) = parameters.get_mut("delay")
            {
                *delay = (*delay).min(10_000);
            }
            (index, Shape { pollables, active, parameters, effort })
        })
    })
}

fn ends_in_order<E: Executor>(
    (index, shape): &(usize, Shape),
    order: Order,
    knobs: &[u64],
) -> Result<(), TestCaseError> {
    let kind = &CATALOGUE[*index];
    let outcome = run((kind.build)(shape), order, |host, tasks| E::run(host, tasks, knobs));
    prop_assert_eq!(outcome, Ok(()), "{} {:?}", kind.name, shape);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn every_workload_ends_in_order_on_every_executor(case in any_shape(), reversed: bool, batch in 1..100u64) {
        let order = if reversed { Order::Reversed } else { Order::Handle };
        ends_in_order::<Bare>(&case, order, &[])?;
        ends_in_order::<VectorScan>(&case, order, &[])?;
        ends_in_order::<SlabIndexed>(&case, order, &SlabIndexed::DESCRIPTION.defaults())?;
        ends_in_order::<SlabList>(&case, order, &SlabList::DESCRIPTION.defaults())?;
        ends_in_order::<Tiered>(&case, order, &Tiered::DESCRIPTION.defaults())?;
        ends_in_order::<Adaptive>(&case, order, &[])?;
        ends_in_order::<DotNet>(&case, order, &[])?;
        ends_in_order::<Batched>(&case, order, &[batch])?;
    }
}

/// The polls of a window have about as many handles as is asked for, or as few as a
/// measurement takes.
#[test]
fn windows_keep_to_their_effort() {
    for kind in CATALOGUE {
        for (pollables, percent) in [(100, 1), (100, 10), (2_000, 1), (2_000, 10), (2_000, 100)] {
            let active = kind.activity.of(pollables, (pollables * percent / 100).max(1));
            let shape = Shape { pollables, active, parameters: kind.defaults(), effort: 20_000 };
            let counters = watch((kind.build)(&shape)).0.tally.window().expect("a window");
            let handles = counters.handles_passed;
            let most = 3 * 20_000.max(16 * u64::from(pollables));
            assert!(handles <= most, "{} N={pollables} {percent} %: {handles}", kind.name);
            assert!(counters.events >= 4, "{} {counters:?}", kind.name);
        }
    }
}
