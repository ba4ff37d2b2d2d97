//! The server over executors, with timers and without, against a model of sockets: whatever
//! clients send, however it is cut, and however little room there is.

mod model;

use std::num::NonZeroUsize;

use pollbench_executor::Strategy;
use pollbench_live::{Echo, Timers};
use proptest::prelude::{ProptestConfig, any, prop, proptest};

use model::{Act, World, served};

/// Acts of up to so many clients, each of which closes its connection in the end.
fn acts() -> impl proptest::strategy::Strategy<Value = Vec<Act>> {
    let act = (0..CLIENTS, 0..4_usize, prop::collection::vec(any::<u8>(), 1..200), 1..120_usize);
    proptest::strategy::Strategy::prop_map(prop::collection::vec(act, 0..80), |all| {
        let act = |(client, kind, bytes, room)| match kind {
            0 => Act::Connect(client),
            1 | 2 => Act::Send(client, bytes),
            _ => Act::Take(client, room),
        };
        all.into_iter().map(act).collect()
    })
}

const CLIENTS: usize = 12;

fn serve<S: Strategy>(acts: &[Act], waits_again: bool, timers: Option<Timers>) {
    let world = World::new(acts, timers);
    let net = world.net();
    served(|| {
        let knobs = S::DESCRIPTION.defaults();
        // It never ends by itself: the model does, when there is nothing left to happen.
        let ended = S::run(Echo::new(net, waits_again, timers), 1, &knobs);
        panic!("the server has ended: {ended:?}");
    });
    world.check(S::DESCRIPTION.name);
}

fn serve_over_all(acts: &[Act]) {
    let timers = |bytes| Timers { longest: 1_000, bytes: NonZeroUsize::new(bytes).unwrap() };
    for timers in [None, Some(timers(1)), Some(timers(7))] {
        for waits_again in [true, false] {
            serve::<pollbench_bare::Bare>(acts, waits_again, timers);
            serve::<pollbench_vector_scan::VectorScan>(acts, waits_again, timers);
            serve::<pollbench_slab::SlabIndexed>(acts, waits_again, timers);
            serve::<pollbench_slab_list::SlabList>(acts, waits_again, timers);
            serve::<pollbench_batched::Batched>(acts, waits_again, timers);
            serve::<pollbench_tiered::Tiered>(acts, waits_again, timers);
            serve::<pollbench_adaptive::Adaptive>(acts, waits_again, timers);
            serve::<pollbench_dotnet::DotNet>(acts, waits_again, timers);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_byte_comes_back_in_order_and_nothing_is_left(acts in acts()) {
        serve_over_all(&acts);
    }
}

#[test]
fn a_client_that_reads_nothing_holds_up_no_other() {
    let long = vec![7; 1_000];
    let mut acts = vec![Act::Connect(0), Act::Connect(1), Act::Send(0, long.clone())];
    acts.extend((0..20).flat_map(|_| [Act::Send(1, long.clone()), Act::Take(1, 1_000)]));
    serve_over_all(&acts);
}

#[test]
fn clients_that_come_at_once_are_all_served() {
    let acts: Vec<Act> = (0..CLIENTS)
        .map(Act::Connect)
        .chain((0..CLIENTS).map(|it| Act::Send(it, vec![it as u8; 30])))
        .collect();
    serve_over_all(&acts);
}
