//! What pollbench's own driver takes for each step of a timed run, without an engine: it is
//! to be little, and the same whatever the number of pollables.
//!
//! Run with `cargo bench -p pollbench-simulation --bench driver`.

use std::time::Instant;

use pollbench_simulation::agenda::HostModel;
use pollbench_simulation::simulation::{Edge, Simulation, TaskStep};
use pollbench_simulation::workload::{self, Shape};

/// Runs are repeated so often; the least is what the driver takes, the rest is the machine.
const REPETITIONS: usize = 15;
/// About so many handles: many rounds of a small workload.
const EFFORT: u64 = 2_000_000;

fn main() {
    println!("pollables  {:>10}  {:>10}   ns a step", "burst", "idle, 10 %");
    for pollables in [100, 1_000, 10_000, 100_000] {
        let [burst, idle] = ["burst", "idle"].map(|name| {
            let times = (0..REPETITIONS).map(|_| nanoseconds_a_step(name, pollables));
            times.fold(f64::INFINITY, f64::min)
        });
        println!("{pollables:>9}  {burst:>10.1}  {idle:>10.1}");
    }
}

/// A run in which a task runs as soon as its event is ready, in the order of their numbers.
fn nanoseconds_a_step(name: &str, pollables: u32) -> f64 {
    let kind = workload::find(name).expect("a workload");
    let active = kind.activity.of(pollables, pollables / 10);
    let mut parameters = kind.defaults();
    if let Some(delay) = parameters.get_mut("delay") {
        *delay = 0;
    }
    let shape = Shape { pollables, active, parameters, effort: EFFORT };
    let clock = quanta::Clock::new();
    let mut simulation = Simulation::timed((kind.build)(&shape), HostModel::TOKIO, Some(clock));
    let tasks = simulation.tasks();
    let mut events = Vec::new();
    for task in 0..tasks {
        let (running, _) = simulation.begin(task, 0).expect("nothing is checked");
        if let TaskStep::Wait(event) = simulation.answer(running) {
            events.push(event);
        }
    }
    let (mut nanoseconds, mut steps) = (0, 0_u32);
    loop {
        simulation.host_yields();
        let ready: Vec<u32> = (0..tasks).filter(|task| events[*task as usize].is_ready()).collect();
        let begun = Instant::now();
        for &task in &ready {
            let (running, edge) = simulation.begin(task, 0).expect("nothing is checked");
            if edge == Some(Edge::Closes) {
                return f64::from(u32::try_from(nanoseconds).unwrap_or(u32::MAX))
                    / f64::from(steps);
            }
            simulation.answer(running);
            if edge == Some(Edge::Opens) {
                simulation.snapshot(Edge::Opens, 0);
                (nanoseconds, steps) = (0, 0);
            }
        }
        nanoseconds += begun.elapsed().as_nanos();
        steps += ready.len() as u32;
    }
}
