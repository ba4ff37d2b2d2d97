use std::time::{Duration, Instant};

use jiff::Timestamp;
use pollbench_reports::record::{Cell, Clock, Environment, Guest, LoadAverage, Record, SCHEMA};

use super::setup::Setup;
use super::{command_line, timestamp};
use crate::engine::{Configuration, RunLimits, why_no_instructions};
use crate::environment::{self, Usage};

/// All that a record says except for its cells, at any time of a run.
pub struct Draft {
    /// The environment when the run began.
    pub environment: Environment,
    begun: Instant,
    /// How the processors had been used when the run began.
    usage: Option<Usage>,
    before: Duration,
}

impl Draft {
    /// The draft for a run that begins now.
    pub fn new(setup: &Setup, limits: RunLimits) -> Self {
        let guests = setup.guests.iter().step_by(setup.configurations.len());
        let guests = guests.map(|guest| guest.record.clone()).collect();
        Self::of(&setup.configurations, guests, limits)
    }

    /// The draft for these guests on these hosts.
    pub fn of(configurations: &[Configuration], guests: Vec<Guest>, limits: RunLimits) -> Self {
        let hosts = configurations.iter();
        let hosts = hosts.map(|configuration| configuration.describe(limits)).collect();
        let environment = Environment {
            started: timestamp(Timestamp::now()),
            command: command_line(),
            pollbench: env!("CARGO_PKG_VERSION").into(),
            compiler: env!("POLLBENCH_RUSTC").into(),
            cpu: environment::cpu(),
            load_average: LoadAverage { before: environment::load(), after: None },
            kernel: environment::kernel(),
            clock: Clock {
                source: "quanta (TSC where it is invariant)".into(),
                observation_ns: 0.0,
                crossing_ns: 0.0,
            },
            hosts,
            guests,
            resumed: None,
            busy_elsewhere: None,
            stolen: None,
            debug_build: cfg!(debug_assertions),
            no_instructions: why_no_instructions(),
            seconds: None,
            budget_seconds: None,
        };
        Self { environment, begun: Instant::now(), usage: Usage::now(), before: Duration::ZERO }
    }

    /// Takes over the environment of the earlier run that this one resumes.
    pub fn go_on(&mut self, earlier: &Environment) {
        let resumed = Some(earlier.resumed.unwrap_or(0).saturating_add(1));
        self.environment = Environment { resumed, ..earlier.clone() };
        self.before = time_of(earlier);
    }

    /// The record with these cells.
    pub fn record(&self, cells: Vec<Cell>, interrupted: bool) -> Record {
        let mut environment = self.environment.clone();
        environment.load_average.after = environment::load();
        let used = self.usage.zip(Usage::now()).and_then(|(then, now)| now.since(&then));
        // Where a part was measured before, the worse of both is what is doubtful.
        let worse =
            |before: Option<f64>, now: Option<f64>| before.into_iter().chain(now).reduce(f64::max);
        let Environment { busy_elsewhere, stolen, .. } = &mut environment;
        *busy_elsewhere = worse(*busy_elsewhere, used.map(|shares| shares.others));
        *stolen = worse(*stolen, used.map(|shares| shares.stolen));
        environment.seconds = Some((self.before + self.begun.elapsed()).as_secs_f64());
        Record {
            schema: SCHEMA,
            interrupted,
            merged: None,
            environment,
            environments: Vec::new(),
            cells,
        }
    }
}

/// The time that a run has taken; zero where it is not known, or is no valid time.
pub fn time_of(environment: &Environment) -> Duration {
    let seconds = environment.seconds.unwrap_or(0.0);
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::ZERO)
}
