//! Which counts the costs of a knob's values come from, and what follows for sizes that were
//! not measured.

use itertools::Itertools as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Model, Objective, PerCount, Sample, Trade, Tuned, Tuning};
use crate::record::Counters;

/// What the costs of a knob's values under one workload come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Explanation {
    /// The knob.
    pub knob: String,
    /// The workload.
    pub workload: String,
    /// Prices of what is counted, fitted over all values and sizes.
    pub model: Model,
    /// What the recommended value trades for what, against the worst that was tried at the
    /// largest size; absent where they are the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade: Option<Trade>,
    /// What sizes would cost that were not measured; empty if the model is not good enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub predictions: Vec<Prediction>,
}

/// What a value would cost at a size that was counted but not measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Prediction {
    /// The number of pollables.
    pub pollables: u32,
    /// The value of the knob.
    pub value: u64,
    /// Nanoseconds per event.
    pub cost: f64,
}

/// What was counted with a value at a size that is not measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Unmeasured {
    /// The knob.
    pub knob: String,
    /// The workload.
    pub workload: String,
    /// The number of pollables.
    pub pollables: u32,
    /// The value of the knob.
    pub value: u64,
    /// The counts.
    pub counters: Counters,
}

/// Explains the costs of every knob under every workload, where the objective is CPU time.
/// Workloads with too few samples, and mixes, are left out.
pub fn explanations(tuning: &Tuning, unmeasured: &[Unmeasured]) -> Vec<Explanation> {
    if tuning.objective != Objective::NsPerEvent {
        return Vec::new();
    }
    let key = |it: &Tuned| match it.parts.as_slice() {
        [part] => Some((it.knob.clone(), part.workload.clone())),
        _ => None,
    };
    let explain = |(knob, workload): (String, String)| {
        let of_it = |it: &&Tuned| key(it).is_some_and(|(a, b)| a == knob && b == workload);
        let tuned: Vec<&Tuned> = tuning.tuned.iter().filter(of_it).collect();
        let samples: Vec<Sample> = tuned.iter().flat_map(|it| samples(it)).collect();
        // With fewer, four prices fit nearly anything.
        if samples.len() < FEWEST_SAMPLES {
            return None;
        }
        let model = Model::fit(&samples)?;
        let trade =
            tuned.iter().max_by_key(|it| it.parts[0].pollables).and_then(|it| trade(&model, it));
        let predict = |it: &Unmeasured| {
            // Background work is as much as it is at that size.
            let cost = model.predict(&PerCount::per_event(&it.counters, None))?;
            Some(Prediction { pollables: it.pollables, value: it.value, cost })
        };
        let asked = unmeasured.iter().filter(|it| it.knob == knob && it.workload == workload);
        let predictions = asked.filter_map(predict).collect();
        Some(Explanation { knob, workload, model, trade, predictions })
    };
    tuning.tuned.iter().filter_map(key).unique().filter_map(explain).collect()
}

/// The fewest samples that a model is fitted to.
const FEWEST_SAMPLES: usize = 8;

/// A sample for each value of a load that was counted and judged; none of a mix.
pub fn samples(tuned: &Tuned) -> Vec<Sample> {
    let [part] = tuned.parts.as_slice() else { return Vec::new() };
    let steps = tuned.compromise.as_ref().map(|it| it.steps_per_event);
    let sample = |it: &super::CountedValue| {
        let costs = tuned.judging.iter().find(|costs| costs.value == it.value)?;
        Some(Sample {
            value: it.value,
            pollables: part.pollables,
            counts: PerCount::per_event(it.counters.as_ref()?, steps),
            cost: costs.median()?,
        })
    };
    part.counted.iter().filter_map(sample).collect()
}

fn trade(model: &Model, tuned: &Tuned) -> Option<Trade> {
    let samples = samples(tuned);
    let of = |value: u64| samples.iter().find(|it| it.value == value).map(|it| it.counts);
    let (recommended, worst) = (tuned.recommended()?, tuned.judgement.as_ref()?.worst);
    let (before, after) = (of(worst)?, of(recommended)?);
    (recommended != worst).then(|| model.trade(&before, &after))
}
