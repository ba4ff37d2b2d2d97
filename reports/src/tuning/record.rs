//! The record of a tuning: what was measured in every round, and what follows.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Bound, Costs, Explanation, Grid, Judged, Judgement, Objective, TradeOff, settings};
use crate::record::{Counters, Cpu, Guest, KnobValue, LoadAverage};

/// The schema number of a tuning in JSON.
pub const SCHEMA: u32 = 1;

/// A guest that was tuned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tuning {
    /// The format's number, [`SCHEMA`].
    pub schema: u32,
    /// When it began: RFC 3339, UTC.
    pub started: String,
    /// The command line that repeats it.
    pub command: String,
    /// Whether it was stopped before its budget was over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interrupted: bool,
    /// The version of pollbench.
    pub pollbench: String,
    /// The engine and its version.
    pub engine: String,
    /// The name of the host configuration.
    pub host: String,
    /// The host on which guests were counted, where that is another one: on a real host, no
    /// two runs are counted the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted_on: Option<String>,
    /// The processor.
    pub cpu: Cpu,
    /// The operating system and its kernel.
    pub kernel: String,
    /// The one-minute load averages.
    pub load_average: LoadAverage,
    /// The guest.
    pub guest: Guest,
    /// The knobs that were given fixed values, by name.
    pub fixed: BTreeMap<String, KnobValue>,
    /// What was to be as little as possible.
    pub objective: Objective,
    /// The limit for what is not the objective, if one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Bound>,
    /// Differences up to this part of a cost do not matter: 0.02 is 2 %.
    pub tolerance: f64,
    /// How many seconds timing was allowed to take.
    pub budget_seconds: f64,
    /// How many seconds all of it has taken.
    pub seconds: f64,
    /// The seed of the random orders and processors.
    pub seed: u64,
    /// What was found, for each knob and each work.
    pub tuned: Vec<Tuned>,
    /// What the costs come from, where they are CPU time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub explained: Vec<Explanation>,
}

/// A knob, or two on a grid, that was tuned for one work, or for a mix of several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tuned {
    /// The knob's name; of two, both with a `+` between them, which is in no name.
    pub knob: String,
    /// The two knobs and the points that were tried, where it is not one knob. Everything
    /// else that is called a value is the place of a point then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid: Option<Grid>,
    /// The least value it can have.
    pub low: u64,
    /// The greatest value it can have.
    pub high: u64,
    /// The value it has where nobody sets it.
    pub default: u64,
    /// The work; several if they were tuned for together, as a mix.
    pub parts: Vec<Part>,
    /// The rounds by which the value was chosen. The costs of a mix are combined, in units
    /// of what the default costs.
    pub choosing: Vec<Costs>,
    /// The fresh rounds that were judged, likewise.
    pub judging: Vec<Costs>,
    /// Whether the search had come to its end within the budget.
    pub settled: bool,
    /// What is to be said of the values; absent if too little was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgement: Option<Judgement>,
    /// Cost against latency, where the one is paid for with the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compromise: Option<Compromise>,
}

/// A work that a knob was tuned for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// The workload's name.
    pub workload: String,
    /// Pollables that tasks wait on: N.
    pub pollables: u32,
    /// How many of them have an event under way: A.
    pub active: u32,
    /// The workload's parameters.
    pub parameters: BTreeMap<String, KnobValue>,
    /// How much work a repetition was to be, about: handles passed to `poll`.
    pub effort: u64,
    /// Its share of a mix; absent where it is the only work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
    /// What was counted with each value.
    pub counted: Vec<CountedValue>,
    /// The fresh rounds that were judged: the objective of this work alone.
    pub judging: Vec<Costs>,
    /// In the same rounds, the 99th percentile of the wake-up latency in nanoseconds.
    pub p99: Vec<Costs>,
    /// What is to be said of this work alone, where it is one of a mix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgement: Option<Judgement>,
}

/// What was counted with one value of a knob.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CountedValue {
    /// The value.
    pub value: u64,
    /// The counts; absent if the guest failed with this value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counters: Option<Counters>,
    /// Why there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why_not: Option<String>,
    /// Another value with which the guest makes the same calls, and uses as much fuel to
    /// within the tolerance (of counted objectives, exactly as much), in all works: only the
    /// other one was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<u64>,
}

