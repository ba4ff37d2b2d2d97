use std::collections::BTreeMap;
use std::sync::Arc;

use itertools::Itertools as _;
use pollbench_history::{Filter, Identity, Page, RunId};
use pollbench_reports::comparison::Metric;
use pollbench_reports::record::{Cell, Estimate, Record, RepetitionKind, Status};
use pollbench_reports::stats::paired::{Shift, fdr};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::run::headline;
use super::{CellName, ChangedFact, RunRef};
use crate::facts::facts;
use crate::look::Look;
use crate::metric;
use crate::names::Names;
use crate::query::CompareQuery;
use crate::{Dashboard, Error};

/// By what the cells of a comparison are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// What can be told first, and then by size.
    #[default]
    Certainty,
    /// By the ratio of times, whether it can be told or not.
    Size,
    /// As in the record.
    Record,
}

/// Two runs, or two guests of runs, held against each other.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Compare {
    /// What is compared with.
    pub base: RunRef,
    /// What is judged.
    pub run: RunRef,
    /// The guest compared with, where two guests are compared.
    pub base_guest: Option<String>,
    /// The guest judged, likewise.
    pub guest: Option<String>,
    /// All guests of both.
    pub guests: Vec<String>,
    /// In what the conditions differ: then no time is called a change.
    pub conditions: Vec<ChangedFact>,
    /// By what the cells are sorted.
    pub order: Order,
    /// The cells that both have.
    pub cells: Vec<Compared>,
    /// How many cells only the base has.
    pub only_base: usize,
    /// How many cells only the other has.
    pub only_run: usize,
    /// How many cells are not ok any more.
    pub broken: usize,
    /// How many cells are slower.
    pub slower: usize,
    /// How many are faster.
    pub faster: usize,
    /// Of how many it can't be told.
    pub untold: usize,
    /// How many have other counts.
    pub counted_otherwise: usize,
}

/// A cell on both sides.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Compared {
    /// The cell; of two guests, its workload is what both have.
    pub cell: CellName,
    /// The number of its series, where the newest runs have it.
    pub series: Option<i64>,
    /// Its number in the base's record, from 1 on.
    pub base_number: usize,
    /// Its number in the other record.
    pub number: usize,
    /// Whether the guest of the base passed all checks.
    pub base_status: Status,
    /// Whether the other did.
    pub status: Status,
    /// The times of both, where both have one.
    pub times: Option<Times>,
    /// The exact counts that differ, the most telling first.
    pub counts: Vec<CountChange>,
}

impl Compared {
    /// Whether it was ok and is not any more.
    fn is_broken(&self) -> bool {
        self.base_status == Status::Ok && self.status != Status::Ok
    }
}

/// The times of a cell.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Times {
    /// The base's, in nanoseconds for each event.
    pub base: Estimate,
    /// The other's.
    pub run: Estimate,
    /// The other's as a multiple of the base's.
    pub ratio: f64,
    /// The interval of the ratio, where both took turns in one run.
    pub interval: Option<(f64, f64)>,
    /// What can be said of it.
    pub verdict: Verdict,
}

/// What can be said of two times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The other takes longer.
    Slower,
    /// The other takes less long.
    Faster,
    /// The difference is one that runs without a change have, too.
    Usual,
    /// There is too little to judge by, or the conditions differ.
    CantTell,
}

/// A count that differs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CountChange {
    /// What is counted.
    pub metric: Metric,
    /// What it was.
    pub base: f64,
    /// What it is.
    pub run: f64,
}

/// So many differences between neighbouring runs are needed to know what is usual.
const FEWEST: usize = 20;
/// The part of the verdicts on two guests of a run that may be wrong.
const ALPHA: f64 = 0.05;

