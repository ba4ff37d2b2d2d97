use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::record::{Cell, Estimate, Latency, PhaseCounters, RepetitionKind, Status};
use crate::summary::net_by_round;

use super::ranking::{Comparison, Ranking, Rounds, compare, rank};
use super::variant::Places;
use super::{Ratio, Variant, work};

/// The guests of one workload configuration at one number of pollables.
#[derive(Clone, Debug)]
pub struct Size<'a> {
    /// The number of pollables.
    pub pollables: u32,
    /// By median time per event, but with the best guest before the others that are ranked;
    /// then guests without a time, then the failed ones.
    pub entries: Vec<Entry<'a>>,
    /// The index of the best guest in `entries`.
    best: Option<usize>,
}

/// One guest at a size.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The number of its cell in the record, counted from 1.
    pub number: u64,
    /// The guest and its knobs.
    pub variant: Variant<'a>,
    /// What was measured of it.
    pub cell: &'a Cell,
    /// The ratio to the best guest of the size.
    pub to_best: Option<Ratio>,
    /// The ratio to the floor.
    pub to_floor: Option<Ratio>,
    /// How its work differed from that of most competing guests, in words. It is then not
    /// compared with them.
    pub other_work: Option<String>,
}

impl<'a> Size<'a> {
    pub(super) fn all(
        cells: &[(u64, &'a Cell)],
        variants: &[Variant<'a>],
        places: &Places<'a>,
    ) -> Vec<Self> {
        let mut sizes: BTreeMap<u32, Vec<(u64, &Cell)>> = BTreeMap::new();
        for &(number, cell) in cells {
            sizes.entry(cell.pollables).or_default().push((number, cell));
        }
        let at = |(pollables, cells): (u32, Vec<(u64, &'a Cell)>)| {
            let mut entries: Vec<Entry> = cells
                .into_iter()
                .filter_map(|(number, cell)| {
                    let place = *places.get(&(cell.guest.as_str(), &cell.knobs))?;
                    let variant = variants[place].clone();
                    Some(Entry {
                        number,
                        variant,
                        cell,
                        to_best: None,
                        to_floor: None,
                        other_work: None,
                    })
                })
                .collect();
            entries.sort_by(Entry::best_first);
            let usual: Option<&PhaseCounters> = work::usual(&entries);
            for entry in &mut entries {
                entry.other_work = usual.and_then(|usual| work::other_work(entry.cell, usual));
            }
            Self { pollables, entries, best: None }
        };
        sizes.into_iter().map(at).collect()
    }

    /// Compares the guests of each size with each other; the tests of all sizes are
    /// corrected together.
    pub(super) fn judge(sizes: &mut [&mut Self]) {
        let fields: Vec<Vec<Rounds>> = sizes.iter().map(|it| it.ranked_rounds()).collect();
        for (size, ranking) in sizes.iter_mut().zip(rank(&fields)) {
            if let Some(ranking) = ranking {
                size.take(ranking);
            }
        }
        let to_best = compare(&Self::pairs(sizes, Self::pair_with_best));
        let to_floor = compare(&Self::pairs(sizes, Self::pair_with_floor));
        let entries = sizes.iter_mut().flat_map(|size| &mut size.entries);
        for (entry, (to_best, to_floor)) in entries.zip(to_best.into_iter().zip(to_floor)) {
            entry.to_best = entry.to_best.or(to_best);
            entry.to_floor = to_floor;
        }
    }

    fn ranked_rounds(&self) -> Vec<Rounds> {
        self.entries.iter().filter(|it| it.is_ranked()).map(Entry::rounds).collect()
    }

    /// Stores the ratios, and moves the best guest before the others that are ranked.
    fn take(&mut self, Ranking { best, to_best }: Ranking) {
        let ranked: Vec<usize> =
            (0..self.entries.len()).filter(|&it| self.entries[it].is_ranked()).collect();
        for (&place, ratio) in ranked.iter().zip(to_best) {
            self.entries[place].to_best = Some(ratio);
        }
        self.entries[ranked[0]..=ranked[best]].rotate_right(1);
        self.best = Some(ranked[0]);
    }

    fn pairs(
        sizes: &[&mut Self],
        pair: impl Fn(&Self, &Entry) -> Option<Comparison>,
    ) -> Vec<Option<Comparison>> {
        sizes.iter().flat_map(|size| size.entries.iter().map(|it| pair(size, it))).collect()
    }

    /// The comparison of a guest that is not ranked with the best.
    fn pair_with_best(&self, entry: &Entry) -> Option<Comparison> {
        let comparable = !entry.is_ranked() && entry.is_comparable();
        let best = self.best().filter(|_| comparable)?;
        let chosen_among = self.entries.iter().filter(|it| it.is_ranked()).count();
        Some(Comparison { guest: entry.rounds(), other: best.rounds(), chosen_among })
    }

    fn pair_with_floor(&self, entry: &Entry) -> Option<Comparison> {
        let floor = self.floor().filter(|it| entry.is_comparable() && it.is_comparable())?;
        Some(Comparison { guest: entry.rounds(), other: floor.rounds(), chosen_among: 1 })
    }

    /// The best guest among those that are ranked.
    pub fn best(&self) -> Option<&Entry<'a>> {
        self.entries.get(self.best?)
    }

    /// The floor, if it was timed.
    pub fn floor(&self) -> Option<&Entry<'a>> {
        self.entries.iter().find(|entry| entry.variant.is_floor() && entry.time().is_some())
    }

    /// The entry of a variant.
    pub fn entry(&self, variant: &Variant) -> Option<&Entry<'a>> {
        let is_it = |entry: &&Entry| entry.variant.index == variant.index;
        self.entries.iter().find(is_it).filter(|entry| entry.variant == *variant)
    }
}

impl Entry<'_> {
    /// The time per event in nanoseconds, of a guest that passed every check, without
    /// pollbench's own time if the record has that.
    pub fn time(&self) -> Option<&Estimate> {
        self.cell.time_per_event()
    }

