use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::{Args, value_parser};
use itertools::Itertools as _;
use jiff::Timestamp;
use pollbench_reports::record::{KnobValue, LoadAverage};
use pollbench_reports::tuning::{
    Bound, Objective, SCHEMA, TOLERANCE, Tuned, Tuning, Unmeasured, explanations,
};

use super::duration::duration;
use super::error::{Error, Exit};
use super::history::{SaveArguments, save_any};
use super::judging::per_cent;
use super::limits::LimitArguments;
use super::mix::Mix;
use super::progress::Display;
use super::results::Results;
use super::seed::SeedArguments;
use super::selection::MOST_POLLABLES;
use super::tunable_knobs::tunable_knobs;
use super::{Done, names, output, stop};
use crate::baseline::Baselines;
use crate::compare::{StartedGuest, Subject};
use crate::engine::{Host, RunLimits};
use crate::environment;
use crate::matrix::{ActiveSetting, Group, InputError, Selection, Setting, host_named};
use crate::tune::{Load, Tuner};
use crate::worker::{Job, Program};

pub const EXAMPLES: &str = "\
Examples:
  pollbench tune batched                        which batch size, for skewed I/O?
  pollbench tune batched --workload idle --param yielders=4 --pollables 10000
                                                beside tasks that never rest: cost or latency?
  pollbench tune batched --workload idle --param yielders=4 --p99-at-most 50us
                                                the cheapest that notices events in time
  pollbench tune mine.wasm@timers=wheel --knob batch --budget 2m
  pollbench tune tiered --knob hot+interval     two knobs together, on a grid
  pollbench tune batched --mix idle=70,burst=20,churn=10
                                                one value for the whole of a load
  pollbench tune batched --objective handles-per-event
                                                by exact counts, at once

Each value takes turns with the others in fresh processes. What is reported comes from
rounds that had no part in choosing the value.

Exit codes: 0 a value is recommended, 2 bad input, 3 nothing meets the bound,
130 interrupted; what was measured is judged";

#[derive(Args)]
pub struct TuneArguments {
    /// The guest: a built-in one or a component file, with fixed values for knobs as in
    /// batched@batch=64.
    #[arg(value_name = "GUEST")]
    pub guest: String,
    /// The knobs to tune, one after the other; two together, on a grid of their values, as
    /// ONE+OTHER [default: all that take whole numbers].
    #[arg(long = "knob", value_name = "NAME", value_delimiter = ',')]
    pub knobs: Vec<String>,
    #[arg(long, alias = "workloads", value_name = "NAME", value_delimiter = ',', default_value = "skew", conflicts_with = "mix", help = names::workloads("Workloads to tune for, each by itself"))]
    pub workload: Vec<String>,
    /// Tune for several workloads as one, as WORKLOAD=WEIGHT,…: each takes this share of
    /// the time with the default value.
    #[arg(long, value_name = "WEIGHTS")]
    pub mix: Option<Mix>,
    /// Numbers of pollables.
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "1000,10000", value_parser = value_parser!(u32).range(1..=MOST_POLLABLES))]
    pub pollables: Vec<u32>,
    /// How many of the pollables have an event under way: numbers, or shares of all.
    #[arg(long, value_name = "A", value_delimiter = ',', default_value = "1%")]
    pub active: Vec<ActiveSetting>,
    /// A workload's setting, as NAME=VALUE or WORKLOAD.NAME=VALUE. May be repeated.
    #[arg(long = "param", value_name = "SETTING")]
    pub parameters: Vec<Setting>,
    /// About how many handles a run passes to `poll`.
    #[arg(long, value_name = "HANDLES", default_value_t = 10_000, value_parser = value_parser!(u64).range(1..=100_000_000))]
    pub effort: u64,
    #[arg(long, value_name = "WHAT", default_value = "ns-per-event", help = objectives())]
    pub objective: Objective,
    /// Take the cheapest value whose 99th percentile of the wake-up latency is at most this.
    #[arg(long, value_name = "DURATION", value_parser = duration, conflicts_with = "mix")]
    pub p99_at_most: Option<Duration>,
    /// Also predict what the recommended values cost with so many pollables, from exact counts
    /// and a cost model, where that is good enough.
    #[arg(long, value_name = "N", value_delimiter = ',', value_parser = value_parser!(u32).range(1..=MOST_POLLABLES))]
    pub predict: Vec<u32>,
    /// How long timing may take, such as 60s or 2m.
    #[arg(long, value_name = "DURATION", default_value = "50s", value_parser = duration)]
    pub budget: Duration,
    /// The largest difference in cost that does not count.
    #[arg(long, value_name = "PER CENT", value_parser = per_cent)]
    pub tolerance: Option<f64>,
    #[arg(long, value_name = "NAME", default_value = "stock", help = names::host("The host to run the guest on"))]
    pub host: String,
    #[command(flatten)]
    pub seed: SeedArguments,
    /// Where to put the record and the report [default: a new directory in
    /// pollbench-results].
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub save: SaveArguments,
    #[command(flatten)]
    pub limits: LimitArguments,
}

fn objectives() -> String {
    format!("What is to be as little as possible: {}", Objective::ALL.iter().join(", "))
}

