//! The search for the best value of a knob under one load.

use pollbench_reports::stats::median;
use pollbench_reports::tuning::{
    Compromise, Costs, Mix, Point, Race, TradeOff, Tuned, judge, judge_exact,
};
use rand_pcg::Pcg64Mcg;

use super::counting::Counting;
use super::part::{Measured, Part, push};
use super::rounds::Round;
use super::{Load, TunableKnob, TuneError, Tuner};

/// A knob under a load: the race of its values, and what fresh rounds say of them.
pub struct Search<'a> {
    tuner: &'a Tuner<'a>,
    knob: &'a TunableKnob,
    parts: Vec<Part<'a>>,
    way: Way,
    /// The combined cost, where the load is a mix.
    mix: Option<Mix>,
    weights: &'a [f64],
    /// The values with which the guest does something of its own.
    distinct: Vec<u64>,
    /// The fresh rounds, combined.
    judging: Vec<Costs>,
    chosen: Option<u64>,
}

/// How the value is chosen.
enum Way {
    /// By its cost alone: values leave a race.
    Race(Race),
    /// By cost and latency: every value stays, as the worst in one may be the best in the
    /// other.
    Front {
        /// The values.
        values: Vec<u64>,
        /// Their costs, by round.
        costs: Vec<Costs>,
        /// Their latencies, by round.
        p99: Vec<Costs>,
    },
}

/// Rounds that are enough to choose a value by cost and latency.
const FRONT_ROUNDS: usize = 12;

impl<'a> Search<'a> {
    pub fn new(tuner: &'a Tuner<'a>, knob: &'a TunableKnob, load: &'a Load) -> Self {
        let weight = |at: usize| load.weights.get(at).copied();
        let jobs = load.jobs.iter().enumerate();
        Self {
            tuner,
            knob,
            parts: jobs
                .map(|(at, job)| Part::new(job, weight(at), tuner.objective, knob))
                .collect(),
            way: Way::Race(Race::new(knob.range(), tuner.tolerance)),
            mix: None,
            weights: &load.weights,
            distinct: Vec::new(),
            judging: Vec::new(),
            chosen: None,
        }
    }

    /// Counts the first values. If the objective is counted, this is the whole search.
    pub fn count(&mut self, counting: &mut Counting) -> Result<(), TuneError> {
        self.count_new(counting)?;
        if self.tuner.objective.is_counted() {
            return self.race_by_counts(counting);
        }
        let has_background = self.parts.iter().any(|it| it.steps_per_event().is_some());
        let is_single = self.parts.len() == 1;
        if let Way::Race(race) = &self.way
            && is_single
            && (has_background || self.tuner.bound.is_some())
            && self.tuner.objective == pollbench_reports::tuning::Objective::NsPerEvent
        {
            let values = race.values();
            self.way = Way::Front { values, costs: Vec::new(), p99: Vec::new() };
        }
        Ok(())
    }

    /// Whether more rounds would hardly change which value is chosen.
    pub fn is_settled(&self) -> bool {
        match &self.way {
            Way::Race(race) => race.is_settled(),
            Way::Front { costs, .. } => {
                costs.first().is_some_and(|it| it.rounds.len() >= FRONT_ROUNDS)
            }
        }
    }

    /// Measures one round of the values that are still in the race.
    pub fn race(
        &mut self,
        round: &mut Round,
        counting: &mut Counting,
        random: &mut Pcg64Mcg,
    ) -> Result<(), TuneError> {
        if !self.count_new(counting)? {
            return Ok(());
        }
        let values = self.racing();
        let Some(measured) = self.measure(round, &values, random)? else { return Ok(()) };
        let costs = self.combine(&values, &measured)?;
        match &mut self.way {
            Way::Race(race) => race.round(&costs)?,
            Way::Front { costs: kept, p99, .. } => {
                for (at, &value) in values.iter().enumerate() {
                    push(kept, value, Some(costs[at]));
                    push(p99, value, measured[0][at].p99);
                }
            }
        }
        Ok(())
    }

    /// Chooses a value by the rounds until now.
    pub fn choose(&mut self) {
        self.chosen = match &self.way {
            Way::Race(race) => Some(race.chosen()),
            Way::Front { costs, p99, .. } => trade_off(costs, p99).and_then(|it| self.choice(&it)),
        };
    }

    /// Measures a fresh round of every value that was tried.
    pub fn judge(&mut self, round: &mut Round, random: &mut Pcg64Mcg) -> Result<(), TuneError> {
        let values = self.tried();
        let Some(measured) = self.measure(round, &values, random)? else { return Ok(()) };
        let costs = self.combine(&values, &measured)?;
        for (&value, cost) in values.iter().zip(costs) {
            push(&mut self.judging, value, Some(cost));
        }
        for (part, measured) in self.parts.iter_mut().zip(&measured) {
            part.keep(&values, measured);
        }
        Ok(())
    }