impl Compare {
    pub(crate) async fn new(dashboard: &Dashboard, query: &CompareQuery) -> Result<Self, Error> {
        let (base, run) = sides(dashboard, query).await?;
        let (base_run, run_run) =
            (dashboard.history.run(base).await?, dashboard.history.run(run).await?);
        let look = dashboard.look(run_run.branch.as_deref(), None).await?;
        let base_record = Arc::new(dashboard.record(base.0).await?);
        let record = match base == run {
            true => Arc::clone(&base_record),
            false => Arc::new(dashboard.record(run.0).await?),
        };
        let conditions = match base == run {
            true => Vec::new(),
            false => differences(&facts(&base_run.conditions), &facts(&run_run.conditions)),
        };
        let pairing = Pairing {
            base: &base_record,
            run: &record,
            base_guest: query.base_guest.as_deref().filter(|it| !it.is_empty()),
            guest: query.guest.as_deref().filter(|it| !it.is_empty()),
        };
        let mut cells = pairing.cells(&look);
        if base == run {
            judge_by_rounds(&mut cells, &record);
        } else if conditions.is_empty() && pairing.is_of_same_guests() {
            judge_by_neighbours(&mut cells, &look, base.0, run.0);
        }
        let order = query.order.unwrap_or_default();
        sort(&mut cells, order);
        let with = |verdict| {
            cells
                .iter()
                .filter(|it| it.times.as_ref().is_some_and(|it| it.verdict == verdict))
                .count()
        };
        let sides = [&base_record, &record];
        let guests = sides.iter().flat_map(|it| it.guests()).map(|it| it.name.clone());
        Ok(Self {
            base: RunRef::from(&base_run),
            run: RunRef::from(&run_run),
            base_guest: pairing.base_guest.map(Into::into),
            guest: pairing.guest.map(Into::into),
            guests: guests.unique().collect(),
            conditions,
            order,
            only_base: pairing.count(&base_record, pairing.base_guest) - cells.len(),
            only_run: pairing.count(&record, pairing.guest) - cells.len(),
            broken: cells.iter().filter(|it| it.is_broken()).count(),
            slower: with(Verdict::Slower),
            faster: with(Verdict::Faster),
            untold: with(Verdict::CantTell),
            counted_otherwise: cells.iter().filter(|it| !it.counts.is_empty()).count(),
            cells,
        })
    }
}

/// The runs that are meant.
async fn sides(dashboard: &Dashboard, query: &CompareQuery) -> Result<(RunId, RunId), Error> {
    let given = |it: &Option<String>| it.clone().filter(|it| !it.is_empty());
    let run = match given(&query.run) {
        Some(asked) => dashboard.history.find(&asked).await?,
        None => {
            let branch = dashboard.branch(None).await?;
            let filter = Filter { branch, ..Filter::default() };
            let listed = dashboard.history.list(&filter, Page { offset: 0, limit: 1 }).await?;
            let none = || Error::Request("the history has no run to compare".into());
            listed.runs.first().ok_or_else(none)?.id
        }
    };
    let base = match given(&query.base) {
        Some(asked) => dashboard.history.find(&asked).await?,
        // Two guests are compared within a run, unless told otherwise.
        None if query.guest.is_some() && query.base_guest.is_some() => run,
        None => before(dashboard, run).await?.unwrap_or(run),
    };
    Ok((base, run))
}

/// The run before another on its branch.
pub(crate) async fn before(dashboard: &Dashboard, run: RunId) -> Result<Option<RunId>, Error> {
    let known = dashboard.history.run(run).await?;
    let filter = Filter { branch: known.branch, until: Some(known.time), ..Filter::default() };
    let listed = dashboard.history.list(&filter, Page { offset: 0, limit: 1 }).await?;
    Ok(listed.runs.first().map(|it| it.id))
}

fn differences(base: &[(String, String)], run: &[(String, String)]) -> Vec<ChangedFact> {
    let of = |facts: &[(String, String)], name: &str| {
        facts.iter().find(|it| it.0 == name).map(|it| it.1.clone())
    };
    let names = base.iter().chain(run).map(|it| it.0.clone()).unique();
    names
        .map(|name| ChangedFact { before: of(base, &name), after: of(run, &name), name })
        .filter(|it| it.before != it.after)
        .collect()
}

