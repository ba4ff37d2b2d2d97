//! What observing a poll costs: wasmtime-wasi-io's `poll` called through the view
//! of a plain and of a profiled repetition, as a multiple of calling it directly; and how
//! near a profiled run comes to a plain one when what observing cost is taken off it.
//!
//! All take turns in short blocks, so that the machine's moods hit all alike,
//! and are compared block by block. Run with `cargo bench -p pollbench --bench observing`.

mod support;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use pollbench::engine::{
    Configuration, Guest, HostState, Lane, Observation, Observer, RunLimits, Source,
};
use pollbench_guests::BUILT_IN;
use pollbench_reports::record::Estimate;
use pollbench_reports::stats::median_interval;
use pollbench_simulation::agenda::HostModel;
use pollbench_simulation::simulation::Simulation;
use pollbench_simulation::workload::{self, CATALOGUE, Shape};
use quanta::Clock;
use support::{fill, poll_once};
use wasmtime::component::ResourceTable;
use wasmtime_wasi_io::bindings::wasi::io::poll::Host;

const BLOCKS: usize = 300;
/// As many pairs of runs, of about so many handles each.
const RUNS: usize = 60;
const EFFORT: u64 = 200_000;
/// About how many handles are polled in a block: half a millisecond's worth.
const HANDLES: u32 = 5_000;

fn main() {
    let clock = Clock::new();
    println!("handles  plain/stock              profiled/stock");
    for length in [1, 100, 1_000] {
        let polls = HANDLES / length;
        let ways: [&dyn Fn() -> f64; 3] = [
            &|| directly(length, polls),
            &|| through_view(Observer::plain(clock.clone()), length, polls),
            &|| through_view(Observer::profiled(clock.clone(), false), length, polls),
        ];
        let (mut plain, mut profiled) = (Vec::new(), Vec::new());
        for block in 0..BLOCKS {
            // Whoever goes first finds the memory cold.
            let mut times = [0.0; 3];
            for turn in 0..3 {
                let way = (block + turn) % 3;
                times[way] = ways[way]();
            }
            plain.push(times[1] / times[0]);
            profiled.push(times[2] / times[0]);
        }
        println!("{length:>7}  {}  {}", show(&plain), show(&profiled));
    }
    println!();
    println!("guest      workload  profiled, less what observing cost/plain");
    let observation = Observation::measure(&clock);
    for (guest, workload) in
        [("bare", "wakes"), ("bare", "burst"), ("slab-list", "churn"), ("batched", "idle")]
    {
        println!(
            "{guest:9}  {workload:8}  {}",
            show(&undone(guest, workload, observation, &clock))
        );
    }
}

/// What is left of being observed when its cost is taken off: runs in turn, as multiples.
fn undone(guest: &str, workload: &str, observation: Observation, clock: &Clock) -> Vec<f64> {
    let built_in = BUILT_IN.iter().find(|it| it.name == guest).expect("a guest");
    let configuration = Configuration::new().expect("an engine");
    let guest = Guest::load(&Source::BuiltIn(*built_in), &configuration).expect("a component");
    let knobs: Vec<u64> = guest.description.knobs.iter().map(|knob| knob.default).collect();
    let kind = workload::find(workload).expect("a workload");
    let active = kind.activity.of(100, 10);
    let parameters = kind.defaults();
    let shape = Shape { pollables: 100, active, parameters, effort: EFFORT };
    let run = |lane| {
        let workload = (kind.build)(&shape);
        guest
            .run(workload, &knobs, lane, RunLimits::default(), clock)
            .expect("it keeps the contract")
    };
    let ratio = |_| {
        let plain = run(Lane::Plain);
        let profiled = run(Lane::Profiled { observation });
        profiled.split.expect("a profile").total() / plain.nanoseconds as f64
    };
    (0..RUNS).map(ratio).collect()
}

fn directly(length: u32, polls: u32) -> f64 {
    let mut table = ResourceTable::new();
    let list = fill(&mut table, length, 1);
    time(polls, &mut table, &list)
}

fn through_view(observer: Observer, length: u32, polls: u32) -> f64 {
    let kind = &CATALOGUE[0];
    let parameters: BTreeMap<String, u64> =
        kind.parameters.iter().map(|p| (p.name.to_string(), p.default)).collect();
    let workload = (kind.build)(&Shape { pollables: 1, active: 1, parameters, effort: 1 });
    let simulation = Simulation::timed(workload, HostModel::TOKIO, None);
    let mut host = HostState::new(simulation, observer, RunLimits::default());
    let list = fill(&mut host.table, length, 1);
    time(polls, &mut host, &list)
}

fn time(polls: u32, host: &mut impl Host, list: &[u32]) -> f64 {
    poll_once(host, list);
    let begun = Instant::now();
    (0..polls).for_each(|_| poll_once(host, list));
    let time: Duration = begun.elapsed();
    time.as_secs_f64()
}

fn show(ratios: &[f64]) -> String {
    match median_interval(ratios) {
        Some(Estimate { median, low, high, .. }) => format!("{median:.3} ({low:.3} to {high:.3})"),
        None => "can't tell".into(),
    }
}
