use std::collections::BTreeSet;
use std::fmt;

use crate::format;
use crate::record::Cell;

/// How many of a configuration's tasks have an event under way.
///
/// A record has their number for each cell. Over several sizes it may be the same
/// number, or the same share, and then it is one configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Active {
    /// This many at every size; 0 where the events are not those of pollables.
    Count(u32),
    /// This many in a hundred, from 1 to 100, rounded down and at least one task.
    Share(u32),
}

impl Active {
    /// The reading of a cell's number which fits the most sizes of its workload, and
    /// the plain number where a share fits no more.
    pub(crate) fn of(cell: &Cell, workload: &[&Cell]) -> Self {
        let all = workload.iter().all(|other| other.active == other.pollables);
        if all {
            return Self::Share(100);
        }
        let count = Self::Count(cell.active);
        // The first of several shares that fit as many, and so the smallest.
        let fitting = (1..=100).map(Self::Share).filter(|share| share.fits(cell));
        let share = fitting.rev().max_by_key(|share| share.sizes(workload));
        share.filter(|it| it.sizes(workload) > count.sizes(workload)).unwrap_or(count)
    }

    fn fits(self, cell: &Cell) -> bool {
        let number = match self {
            Self::Count(count) => u64::from(count),
            Self::Share(share) => (u64::from(cell.pollables) * u64::from(share) / 100).max(1),
        };
        number == u64::from(cell.active)
    }

    /// At how many sizes a workload has a cell that it fits.
    fn sizes(self, workload: &[&Cell]) -> usize {
        let fitting = workload.iter().filter(|cell| self.fits(cell));
        fitting.map(|cell| cell.pollables).collect::<BTreeSet<u32>>().len()
    }
}

impl fmt::Display for Active {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Share(100) => f.write_str("all active"),
            Self::Share(share) => write!(f, "{share} % active"),
            Self::Count(0) => f.write_str("none active"),
            Self::Count(count) => write!(f, "{} active", format::count(count.into())),
        }
    }
}
