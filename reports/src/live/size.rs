use crate::record::Estimate;
use crate::stats::paired::Shift;
use crate::stats::{CONFIDENCE, median_interval};

use super::record::{LiveCell, LiveRecord, LiveRound};

/// The cells of one load.
#[derive(Clone, Debug)]
pub struct Size<'a> {
    /// How many connections are open.
    pub connections: u32,
    /// On how many of them requests are sent.
    pub active: u32,
    /// The cells: those with the least processor time first, those without any last.
    pub entries: Vec<Entry<'a>>,
}

/// A cell with what can be said of it beside the others.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The cell.
    pub cell: &'a LiveCell,
    /// The processor time of the guest's thread for a request, in nanoseconds.
    pub guest_cpu: Option<Estimate>,
    /// That of the whole server process.
    pub server_cpu: Option<Estimate>,
    /// The guest's processor time as a multiple of the least; absent for a guest that failed.
    pub to_least: Option<Ratio>,
}

/// Whose processor time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cpu {
    /// That of the thread which runs the component.
    Guest,
    /// That of the whole server process.
    Server,
}

/// How many times as much processor time a guest takes as another, from the rounds that both
/// have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ratio {
    /// It is the guest with the least.
    Least,
    /// The two can be told apart: the estimate and its interval.
    Told {
        /// The estimate.
        value: f64,
        /// The lower end of the interval.
        low: f64,
        /// The upper end of the interval.
        high: f64,
    },
    /// They can't be told apart, or there are too few rounds for that.
    Alike {
        /// The estimate.
        value: f64,
    },
}

/// The loads of a record, in its order, with their cells.
pub fn sizes(record: &LiveRecord) -> Vec<Size<'_>> {
    let mut sizes: Vec<Size<'_>> = Vec::new();
    for cell in &record.cells {
        let entry = Entry::new(cell);
        let at = sizes.iter().position(|it| it.is_of(cell)).unwrap_or_else(|| {
            let (connections, active) = (cell.connections, cell.active);
            sizes.push(Size { connections, active, entries: Vec::new() });
            sizes.len() - 1
        });
        sizes[at].entries.push(entry);
    }
    sizes.iter_mut().for_each(Size::compare);
    sizes
}

impl Cpu {
    /// The processor time of a round for a request, in nanoseconds.
    fn of(self, round: &LiveRound) -> Option<f64> {
        let whole = match self {
            Self::Guest => round.guest_cpu_ns,
            Self::Server => round.server_cpu_ns,
        };
        let each = whole? / round.requests as f64;
        (each.is_finite() && each > 0.0).then_some(each)
    }
}

impl<'a> Entry<'a> {
    fn new(cell: &'a LiveCell) -> Self {
        let estimate = |cpu: Cpu| {
            let each: Vec<f64> = cell.rounds.iter().filter_map(|it| cpu.of(it)).collect();
            median_interval(&each)
        };
        let (guest_cpu, server_cpu) = (estimate(Cpu::Guest), estimate(Cpu::Server));
        Self { cell, guest_cpu, server_cpu, to_least: None }
    }

    /// The median by which cells are ordered; `None` for a guest that has failed.
    fn rank(&self) -> Option<f64> {
        self.cell.failure.is_none().then_some(())?;
        self.guest_cpu.as_ref().map(|it| it.median)
    }
}

impl Size<'_> {
    fn is_of(&self, cell: &LiveCell) -> bool {
        (self.connections, self.active) == (cell.connections, cell.active)
    }

    /// Brings the entries into their order, and compares each with the first.
    fn compare(&mut self) {
        self.entries.sort_by(|left, right| {
            let key = |it: &Entry<'_>| it.rank().unwrap_or(f64::INFINITY);
            key(left).total_cmp(&key(right))
        });
        let Some(least) = self.entries.first().filter(|it| it.rank().is_some()) else { return };
        let least = least.cell;
        for entry in self.entries.iter_mut().filter(|it| it.rank().is_some()) {
            entry.to_least = match std::ptr::eq(entry.cell, least) {
                true => Some(Ratio::Least),
                false => Ratio::between(entry.cell, least),
            };
        }
    }
}

impl Ratio {
    /// `None` if the two have no round in common.
    pub(super) fn between(cell: &LiveCell, least: &LiveCell) -> Option<Self> {
        let logs = cell.rounds.iter().filter_map(|own| {
            let other = least.rounds.iter().find(|it| it.round == own.round)?;
            Some((Cpu::Guest.of(own)? / Cpu::Guest.of(other)?).ln())
        });
        let shift = Shift::of(&logs.collect::<Vec<_>>())?;
        let value = shift.estimate().exp();
        let interval = shift.interval(1.0 - CONFIDENCE).filter(|it| it.low > 0.0 || it.high < 0.0);
        Some(match interval {
            Some(it) => Self::Told { value, low: it.low.exp(), high: it.high.exp() },
            None => Self::Alike { value },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{cell, record};
    use super::*;

    #[test]
    fn the_guest_with_the_least_comes_first_and_the_others_are_compared_with_it() {
        // In each round the machine is slower than before, for all guests alike.
        let rounds = |factor: f64| (1..=7).map(|it| factor * f64::from(it)).collect::<Vec<_>>();
        let record = record(vec![
            cell("slow", 10, &rounds(3.0)),
            cell("fast", 10, &rounds(1.0)),
            cell("other", 100, &rounds(1.0)),
        ]);
        let sizes = sizes(&record);
        assert_eq!(sizes.iter().map(|it| it.connections).collect::<Vec<_>>(), [10, 100]);
        let names: Vec<&str> = sizes[0].entries.iter().map(|it| it.cell.guest.as_str()).collect();
        assert_eq!(names, ["fast", "slow"]);
        assert_eq!(sizes[0].entries[0].to_least, Some(Ratio::Least));
        let Some(Ratio::Told { value, low, high }) = sizes[0].entries[1].to_least else {
            panic!("{:?}", sizes[0].entries[1].to_least);
        };
        assert!(
            [value, low, high].iter().all(|it| (it - 3.0).abs() < 1e-9),
            "{value} {low} {high}"
        );
    }

    #[test]
    fn what_differs_from_round_to_round_or_has_few_rounds_is_alike() {
        let one = cell("one", 10, &[1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0]);
        let other = cell("other", 10, &[2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 1.9]);
        let record = record(vec![one, other]);
        assert!(matches!(sizes(&record)[0].entries[1].to_least, Some(Ratio::Alike { .. })));
        let few = super::super::tests::record(vec![
            cell("one", 10, &[1.0, 1.0]),
            cell("other", 10, &[9.0, 9.0]),
        ]);
        let ratio = sizes(&few)[0].entries[1].to_least;
        assert!(matches!(ratio, Some(Ratio::Alike { value }) if (value - 9.0).abs() < 1e-9));
    }

    #[test]
    fn a_guest_that_failed_has_no_rank() {
        let mut failed = cell("failed", 10, &[0.1; 7]);
        failed.failure = Some("it lost 3 replies".into());
        let record = record(vec![failed, cell("sound", 10, &[1.0; 7])]);
        let sizes = sizes(&record);
        let [sound, failed] = sizes[0].entries.as_slice() else { panic!() };
        assert_eq!((sound.cell.guest.as_str(), sound.to_least), ("sound", Some(Ratio::Least)));
        assert_eq!(failed.to_least, None);
    }
}
