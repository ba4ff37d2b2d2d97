use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::record::{Cell, Estimate, Latency, RepetitionKind, Status};

use super::Variant;

/// The guests of one workload configuration at one number of pollables.
#[derive(Clone, Debug)]
pub struct Size<'a> {
    /// The number of pollables.
    pub pollables: u32,
    /// Best first by median time per event, then those without a time, then the
    /// failed ones.
    pub entries: Vec<Entry<'a>>,
}

/// One guest among them.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The guest and its knobs.
    pub variant: Variant<'a>,
    /// What was measured of it.
    pub cell: &'a Cell,
}

impl<'a> Size<'a> {
    pub(super) fn all(cells: &[&'a Cell], variants: &[Variant<'a>]) -> Vec<Self> {
        let mut numbers: Vec<u32> = cells.iter().map(|cell| cell.pollables).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let at = |pollables| {
            let here = cells.iter().filter(|cell| cell.pollables == pollables);
            let mut entries: Vec<Entry> = here
                .filter_map(|&cell| {
                    let variant = variants.iter().find(|variant| variant.is_of(cell))?.clone();
                    Some(Entry { variant, cell })
                })
                .collect();
            entries.sort_by(Entry::best_first);
            Self { pollables, entries }
        };
        numbers.into_iter().map(at).collect()
    }

    /// The guest with the lowest median time per event among those that compete and
    /// passed every check.
    pub fn best(&self) -> Option<&Entry<'a>> {
        self.entries.iter().find(|entry| entry.variant.competes() && entry.time().is_some())
    }

    /// The floor, if it was timed.
    pub fn floor(&self) -> Option<&Entry<'a>> {
        self.entries.iter().find(|entry| entry.variant.is_floor() && entry.time().is_some())
    }

    /// The entry of a variant.
    pub fn entry(&self, variant: &Variant) -> Option<&Entry<'a>> {
        self.entries.iter().find(|entry| entry.variant == *variant)
    }
}

impl Entry<'_> {
    /// The time per event in nanoseconds, of a guest that passed every check.
    pub fn time(&self) -> Option<&Estimate> {
        let trusted = self.cell.status == Status::Ok;
        self.cell.time.as_ref().filter(|_| trusted).map(|time| &time.ns_per_event)
    }

    /// By round: nanoseconds an event took in the plain repetition.
    pub fn plain_by_round(&self) -> BTreeMap<u32, f64> {
        let repetitions = self.cell.time.iter().flat_map(|time| &time.repetitions);
        repetitions
            .filter(|it| it.kind == RepetitionKind::Plain && it.events > 0)
            .map(|it| (it.round, it.nanoseconds as f64 / it.events as f64))
            .collect()
    }

    /// The wake-up latency in nanoseconds, of a guest that passed every check.
    pub fn latency(&self) -> Option<&Latency> {
        let trusted = self.cell.status == Status::Ok;
        self.cell.latency_ns.as_ref().filter(|_| trusted)
    }

    /// The same of pollables that rarely have an event, where the workload has such.
    pub fn cold_latency(&self) -> Option<&Latency> {
        let trusted = self.cell.status == Status::Ok;
        self.cell.cold_latency_ns.as_ref().filter(|_| trusted)
    }

    /// Whether the guest broke the contract here.
    pub fn failed(&self) -> bool {
        self.cell.status == Status::Failed
    }

    /// Whether the guest can't express what the workload asks for.
    pub fn not_supported(&self) -> bool {
        self.cell.status == Status::NotSupported
    }

    fn best_first(&self, other: &Self) -> Ordering {
        let key = |entry: &Self| (entry.failed(), entry.time().is_none());
        let median = |entry: &Self| entry.time().map_or(f64::INFINITY, |time| time.median);
        key(self).cmp(&key(other)).then(median(self).total_cmp(&median(other)))
    }
}
