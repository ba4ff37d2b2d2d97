//! What observing a run costs, so that this cost can be subtracted.

use pollbench_guests::BUILT_IN;
use pollbench_reports::stats::median;
use pollbench_simulation::script::Workload;
use pollbench_simulation::workload::{self, Kind, Shape};
use quanta::Clock;

use super::configuration::Configuration;
use super::limits::RunLimits;
use super::one_lane::OneLane;
use super::profile::stamp_cost;
use super::run::{Lane, Window};
use super::source::Source;

/// What the profiled lane adds to a run, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Observation {
    /// The cost of a time stamp.
    pub stamp: f64,
    /// The cost of a crossing between guest and host, where the engine calls the hook that
    /// takes the time stamp. The time stamp itself is not included.
    pub crossing: f64,
}

/// How often a run was observed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Observations {
    /// Time stamps.
    pub stamps: u64,
    /// How many of the time stamps were taken by the engine's hook.
    pub crossings: u64,
}

/// The guest and the workload with next to no work of their own.
const GUEST: &str = "bare";
const WORKLOAD: &str = "wakes";
/// The number of pairs of runs, of which one is observed.
const TRIES: usize = 9;

impl Observation {
    /// Measures both costs here and now: a time stamp in a loop, and a crossing by running
    /// a guest that does hardly anything else, with and without a profile.
    pub fn measure(clock: &Clock) -> Self {
        let stamp = stamp_cost(clock);
        Self { stamp, crossing: crossing_cost(stamp, clock).unwrap_or_default() }
    }
}

/// `None` where the guest can't be run. A negative result is noise, and taken as 0.
fn crossing_cost(stamp: f64, clock: &Clock) -> Option<f64> {
    let source = Source::BuiltIn(*BUILT_IN.iter().find(|guest| guest.name == GUEST)?);
    let kind = workload::find(WORKLOAD)?;
    let guest = OneLane::load(&source, &Configuration::new().ok()?, Lane::Plain).ok()?;
    let knobs: Vec<u64> = guest.description.knobs.iter().map(|knob| knob.default).collect();
    let run =
        |lane| guest.program.run(workload(kind), &knobs, lane, RunLimits::default(), clock).ok();
    let added = |_| {
        let plain = run(Lane::Plain)?;
        let observed = run(Lane::Profiled { observation: Observation::default() })?;
        Some(crossing_of(stamp, &plain, &observed))
    };
    let costs = (0..TRIES).map(added).collect::<Option<Vec<f64>>>()?;
    Some(median(&costs).max(0.0))
}

/// The cost of a crossing, in nanoseconds, from two runs of the same work.
fn crossing_of(stamp: f64, plain: &Window, observed: &Window) -> f64 {
    let added = observed.nanoseconds as f64 - plain.nanoseconds as f64;
    let Observations { stamps, crossings } = observed.observations;
    (added - stamp * stamps as f64) / crossings.max(1) as f64
}

fn workload(kind: &Kind) -> Box<dyn Workload> {
    let active = kind.activity.of(1, 1);
    let shape = Shape { pollables: 1, active, parameters: kind.defaults(), effort: u64::MAX };
    (kind.build)(&shape)
}
