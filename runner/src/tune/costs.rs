//! What the values of a knob cost under a load, from the costs of its works.

use pollbench_reports::tuning::{Costs, Mix, Point, TradeOff};
use rand_pcg::Pcg64Mcg;

use super::TuneError;
use super::part::Measured;
use super::rounds::Round;
use super::search::Search;

impl Search<'_> {
    /// What each value costs by counts, of those with which no part fails.
    pub(super) fn counted_costs(&self) -> Vec<(u64, f64)> {
        let of_default: Option<Vec<f64>> =
            self.parts.iter().map(|it| it.counted_cost(self.knob.default)).collect();
        let mix = self.mix_of(&of_default.unwrap_or_default()).ok().flatten();
        let cost = |value: u64| {
            let costs: Vec<f64> =
                self.parts.iter().map(|it| it.counted_cost(value)).collect::<Option<_>>()?;
            match &mix {
                Some(mix) => mix.cost(&costs),
                None => costs.first().copied(),
            }
        };
        self.tried().into_iter().filter_map(|value| Some((value, cost(value)?))).collect()
    }

    /// Measures one round of each part, in the order of the parts; `None` if everything is
    /// to stop.
    pub(super) fn measure(
        &self,
        round: &mut Round,
        values: &[u64],
        random: &mut Pcg64Mcg,
    ) -> Result<Option<Vec<Vec<Measured>>>, TuneError> {
        let mut all = Vec::new();
        for part in &self.parts {
            let Some(measured) = part.measure(round, values, random)? else { return Ok(None) };
            all.push(measured);
        }
        Ok(Some(all))
    }

    /// One cost for each value, from the costs of the parts.
    pub(super) fn combine(
        &mut self,
        values: &[u64],
        measured: &[Vec<Measured>],
    ) -> Result<Vec<f64>, TuneError> {
        // What can't be had is no number, and is refused as a cost.
        let costs_of = |at: usize| {
            measured.iter().map(|it| it[at].cost.unwrap_or(f64::NAN)).collect::<Vec<f64>>()
        };
        if self.mix.is_none()
            && let Some(at) = values.iter().position(|it| *it == self.knob.default)
        {
            self.mix = self.mix_of(&costs_of(at))?;
        }
        let cost = |at: usize| match &self.mix {
            Some(mix) => mix.cost(&costs_of(at)).unwrap_or(f64::NAN),
            None => costs_of(at)[0],
        };
        Ok((0..values.len()).map(cost).collect())
    }

    /// The mix, if the load is one, from what each part costs with the default value.
    fn mix_of(&self, references: &[f64]) -> Result<Option<Mix>, TuneError> {
        if self.parts.len() < 2 {
            return Ok(None);
        }
        let works: Vec<(f64, f64)> =
            self.weights.iter().copied().zip(references.iter().copied()).collect();
        Ok(Some(Mix::new(&works)?))
    }
}

/// The trade-off between the medians of costs and of latencies; `None` where either lacks.
pub fn trade_off(costs: &[Costs], p99: &[Costs]) -> Option<TradeOff> {
    let point = |it: &Costs| {
        let latency = p99.iter().find(|other| other.value == it.value)?;
        Some(Point { value: it.value, cost: it.median()?, p99: latency.median()? })
    };
    TradeOff::of(&costs.iter().map(point).collect::<Option<Vec<Point>>>()?)
}
