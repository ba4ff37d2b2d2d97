//! Whether `tune` finds what an exhaustive sweep does: knobs are tuned under some loads, and
//! then every power of two and the middles between them are measured for five times as long.
//!
//! `cargo bench -p pollbench --bench tuning -- --budget 20 --random 5`

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use clap::Parser;
use pollbench::compare::Runner;
use pollbench::engine::RunLimits;
use pollbench::session::Progress;
use pollbench::tune::{Load, TunableKnob, Tuner};
use pollbench::worker::{GuestSource, Job, Program};
use pollbench_reports::stats::paired::Shift;
use pollbench_reports::tuning::{Costs, Objective, TOLERANCE, Tuned};
use rand::SeedableRng as _;
use rand::seq::IndexedRandom as _;
use rand_pcg::Pcg64Mcg;

#[derive(Parser)]
struct Arguments {
    /// Seconds for tuning each load; the sweep has five times as many.
    #[arg(long, default_value_t = 20)]
    budget: u64,
    /// How many of the chosen loads to take.
    #[arg(long, default_value_t = CHOSEN.len())]
    chosen: usize,
    /// How many loads to draw at random.
    #[arg(long, default_value_t = 5)]
    random: usize,
    /// The seed of the loads that are drawn.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What cargo adds.
    #[arg(long, hide = true)]
    bench: bool,
}

/// Workloads with a number of pollables, 10 % of which are active.
const CHOSEN: [(&str, u32); 5] =
    [("idle", 1_000), ("skew", 3_000), ("burst", 1_000), ("churn", 1_000), ("arrivals", 1_000)];
const WORKLOADS: [&str; 7] = ["idle", "skew", "burst", "churn", "arrivals", "shared", "spawn"];
const SIZES: [u32; 4] = [300, 1_000, 2_000, 4_000];

/// The knob of the guest `batched`, up to more than all pollables.
const MOST: u64 = 8_192;

/// How much dearer than the best of the sweep the recommended value may be.
const NEAR: f64 = 1.05;

struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &str, _: u64) {}
    fn advance(&self, _: u64) {}
    fn end(&self) {}
}

fn main() {
    let arguments = Arguments::parse();
    let program = Program::at(env!("CARGO_BIN_EXE_pollbench").as_ref()).expect("the program");
    let stop = AtomicBool::new(false);
    let tuner = Tuner {
        runner: Runner::new(&program, GuestSource::BuiltIn("batched".into()), "stock"),
        fixed: BTreeMap::new(),
        objective: Objective::NsPerEvent,
        bound: None,
        budget: Duration::from_secs(arguments.budget),
        tolerance: TOLERANCE,
        seed: arguments.seed,
        limits: RunLimits::default(),
        stop: &stop,
        progress: &Silent,
    };
    let mut random = Pcg64Mcg::seed_from_u64(arguments.seed);
    let drawn = (0..arguments.random).map(|_| {
        let draw = "there is something to draw";
        (*WORKLOADS.choose(&mut random).expect(draw), *SIZES.choose(&mut random).expect(draw))
    });
    let loads: Vec<(&str, u32)> = CHOSEN.into_iter().take(arguments.chosen).chain(drawn).collect();
    println!("loads drawn with seed {}: the last {}", arguments.seed, arguments.random);
    println!("workload       N  recommended  best of sweep  ratio  on the plateau");
    let found = loads.iter().filter(|load| compare(&tuner, **load)).count();
    println!("{found} of {} within 5 % of the best, or with it on the plateau", loads.len());
}

/// Tunes for a load, sweeps it, and prints a row. Returns whether the search has found it.
fn compare(tuner: &Tuner, (workload, pollables): (&str, u32)) -> bool {
    let job = Job {
        workload: workload.into(),
        pollables,
        active: pollables / 10,
        parameters: BTreeMap::new(),
        effort: 10_000,
        knobs: BTreeMap::new(),
    };
    let knob = TunableKnob { name: "batch".into(), low: 1, high: MOST, default: 64, grid: None };
    let load = Load { jobs: vec![job.clone()], weights: Vec::new() };
    let tuned = tuner.tune(std::slice::from_ref(&knob), &[load]).expect("it can be tuned");
    let tuned = tuned.first().expect("one knob and one load");
    let recommended = tuned.recommended().expect("a value is recommended");
    let powers = (0..=13).map(|exponent| 1_u64 << exponent);
    let middles = (1..13).map(|exponent| 3_u64 << (exponent - 1));
    let mut values: Vec<u64> = powers.chain(middles).chain([recommended]).collect();
    values.sort_unstable();
    values.dedup();
    let costs = tuner.sweep(&job, &knob, &values, 5 * tuner.budget).expect("it can be measured");
    let (best, ratio) = best(&costs, recommended);
    let on_plateau = is_on_plateau(tuned, best);
    println!(
        "{workload:<10} {pollables:>5}  {recommended:>11}  {best:>13}  {ratio:>5.3}  {}",
        if on_plateau { "yes" } else { "no" }
    );
    ratio <= NEAR || on_plateau
}

/// The value that costs least in a sweep, and how much more another one costs.
fn best(costs: &[Costs], other: u64) -> (u64, f64) {
    let reference = costs.iter().find(|it| it.value == other).expect("it was measured");
    let shift = |it: &Costs| it.shift(reference).as_ref().map(Shift::estimate);
    let all = costs.iter().filter_map(|it| Some((it.value, shift(it)?)));
    let (best, shift): (u64, f64) =
        all.min_by(|a, b| a.1.total_cmp(&b.1)).expect("rounds were made");
    (best, (-shift).exp())
}

/// Whether a value is within the range around the recommended one that is as good, as far as
/// can be told.
fn is_on_plateau(tuned: &Tuned, value: u64) -> bool {
    let Some(judgement) = &tuned.judgement else { return false };
    let least = tuned.same_as(judgement.plateau.low).into_iter().min();
    let most = tuned.same_as(judgement.plateau.high).into_iter().max();
    least.is_some_and(|it| it <= value) && most.is_some_and(|it| it >= value)
}
