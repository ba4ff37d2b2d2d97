//! The search for the best value of a knob under one load.

use pollbench_reports::tuning::{
    Compromise, Costs, Mix, Objective, Race, TradeOff, Tuned, judge, judge_exact,
};
use rand_pcg::Pcg64Mcg;

use super::costs::trade_off;
use super::counting::Counting;
use super::part::{Part, push};
use super::rounds::Round;
use super::{Load, TunableKnob, TuneError, Tuner};

/// A knob under a load: the race of its values, and what fresh rounds say of them.
pub struct Search<'a> {
    tuner: &'a Tuner<'a>,
    pub(super) knob: &'a TunableKnob,
    pub(super) parts: Vec<Part<'a>>,
    way: Way,
    /// The combined cost, where the load is a mix.
    pub(super) mix: Option<Mix>,
    pub(super) weights: &'a [f64],
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

/// The fewest rounds from which a cost is given where there is nothing to compare.
const FEWEST_ROUNDS: usize = 6;

/// Rounds that are enough to choose a value by cost and latency.
const FRONT_ROUNDS: usize = 12;

impl<'a> Search<'a> {
    pub fn new(tuner: &'a Tuner<'a>, knob: &'a TunableKnob, load: &'a Load) -> Self {
        let weight = |at: usize| load.weights.get(at).copied();
        let jobs = load.jobs.iter().enumerate();
        Self {
            tuner,
            knob,
            parts: jobs.map(|(at, job)| Part::new(tuner, job, weight(at), knob)).collect(),
            way: Way::Race(knob.race(tuner.tolerance)),
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
            && self.tuner.objective == Objective::NsPerEvent
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

    /// Whether a further fresh round would tell nothing: with every value the guest does the
    /// same, so that there is nothing to compare.
    pub fn is_told(&self) -> bool {
        let rounds = self.judging.first().map_or(0, |it| it.rounds.len());
        self.tried().len() == 1 && rounds >= FEWEST_ROUNDS
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
        let TunableKnob { name, low, high, default, grid } = self.knob.clone();
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
            grid,
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
        // Of what is exact, differences are not passed over.
        let is_exact = self.tuner.objective.is_counted();
        let alike = if is_exact { 0.0 } else { self.tuner.tolerance };
        // The default comes first, so that it is the one that stays.
        values.sort_by_key(|it| *it != self.knob.default);
        for value in values {
            let mut passed = true;
            for part in &mut self.parts {
                let Some(it) = part.count(value, counting)? else { return Ok(false) };
                passed &= it;
            }
            let same = self.distinct.iter().copied().find(|other| {
                *other != value && self.parts.iter().all(|it| it.is_same(value, *other, alike))
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
        while !self.is_settled() && !self.tuner.stopped() && self.count_new(counting)? {
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

    /// The values of the next round of the race.
    fn racing(&self) -> Vec<u64> {
        match &self.way {
            Way::Race(race) => race.values(),
            Way::Front { values, .. } => values.clone(),
        }
    }

    /// All values that were tried and can be measured.
    pub(super) fn tried(&self) -> Vec<u64> {
        match &self.way {
            Way::Race(race) => race.costs().map(|it| it.value).collect(),
            Way::Front { values, .. } => values.clone(),
        }
    }
}