/// Which cells are held against each other.
struct Pairing<'a> {
    base: &'a Record,
    run: &'a Record,
    base_guest: Option<&'a str>,
    guest: Option<&'a str>,
}

impl Pairing<'_> {
    fn is_of_same_guests(&self) -> bool {
        self.base_guest == self.guest
    }

    /// What has to be the same on both sides. Of two guests, it is all but the guest.
    fn key(&self, cell: &Cell) -> String {
        let identity = Identity::of(cell);
        let key = match self.is_of_same_guests() {
            true => identity,
            false => Identity { guest: String::new(), knobs: BTreeMap::new(), ..identity },
        };
        format!("{key:?}")
    }

    /// How many cells of a guest a side has.
    fn count(&self, side: &Record, guest: Option<&str>) -> usize {
        side.cells.iter().filter(|cell| guest.is_none_or(|it| it == cell.guest)).count()
    }

    fn cells(&self, look: &Look) -> Vec<Compared> {
        let numbered = |record: &'_ Record, guest: Option<&str>| {
            let cells = record.cells.iter().enumerate();
            let wanted = cells.filter(|(_, cell)| guest.is_none_or(|it| it == cell.guest));
            wanted.map(|(place, cell)| (self.key(cell), place)).collect::<Vec<_>>()
        };
        let base: BTreeMap<String, usize> =
            numbered(self.base, self.base_guest).into_iter().rev().collect();
        let identities: Vec<Identity> = self.run.cells.iter().map(Identity::of).collect();
        let names = Names::among(&identities);
        let series: BTreeMap<&CellName, i64> =
            look.cells.iter().map(|it| (&it.name, it.id)).collect();
        let pair = |(key, place): (String, usize)| {
            let base_place = *base.get(&key)?;
            let (base, cell) = (&self.base.cells[base_place], &self.run.cells[place]);
            let name = names.of(&identities[place]);
            Some(Compared {
                series: series.get(&name).copied(),
                cell: name,
                base_number: base_place + 1,
                number: place + 1,
                base_status: base.status,
                status: cell.status,
                times: times(base, cell),
                counts: counts(base, cell),
            })
        };
        let mut pairs: Vec<Compared> =
            numbered(self.run, self.guest).into_iter().filter_map(pair).collect();
        // Of several sets of knobs of one guest, the first is compared.
        pairs.dedup_by_key(|it| it.base_number);
        pairs
    }
}

fn times(base: &Cell, cell: &Cell) -> Option<Times> {
    let (base, run) = (headline(base)?, headline(cell)?);
    let ratio = run.median / base.median;
    let verdict = Verdict::CantTell;
    (ratio.is_finite() && ratio > 0.0).then_some(Times {
        base,
        run,
        ratio,
        interval: None,
        verdict,
    })
}

fn counts(base: &Cell, cell: &Cell) -> Vec<CountChange> {
    let change = |metric: Metric| {
        let value = |cell: &Cell| {
            let counters = cell.counters.as_ref()?;
            let events = if metric.is_per_event() { counters.window.events.max(1) } else { 1 };
            Some(metric.count(counters)? as f64 / events as f64)
        };
        let (base, run) = (value(base)?, value(cell)?);
        (base != run).then_some(CountChange { metric, base, run })
    };
    metric::all().filter_map(change).collect()
}

