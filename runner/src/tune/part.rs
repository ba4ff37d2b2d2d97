//! One work that a knob is tuned for.

use pollbench_reports::record::{Counters, Measures, PhaseCounters};
use pollbench_reports::tuning::{self, Costs, CountedValue, Objective, judge, judge_exact};
use pollbench_simulation::workload;
use rand_pcg::Pcg64Mcg;

use super::counting::Counting;
use super::rounds::{Round, Sample};
use super::{TunableKnob, TuneError, Tuner};
use crate::worker::Job;

/// What was measured of one work.
pub struct Part<'a> {
    job: &'a Job,
    weight: Option<f64>,
    objective: Objective,
    needs_latency: bool,
    knob: &'a TunableKnob,
    counted: Vec<CountedValue>,
    judging: Vec<Costs>,
    p99: Vec<Costs>,
}

impl<'a> Part<'a> {
    pub fn new(tuner: &Tuner, job: &'a Job, weight: Option<f64>, knob: &'a TunableKnob) -> Self {
        Self {
            job,
            weight,
            objective: tuner.objective,
            needs_latency: tuner.objective == Objective::P99 || tuner.bound.is_some(),
            knob,
            counted: Vec::new(),
            judging: Vec::new(),
            p99: Vec::new(),
        }
    }

    /// Counts the guest with a value, unless that was done before. Returns whether the guest
    /// passed; `None` if everything is to stop.
    pub fn count(
        &mut self,
        value: u64,
        counting: &mut Counting,
    ) -> Result<Option<bool>, TuneError> {
        if let Some(known) = self.counted.iter().find(|it| it.value == value) {
            return Ok(Some(known.counters.is_some()));
        }
        let Some(result) = counting.count(&self.knob.set(self.job, value))? else {
            return Ok(None);
        };
        let (counters, why_not) = match result {
            Ok(counters) => (Some(counters), None),
            Err(why) => (None, Some(why)),
        };
        if let Some(why) = why_not.clone().filter(|_| value == self.knob.default) {
            return Err(TuneError::Default { setting: self.knob.setting(value), why });
        }
        let passed = counters.is_some();
        self.counted.push(CountedValue { value, counters, why_not, same_as: None });
        Ok(Some(passed))
    }

    /// Whether the guest does the same with two values in the measured window: it makes the
    /// same calls, and its fuel differs by at most this part.
    pub fn is_same(&self, value: u64, other: u64, tolerance: f64) -> bool {
        let (Some(one), Some(other)) = (self.counters(value), self.counters(other)) else {
            return false;
        };
        let fuel = |it: &Counters| it.window.guest_fuel;
        let calls = |it: &Counters| PhaseCounters { guest_fuel: 0, ..it.window };
        let differs_by = fuel(one).abs_diff(fuel(other)) as f64;
        calls(one) == calls(other) && differs_by <= tolerance * fuel(other) as f64
    }

    /// Notes that the guest does the same with `value` as with another one.
    pub fn note_same(&mut self, value: u64, other: u64) {
        let counted = self.counted.iter_mut().find(|it| it.value == value);
        counted.into_iter().for_each(|it| it.same_as = Some(other));
    }

    /// What a value costs by its counts, if the objective is counted.
    pub fn counted_cost(&self, value: u64) -> Option<f64> {
        self.objective.counted(self.counters(value)?)
    }

    /// Steps of all tasks for each event with the default value, where tasks do other work
    /// beside the events; otherwise `None`.
    pub fn steps_per_event(&self) -> Option<f64> {
        let kind = workload::find(&self.job.workload)?;
        let counts = &self.counters(self.knob.default)?.window;
        let has_background = kind.measures() == Measures::Io && counts.yields > 0;
        let steps = counts.events + counts.yields;
        has_background.then(|| steps as f64 / counts.events as f64)
    }

    /// Measures one round; `None` if everything is to stop.
    pub fn measure(
        &self,
        round: &mut Round,
        values: &[u64],
        random: &mut Pcg64Mcg,
    ) -> Result<Option<Vec<Measured>>, TuneError> {
        let samples = round.measure(self.job, self.knob, values, random)?;
        if self.needs_latency && samples.iter().flatten().any(|it| it.p99.is_none()) {
            return Err(TuneError::NoLatency { workload: self.job.workload.clone() });
        }
        let steps_per_event = self.steps_per_event();
        let measured = |sample: &Sample| Measured {
            cost: match (self.objective, steps_per_event) {
                (Objective::P99, _) => sample.p99,
                (_, Some(steps)) => Some(sample.ns_per_step * steps),
                (_, None) => Some(sample.ns_per_event),
            },
            p99: sample.p99,
        };
        Ok(samples.map(|samples| samples.iter().map(measured).collect()))
    }

    /// Keeps what a fresh round has come to.
    pub fn keep(&mut self, values: &[u64], measured: &[Measured]) {
        for (&value, measured) in values.iter().zip(measured) {
            push(&mut self.judging, value, measured.cost);
            push(&mut self.p99, value, measured.p99);
        }
    }

    /// The latencies of the fresh rounds.
    pub fn p99(&self) -> &[Costs] {
        &self.p99
    }

    /// The record of this work, which is judged by itself if it is one of a mix.
    pub fn finish(self, tolerance: f64) -> tuning::Part {
        let Job { workload, pollables, active, parameters, effort, .. } = self.job.clone();
        let default = self.knob.default;
        let judgement = self.weight.and_then(|_| match self.objective.is_counted() {
            true => judge_exact(&self.counted_costs(), default, tolerance),
            false => judge(&self.judging, default, default, tolerance),
        });
        tuning::Part {
            workload,
            pollables,
            active,
            parameters,
            effort,
            weight: self.weight,
            counted: self.counted,
            judging: self.judging,
            p99: self.p99,
            judgement,
        }
    }

    fn counted_costs(&self) -> Vec<(u64, f64)> {
        let costs = self
            .counted
            .iter()
            .filter_map(|it| Some((it.value, self.objective.counted(it.counters.as_ref()?)?)));
        costs.collect()
    }

    fn counters(&self, value: u64) -> Option<&Counters> {
        self.counted.iter().find(|it| it.value == value)?.counters.as_ref()
    }
}

/// What one value has come to in one round, by the objective and in latency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// The cost; absent where the objective can't be had.
    pub cost: Option<f64>,
    /// The 99th percentile of the wake-up latency in nanoseconds.
    pub p99: Option<f64>,
}

/// Adds a value's cost in a further round. All values have to be in all rounds.
pub fn push(costs: &mut Vec<Costs>, value: u64, cost: Option<f64>) {
    match costs.iter_mut().find(|it| it.value == value) {
        Some(known) => known.rounds.push(cost),
        None => costs.push(Costs { value, rounds: vec![cost] }),
    }
}