/// Finds the value of a knob that a guest should have.
pub fn tune(arguments: &TuneArguments) -> Done {
    let (started, begun) = (Timestamp::now(), Instant::now());
    if arguments.p99_at_most.is_some() && arguments.objective != Objective::NsPerEvent {
        return Err(InputError::BoundedObjective.into());
    }
    let history = arguments.save.place()?;
    let host = host_named(&arguments.host)?;
    let counted_on = host.counting();
    let guest = start(arguments, host)?;
    let knobs = tunable_knobs(&arguments.knobs, &guest)?;
    let loads = loads(arguments, &guest)?;
    let results = match &arguments.output {
        Some(directory) => Results::at(directory)?,
        None => Results::fresh(started)?,
    };
    let display = Display::new();
    stop::catch();
    let tuner = Tuner {
        runner: guest.runner.clone(),
        fixed: guest.knobs.clone(),
        objective: arguments.objective,
        bound: arguments.p99_at_most.map(|it| Bound::P99AtMost(it.as_nanos() as f64)),
        budget: arguments.budget,
        tolerance: arguments.tolerance.unwrap_or(TOLERANCE),
        seed: arguments.seed.seed(),
        limits: RunLimits::from(&arguments.limits),
        stop: &stop::STOP,
        progress: &display,
    };
    let before = environment::load();
    let tuned = tuner.tune(&knobs, &loads)?;
    let mut tuning = Tuning {
        schema: SCHEMA,
        started: super::timestamp(started),
        command: super::command_line(),
        interrupted: false,
        pollbench: guest.pollbench,
        engine: guest.engine,
        host: arguments.host.clone(),
        counted_on: (counted_on != host).then(|| counted_on.name().into()),
        cpu: environment::cpu(),
        kernel: environment::kernel(),
        load_average: LoadAverage { before, after: environment::load() },
        guest: guest.guest,
        fixed: guest.knobs,
        objective: tuner.objective,
        bound: tuner.bound,
        tolerance: tuner.tolerance,
        budget_seconds: tuner.budget.as_secs_f64(),
        seconds: begun.elapsed().as_secs_f64(),
        seed: tuner.seed,
        tuned,
        explained: Vec::new(),
    };
    let unmeasured = unmeasured(arguments, &tuner, &tuning.tuned)?;
    tuning.explained = explanations(&tuning, &unmeasured);
    // What was to be predicted may have been interrupted, too.
    tuning.interrupted = stop::is_set();
    let published = output::publish_tuning(&tuning, &results);
    let saved = history.map_or(Ok(()), |place| save_any(&tuning, tuning.interrupted, place));
    output::first_failure([published, saved])?;
    let is_answered = tuning.tuned.iter().all(|it| it.recommended().is_some());
    Ok(stop::or(if is_answered { Exit::Fine } else { Exit::Inconclusive }))
}

/// Starts the guest once, for its description.
fn start(arguments: &TuneArguments, host: Host) -> Result<StartedGuest, Error> {
    // A baseline could not be tuned; there is no directory of this name.
    let subject = Subject::parse(&arguments.guest, &Baselines::new(Path::new("")))?;
    let Subject::Guest { source, knobs } = subject else {
        return Err(InputError::NotAGuest { given: arguments.guest.clone() }.into());
    };
    let program = Program::this().map_err(Error::Program)?;
    Ok(StartedGuest::start(
        &program,
        &source,
        knobs,
        host.name(),
        RunLimits::from(&arguments.limits),
    )?)
}

/// The counts of every recommended value with the numbers of pollables that are to be
/// predicted.
fn unmeasured(
    arguments: &TuneArguments,
    tuner: &Tuner<'_>,
    tuned: &[Tuned],
) -> Result<Vec<Unmeasured>, Error> {
    let mut all = Vec::new();
    for &pollables in &arguments.predict {
        for tuned in tuned {
            let ([part], Some(value)) = (tuned.parts.as_slice(), tuned.recommended()) else {
                continue;
            };
            // As large a share is active as there.
            let active = u64::from(part.active) * u64::from(pollables) / u64::from(part.pollables);
            let knobs = tuned.settings(value).into_iter();
            let knobs = knobs.map(|(name, value)| (name.into(), KnobValue::Integer(value)));
            let job = Job {
                workload: part.workload.clone(),
                pollables,
                active: active.max(1) as u32,
                parameters: part.parameters.clone(),
                effort: part.effort,
                knobs: tuner.fixed.clone().into_iter().chain(knobs).collect(),
            };
            let Some(counters) = tuner.count(&job)? else { continue };
            let (knob, workload) = (tuned.knob.clone(), part.workload.clone());
            all.push(Unmeasured { knob, workload, pollables, value, counters });
        }
    }
    all.dedup();
    Ok(all)
}

/// What the knobs are tuned for: each work by itself, or the mix in each size.
fn loads(arguments: &TuneArguments, guest: &StartedGuest) -> Result<Vec<Load>, InputError> {
    let workloads = match &arguments.mix {
        Some(mix) => mix.workloads(),
        None => arguments.workload.clone(),
    };
    let mut loads = Vec::new();
    for (&pollables, &active) in arguments.pollables.iter().cartesian_product(&arguments.active) {
        let groups = Group::all(&Selection {
            workloads: workloads.clone(),
            pollables: vec![pollables],
            active: vec![active],
            knobs: Vec::new(),
            parameters: arguments.parameters.clone(),
            effort: arguments.effort,
        })?;
        let jobs = groups.iter().map(|group| Job::new(group, guest.knobs.clone()));
        match &arguments.mix {
            Some(mix) => loads.push(mix.load(jobs.collect())?),
            None => loads.extend(jobs.map(|job| Load { jobs: vec![job], weights: Vec::new() })),
        }
    }
    // Workloads that have a number of active pollables of their own come once.
    loads.dedup();
    Ok(loads)
}
