use std::collections::BTreeMap;

use itertools::Itertools as _;
use pollbench_history::Identity;
use pollbench_reports::comparison::Metric;
use pollbench_reports::record::{Cell, Record};

use super::{Compared, CountChange, Times, Verdict};
use crate::look::{CellName, Look, Names};

/// The cells of a run that are compared.
pub struct Side<'a> {
    pub record: &'a Record,
    /// Only those of this guest, or of this guest with these values of its knobs.
    pub guest: Option<&'a str>,
    /// Only those on this host.
    pub host: Option<&'a str>,
    identities: Vec<Identity>,
    names: Vec<CellName>,
}

/// Which cells are held against each other.
pub struct Pairing<'a> {
    pub base: Side<'a>,
    pub run: Side<'a>,
}

impl<'a> Side<'a> {
    pub fn new(record: &'a Record, guest: &'a Option<String>, host: &'a Option<String>) -> Self {
        let identities: Vec<Identity> = record.cells.iter().map(Identity::of).collect();
        let names = Names::among(&identities);
        let names = identities.iter().map(|it| names.of(it)).collect();
        let given = |it: &'a Option<String>| it.as_deref().filter(|it| !it.is_empty());
        Self { record, guest: given(guest), host: given(host), identities, names }
    }

    /// The guests that can be chosen: each, and each with its knobs where it has several sets.
    pub fn guests(&self) -> impl Iterator<Item = &str> {
        let of_cells = self.identities.iter().zip(&self.names);
        of_cells.flat_map(|(identity, name)| [identity.guest.as_str(), name.guest.as_str()])
    }

    /// The hosts that can be chosen.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        self.identities.iter().map(|it| it.host.as_str())
    }

    /// The places of its cells in the record.
    fn places(&self) -> impl Iterator<Item = usize> {
        let is_wanted = |place: &usize| {
            let (identity, name) = (&self.identities[*place], &self.names[*place]);
            self.guest.is_none_or(|it| it == identity.guest || it == name.guest)
                && self.host.is_none_or(|it| it == identity.host)
        };
        (0..self.identities.len()).filter(is_wanted)
    }

    /// How many cells it has.
    pub fn count(&self) -> usize {
        self.places().count()
    }
}

impl Pairing<'_> {
    /// Whether both sides have the same guests and hosts.
    pub fn is_of_same(&self) -> bool {
        self.base.guest == self.run.guest && self.base.host == self.run.host
    }

    /// What has to be the same on both sides: all but what was chosen to differ.
    fn key(&self, identity: &Identity) -> String {
        let mut key = identity.clone();
        if self.base.guest != self.run.guest {
            key.guest.clear();
            key.knobs.clear();
        }
        if self.base.host != self.run.host {
            key.host.clear();
        }
        format!("{key:?}")
    }

    pub fn cells(&self, look: &Look) -> Vec<Compared> {
        let numbered = |side: &'_ Side<'_>| {
            let key = |place| (self.key(&side.identities[place]), place);
            side.places().map(key).collect::<Vec<_>>()
        };
        let base: BTreeMap<String, usize> = numbered(&self.base).into_iter().rev().collect();
        let series: BTreeMap<&CellName, i64> =
            look.cells.iter().map(|it| (&it.name, it.id)).collect();
        let pair = |(key, place): (String, usize)| {
            let base_place = *base.get(&key)?;
            let (base, cell) = (&self.base.record.cells[base_place], &self.run.record.cells[place]);
            let name = self.run.names[place].clone();
            Some(Compared {
                series: series.get(&name).copied(),
                cell: name,
                base_number: base_place + 1,
                number: place + 1,
                base_status: base.status,
                status: cell.status,
                times: times(base, cell),
                counts: counts(base, cell),
                profiles: Vec::new(),
            })
        };
        let pairs = numbered(&self.run).into_iter().filter_map(pair);
        // Of several cells with the same counterpart, the first is compared.
        pairs.unique_by(|it| it.base_number).collect()
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