/// What an event costs against how late it is noticed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Compromise {
    /// The median of each value's cost and latency over the fresh rounds, the front and its
    /// knee.
    pub trade_off: TradeOff,
    /// Steps of background work for each event with the default value: the cost of an event
    /// is with as much of it, whoever does more or less.
    pub steps_per_event: f64,
    /// The value that was chosen by other rounds, for its place at the knee or for the
    /// bound; absent if no value met the bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<u64>,
}

/// A value of a knob that was tried, or a point of a grid.
#[derive(Clone, Copy, Debug)]
pub struct Tried<'a> {
    /// The value.
    pub value: u64,
    /// What was found of it, or of the one with which the guest does the same.
    pub judged: &'a Judged,
}

impl Tried<'_> {
    /// Whether it was measured itself.
    pub fn is_measured(&self) -> bool {
        self.value == self.judged.value
    }
}

impl Tuned {
    /// Which knobs have which values, where this has a value: two if it is a grid.
    pub fn settings(&self, value: u64) -> Vec<(&str, u64)> {
        settings(&self.knob, self.grid.as_ref(), value)
    }

    /// The value of the knob, or that of the first of two.
    pub fn along(&self, value: u64) -> u64 {
        self.settings(value).first().map_or(value, |it| it.1)
    }

    /// Every value with which the guest passed, in ascending order; none if nothing was
    /// judged.
    pub fn tried(&self) -> Vec<Tried<'_>> {
        let judged = self.judgement.iter().flat_map(|it| &it.values);
        let all = judged.flat_map(|judged| {
            self.same_as(judged.value).into_iter().map(move |value| Tried { value, judged })
        });
        let mut all: Vec<Tried> = all.collect();
        all.sort_by_key(|it| it.value);
        all
    }

    /// The ends of the plateau, with the values that do the same as those that were measured
    /// there.
    pub fn plateau(&self) -> Option<(u64, u64)> {
        let plateau = &self.judgement.as_ref()?.plateau;
        let [low, high] = [plateau.low, plateau.high].map(|it| self.same_as(it));
        Some((*low.first()?.min(high.first()?), *high.last()?.max(low.last()?)))
    }

    /// The values with which the guest does the same as with `value`, in ascending order and
    /// with `value` itself.
    pub fn same_as(&self, value: u64) -> Vec<u64> {
        let counted = self.parts.iter().take(1).flat_map(|part| &part.counted);
        let others = counted.filter(|it| it.same_as == Some(value)).map(|it| it.value);
        let mut values: Vec<u64> = others.chain([value]).collect();
        values.sort_unstable();
        values
    }

    /// The value to use; `None` if too little was measured, or if nothing meets the bound.
    pub fn recommended(&self) -> Option<u64> {
        match &self.compromise {
            Some(compromise) => compromise.chosen,
            None => self.judgement.as_ref().map(|it| it.recommended),
        }
    }

    /// The value to use, which is the default where the knob makes no difference.
    pub fn to_use(&self) -> Option<u64> {
        if self.makes_no_difference() { Some(self.default) } else { self.recommended() }
    }

    /// Whether all values that were tried cost the same to within the tolerance, or the guest
    /// does the same with all of them.
    pub fn makes_no_difference(&self) -> bool {
        let of = |it: &Judgement| {
            let is_one = it.values.len() == 1 && self.same_as(it.recommended).len() > 1;
            it.makes_no_difference || is_one
        };
        self.compromise.is_none() && self.judgement.as_ref().is_some_and(of)
    }

    /// Whether a value is as good as the recommended one, as far as can be told.
    pub fn is_level(&self, value: u64) -> bool {
        match (&self.compromise, &self.judgement) {
            (Some(compromise), _) => compromise.chosen == Some(value),
            (None, Some(judgement)) => {
                judgement.plateau.values.iter().any(|it| self.same_as(*it).contains(&value))
            }
            (None, None) => false,
        }
    }

    /// Whether several works were tuned for together.
    pub fn is_mix(&self) -> bool {
        self.parts.len() > 1
    }
}

impl CountedValue {
    /// Handles passed to `poll` for each event; `None` without counts or events.
    pub fn handles_per_event(&self) -> Option<f64> {
        let window = &self.counters.as_ref()?.window;
        window.per_event(window.handles_passed)
    }

    /// Ready handles for each `poll` call; `None` without counts or calls.
    pub fn ready_per_poll(&self) -> Option<f64> {
        let window = &self.counters.as_ref()?.window;
        (window.poll_calls > 0).then(|| window.ready_returned as f64 / window.poll_calls as f64)
    }
}