/// Two guests of a run took turns, so that what slowed the machine down slowed both: the
/// ratios of rounds tell them apart.
fn judge_by_rounds(cells: &mut [Compared], record: &Record) {
    let shifts: Vec<Option<Shift>> = cells
        .iter()
        .map(|it| {
            let [base, run] = [it.base_number, it.number].map(|it| rounds(&record.cells[it - 1]));
            let ratio = |(round, time): (&u32, &f64)| Some((time / base.get(round)?).ln());
            Shift::of(&run.iter().filter_map(ratio).collect::<Vec<_>>())
        })
        .collect();
    let chances: Vec<f64> =
        shifts.iter().map(|it| it.as_ref().map_or(1.0, |it| it.p_differs(0.0))).collect();
    let doubts = fdr::adjusted(&chances).unwrap_or_default();
    for ((cell, shift), doubt) in cells.iter_mut().zip(shifts).zip(doubts) {
        let (Some(times), Some(shift)) = (&mut cell.times, shift) else { continue };
        let interval = shift.interval(ALPHA);
        times.interval = interval.map(|it| (it.low.exp(), it.high.exp()));
        times.verdict = match () {
            () if interval.is_none() => Verdict::CantTell,
            () if doubt > ALPHA => Verdict::Usual,
            () if shift.estimate() > 0.0 => Verdict::Slower,
            () => Verdict::Faster,
        };
    }
}

/// The time of an event in each round, all in.
fn rounds(cell: &Cell) -> BTreeMap<u32, f64> {
    let all = cell.time.iter().flat_map(|it| &it.repetitions);
    let plain = all.filter(|it| it.kind == RepetitionKind::Plain && it.events > 0);
    plain.map(|it| (it.round, it.nanoseconds as f64 / it.events as f64)).collect()
}

/// A difference between two runs is a change if no neighbouring runs of the branch differ as
/// much, of those before the one and after the other that have no known change between them. Intervals of a run know nothing of what
/// differs between one run and the next, but these have to be apart, too.
fn judge_by_neighbours(cells: &mut [Compared], look: &Look, base: i64, run: i64) {
    let place = |id: i64| look.runs.iter().position(|it| it.id.0 == id);
    let ends = [base, run].map(place);
    let inside = |step: usize| match ends {
        [Some(one), Some(other)] => (one.min(other)..one.max(other)).contains(&step),
        // With one of them far back, only the steps beyond the other are known to be apart.
        [Some(one), None] | [None, Some(one)] => step < one,
        [None, None] => false,
    };
    for cell in cells {
        let Some(times) = &mut cell.times else { continue };
        let series = look.cells.iter().find(|it| Some(it.id) == cell.series);
        let of = series.and_then(|it| it.metrics.iter().find(|it| it.metric == Metric::NsPerEvent));
        let Some(of) = of else { continue };
        let is_usual = |step: usize| {
            let is_change = of.changes.iter().any(|it| it.change.index == step + 1);
            let same = look.runs[step].environment == look.runs[step + 1].environment;
            same && !is_change && !inside(step)
        };
        let steps = of.values.windows(2).enumerate().filter(|(step, _)| is_usual(*step));
        let steps = steps.map(|(_, pair)| (pair[1] / pair[0]).ln().abs());
        let usual: Vec<f64> = steps.filter(|it| it.is_finite()).collect();
        if usual.len() < FEWEST {
            continue;
        }
        let most = usual.iter().copied().fold(0.0, f64::max);
        let (base, run) = (times.base, times.run);
        times.verdict = match () {
            () if times.ratio.ln().abs() <= most => Verdict::Usual,
            () if run.low > base.high => Verdict::Slower,
            () if run.high < base.low => Verdict::Faster,
            () => Verdict::Usual,
        };
    }
}

fn sort(cells: &mut [Compared], order: Order) {
    let size = |it: &Compared| it.times.as_ref().map_or(0.0, |it| it.ratio.ln().abs());
    let rank = |it: &Compared| {
        let verdict = it.times.as_ref().map(|it| it.verdict);
        match verdict {
            _ if it.is_broken() => 0,
            Some(Verdict::Slower) => 1,
            Some(Verdict::Faster) => 2,
            _ if !it.counts.is_empty() => 3,
            Some(Verdict::CantTell) => 4,
            _ => 5,
        }
    };
    match order {
        Order::Record => {}
        Order::Size => cells.sort_by(|a, b| size(b).total_cmp(&size(a))),
        Order::Certainty => {
            cells.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| size(b).total_cmp(&size(a))));
        }
    }
}
