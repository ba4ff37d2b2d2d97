use std::collections::BTreeMap;

use pollbench_history::Identity;
use pollbench_reports::comparison::Metric;
use pollbench_reports::record::{Cell, Record};

use super::{Compared, CountChange, Times, Verdict};
use crate::look::{CellName, Look, Names};

/// Which cells are held against each other.
pub struct Pairing<'a> {
    pub base: &'a Record,
    pub run: &'a Record,
    pub base_guest: Option<&'a str>,
    pub guest: Option<&'a str>,
}

impl Pairing<'_> {
    pub fn is_of_same_guests(&self) -> bool {
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
    pub fn count(&self, side: &Record, guest: Option<&str>) -> usize {
        side.cells.iter().filter(|cell| guest.is_none_or(|it| it == cell.guest)).count()
    }

    pub fn cells(&self, look: &Look) -> Vec<Compared> {
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
    let (base, run) = (*base.time_per_event()?, *cell.time_per_event()?);
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
        let value = |cell: &Cell| metric.value(cell.counters.as_ref()?);
        let (base, run) = (value(base)?, value(cell)?);
        (base != run).then_some(CountChange { metric, base, run })
    };
    Metric::ALL.into_iter().filter_map(change).collect()
}
