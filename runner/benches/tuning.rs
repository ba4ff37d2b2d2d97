//! Whether `tune` finds what an exhaustive sweep does: knobs are tuned under some loads, and
//! then every power of two and the middles between them are measured for five times as long.
//!
//! `cargo bench -p pollbench --bench tuning -- --budget 20 --random 5`
//!
//! Or whether the cost model predicts a size that was not measured:
//! `cargo bench -p pollbench --bench tuning -- --predict 30000 --from 10000,15000,20000`

use std::collections::BTreeMap;
use std::slice;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use clap::Parser;
use pollbench::compare::Runner;
use pollbench::engine::RunLimits;
use pollbench::session::Progress;
use pollbench::tune::{Load, TunableKnob, Tuner};
use pollbench::worker::{GuestSource, Job, Program};
use pollbench_reports::stats::paired::Shift;
use pollbench_reports::tuning::{
    Costs, Model, Objective, PerCount, Sample, TOLERANCE, Tuned, samples,
};
use rand::SeedableRng as _;
use rand::seq::IndexedRandom as _;
use rand_pcg::Pcg64Mcg;

/// How long the program may take to answer.
const PATIENCE: Duration = Duration::from_secs(120);

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
    /// Instead, predict what the recommended batch costs with so many pollables under `idle`,
    /// 1 % of them active, and measure it.
    #[arg(long)]
    predict: Option<u32>,
    /// The numbers of pollables that it is predicted from.
    #[arg(long, value_delimiter = ',', default_value = "10000,15000,20000")]
    from: Vec<u32>,
    /// The smallest batch that it is predicted from.
    #[arg(long, default_value_t = 64)]
    least: u64,
    /// What cargo adds.
    #[arg(long, hide = true)]
    bench: bool,
}

/// Workloads with a number of pollables, 10 % of which are active.
const CHOSEN: [(&str, u32); 5] =
    [("idle", 1_000), ("skew", 3_000), ("burst", 1_000), ("churn", 1_000), ("arrivals", 1_000)];
const WORKLOADS: [&str; 7] = ["idle", "skew", "burst", "churn", "arrivals", "shared", "spawn"];
const SIZES: [u32; 4] = [300, 1_000, 2_000, 4_000];

/// The range of the knob of the guest `batched`, up to more than all pollables, and what it
/// is set to by itself.
const MOST: u64 = 8_192;
const DEFAULT: u64 = 64;

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
    let program =
        Program::at(env!("CARGO_BIN_EXE_pollbench").as_ref(), PATIENCE).expect("the program");
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
    if let Some(pollables) = arguments.predict {
        return predict(&tuner, pollables, &arguments.from, arguments.least);
    }
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

/// Fits the cost model to some sizes and prints what it predicts for another one, what that
/// is measured to cost, and the error. Where the model refuses to predict, what it would have
/// said is printed as such.
fn predict(tuner: &Tuner, pollables: u32, from: &[u32], least: u64) {
    let job = |pollables| job("idle", pollables, pollables / 100);
    let knob = TunableKnob { low: least, default: least.max(DEFAULT), ..batch() };
    let load = |&pollables: &u32| Load { jobs: vec![job(pollables)], weights: Vec::new() };
    let loads: Vec<Load> = from.iter().map(load).collect();
    let tuned = tuner.tune(slice::from_ref(&knob), &loads).expect("it can be tuned");
    let measured: Vec<Sample> = tuned.iter().flat_map(samples).collect();
    let model = Model::fit(&measured).expect("there are samples");
    let value = tuned.last().and_then(Tuned::recommended).expect("a value is recommended");
    let job = job(pollables);
    let counters = tuner.count(&knob.set(&job, value)).expect("it can be counted");
    let counts = PerCount::per_event(&counters.expect("the guest passes"), None);
    let predicted = model.parts(&counts).sum();
    let costs = tuner.sweep(&job, &knob, &[value], tuner.budget).expect("it can be measured");
    let cost = costs.first().and_then(Costs::median).expect("rounds were made");
    let (word, largest) =
        (if model.predicts() { "predicted" } else { "refused" }, 100.0 * model.left_out.largest);
    println!(
        "idle, 1 % active, batches from {least}, fitted to {} samples at {from:?} pollables",
        measured.len()
    );
    println!("prices in ns: {:?}", model.prices);
    println!("leaving one sample out, it errs by {largest:.1} % at most: {word}");
    println!(
        "batch = {value} at {pollables} pollables: {word} {:.2} us, measured {:.2} us, error {:+.1} %",
        predicted / 1e3,
        cost / 1e3,
        100.0 * (predicted / cost - 1.0)
    );
}

/// A work with the guest's defaults.
fn job(workload: &str, pollables: u32, active: u32) -> Job {
    Job {
        workload: workload.into(),
        pollables,
        active,
        parameters: BTreeMap::new(),
        effort: 10_000,
        knobs: BTreeMap::new(),
    }
}

/// The knob of the guest `batched`.
fn batch() -> TunableKnob {
    TunableKnob { name: "batch".into(), low: 1, high: MOST, default: DEFAULT, grid: None }
}

/// Tunes for a load, sweeps it, and prints a row. Returns whether the search has found it.
fn compare(tuner: &Tuner, (workload, pollables): (&str, u32)) -> bool {
    let job = job(workload, pollables, pollables / 10);
    let knob = batch();
    let load = Load { jobs: vec![job.clone()], weights: Vec::new() };
    let tuned = tuner.tune(slice::from_ref(&knob), &[load]).expect("it can be tuned");
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
    tuned.plateau().is_some_and(|(least, most)| (least..=most).contains(&value))
}