    /// Whether there has been a fresh round.
    pub fn is_judged(&self) -> bool {
        !self.judging.is_empty()
    }

    /// What was found.
    pub fn finish(self) -> Result<Tuned, TuneError> {
        let settled = self.is_settled();
        let TunableKnob { name, low, high, default } = self.knob.clone();
        let tolerance = self.tuner.tolerance;
        let judgement = match (self.tuner.objective.is_counted(), self.chosen) {
            (true, _) => judge_exact(&self.counted_costs(), default, tolerance),
            (false, Some(chosen)) => judge(&self.judging, default, chosen, tolerance),
            (false, None) => judge(&self.judging, default, default, tolerance),
        };
        let compromise = match &self.way {
            Way::Race(_) => None,
            Way::Front { .. } => {
                trade_off(&self.judging, self.parts[0].p99()).map(|trade_off| Compromise {
                    trade_off,
                    steps_per_event: self.parts[0].steps_per_event().unwrap_or(1.0),
                    chosen: self.chosen,
                })
            }
        };
        let choosing = match self.way {
            Way::Race(race) => race.costs().cloned().collect(),
            Way::Front { costs, .. } => costs,
        };
        Ok(Tuned {
            knob: name,
            low,
            high,
            default,
            parts: self.parts.into_iter().map(|it| it.finish(tolerance)).collect(),
            choosing,
            judging: self.judging,
            settled,
            judgement,
            compromise,
        })
    }

    /// The value for the bound, or the one at the knee of the front; the default where the
    /// front has no knee.
    fn choice(&self, trade_off: &TradeOff) -> Option<u64> {
        match self.tuner.bound {
            Some(bound) => trade_off.within(bound).map(|it| it.value),
            None => trade_off.knee.or(Some(self.knob.default)),
        }
    }

    /// Counts the values that are new in the race, and takes out those with which the guest
    /// fails, and those with which it does the same as with another. Returns false if
    /// everything is to stop.
    fn count_new(&mut self, counting: &mut Counting) -> Result<bool, TuneError> {
        let mut values = self.racing();
        // The default comes first, so that it is the one that stays.
        values.sort_by_key(|it| *it != self.knob.default);
        for value in values {
            let mut passed = true;
            for part in &mut self.parts {
                let Some(it) = part.count(value, counting)? else { return Ok(false) };
                passed &= it;
            }
            let same = self.distinct.iter().copied().find(|other| {
                *other != value && self.parts.iter().all(|it| it.is_same(value, *other))
            });
            if let Some(other) = same {
                self.parts.iter_mut().for_each(|it| it.note_same(value, other));
            } else if passed && !self.distinct.contains(&value) {
                self.distinct.push(value);
            }
            if let Way::Race(race) = &mut self.way
                && (!passed || same.is_some())
            {
                race.withdraw(value);
            }
        }
        Ok(true)
    }

    /// Lets exact costs race: every round of theirs is the same.
    fn race_by_counts(&mut self, counting: &mut Counting) -> Result<(), TuneError> {
        while !self.is_settled() && self.count_new(counting)? {
            let costs = self.counted_costs();
            let racing = self.racing();
            let of = |value: &u64| costs.iter().find(|it| it.0 == *value).map(|it| it.1);
            let costs: Vec<f64> = racing.iter().filter_map(of).collect();
            // A cost of nothing has no ratio to others; no finer values are tried then.
            if costs.contains(&0.0) {
                break;
            }
            let Way::Race(race) = &mut self.way else { break };
            race.round(&costs)?;
        }
        Ok(())
    }

    /// What each value costs by counts, of those with which no part fails.
    fn counted_costs(&self) -> Vec<(u64, f64)> {
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
    fn measure(
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
    fn combine(
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

    /// The values of the next round of the race.
    fn racing(&self) -> Vec<u64> {
        match &self.way {
            Way::Race(race) => race.values(),
            Way::Front { values, .. } => values.clone(),
        }
    }

    /// All values that were tried and can be measured.
    fn tried(&self) -> Vec<u64> {
        match &self.way {
            Way::Race(race) => race.costs().map(|it| it.value).collect(),
            Way::Front { values, .. } => values.clone(),
        }
    }
}

/// The trade-off between the medians of costs and of latencies; `None` where either lacks.
fn trade_off(costs: &[Costs], p99: &[Costs]) -> Option<TradeOff> {
    let middle = |it: &Costs| median(&it.rounds.iter().flatten().copied().collect::<Vec<f64>>());
    let point = |it: &Costs| {
        let latency = p99.iter().find(|other| other.value == it.value)?;
        Some(Point { value: it.value, cost: middle(it), p99: middle(latency) })
    };
    TradeOff::of(&costs.iter().map(point).collect::<Option<Vec<Point>>>()?)
}