    /// Whether the time can be told from 0. Little may be left without pollbench's own
    /// time.
    pub fn is_above_zero(&self) -> bool {
        self.time().is_some_and(|it| it.low > 0.0)
    }

    /// Whether it competes with the others of its size: a guest that was timed, could be
    /// written over WASI 0.2's `poll`, and did the work that most did.
    pub fn is_ranked(&self) -> bool {
        self.variant.competes() && self.is_comparable()
    }

    fn is_comparable(&self) -> bool {
        self.time().is_some() && self.other_work.is_none()
    }

    /// The time an event took, by round.
    pub(crate) fn rounds(&self) -> Rounds {
        let Some(time) = &self.cell.time else { return Rounds::default() };
        let plain = time.repetitions.iter().filter(|it| it.kind == RepetitionKind::Plain);
        let times = match time.net_ns_per_event {
            Some(_) => net_by_round(&time.repetitions).into_iter().collect(),
            None => plain
                .filter(|it| it.events > 0)
                .map(|it| (it.round, it.nanoseconds as f64 / it.events as f64))
                .collect(),
        };
        Rounds { times, above_zero: self.is_above_zero() }
    }

    /// The wake-up latency in nanoseconds, of a guest that passed every check.
    pub fn latency(&self) -> Option<&Latency> {
        self.trusted(self.cell.latency_ns.as_ref())
    }

    /// The wake-up latency of pollables that rarely have an event, if the workload has
    /// such.
    pub fn cold_latency(&self) -> Option<&Latency> {
        self.trusted(self.cell.cold_latency_ns.as_ref())
    }

    /// How late timers were, in virtual nanoseconds.
    pub fn lateness(&self) -> Option<&Latency> {
        self.trusted(self.cell.lateness_ns.as_ref())
    }

    fn trusted<'l>(&self, latency: Option<&'l Latency>) -> Option<&'l Latency> {
        latency.filter(|_| self.cell.status == Status::Ok)
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
