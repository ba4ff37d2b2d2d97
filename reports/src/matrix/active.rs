use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::format;
use crate::record::Cell;

/// How many of a configuration's tasks have an event under way.
///
/// A record has the number of active tasks for each cell. If that is the same number, or
/// the same share, at several sizes, these sizes belong to one configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Active {
    /// This many at every size; 0 if the events are not those of pollables.
    Count(u32),
    /// This many in a hundred, from 1 to 100, rounded down and at least one task.
    Share(u32),
}

/// The numbers of active tasks in the cells of one workload.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tasks {
    /// Each pair of a number of pollables and one of active tasks.
    pairs: BTreeSet<(u32, u32)>,
    /// By number of active tasks: at how many sizes there is a cell with that number.
    with_count: BTreeMap<u32, usize>,
    /// By percentage of active tasks: at how many sizes there is a cell with that share.
    with_share: BTreeMap<u32, usize>,
    /// Whether some cell has tasks that are not active.
    some_idle: bool,
}

impl Tasks {
    /// Adds a cell of the workload.
    pub fn add(&mut self, cell: &Cell) {
        if !self.pairs.insert((cell.pollables, cell.active)) {
            return;
        }
        self.some_idle |= cell.active != cell.pollables;
        *self.with_count.entry(cell.active).or_default() += 1;
        for share in (1..=100).filter(|&share| is_share(share, cell)) {
            *self.with_share.entry(share).or_default() += 1;
        }
    }

    /// Reads a cell's number of active tasks as a number or a share, whichever fits more
    /// sizes of the workload; as a number if both fit equally many. The cell must have been
    /// added.
    pub fn reading(&self, cell: &Cell) -> Active {
        if !self.some_idle {
            return Active::Share(100);
        }
        let sizes = |of: &BTreeMap<u32, usize>, key| of.get(&key).copied().unwrap_or(0);
        // Of several shares that fit equally many sizes, this takes the smallest.
        let fitting = (1..=100).filter(|&share| is_share(share, cell));
        let share = fitting.rev().max_by_key(|&share| sizes(&self.with_share, share));
        share
            .filter(|&it| sizes(&self.with_share, it) > sizes(&self.with_count, cell.active))
            .map_or(Active::Count(cell.active), Active::Share)
    }
}

/// Whether this percentage of a cell's tasks is active.
fn is_share(share: u32, cell: &Cell) -> bool {
    let active = (u64::from(cell.pollables) * u64::from(share) / 100).max(1);
    active == u64::from(cell.active)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A cell with these numbers, and nothing else.
    fn cell((pollables, active): (u32, u32)) -> Cell {
        let fields = serde_json::json!({
            "guest": "", "workload": "", "pollables": pollables, "active": active,
            "parameters": {}, "knobs": {}, "host": "", "status": "ok",
        });
        serde_json::from_value(fields).expect("a cell without results")
    }

    /// At how many sizes there is a cell that a reading fits.
    fn sizes(reading: Active, cells: &[Cell]) -> usize {
        let fits = |cell: &&Cell| match reading {
            Active::Count(count) => count == cell.active,
            Active::Share(share) => is_share(share, cell),
        };
        cells.iter().filter(fits).map(|it| it.pollables).collect::<BTreeSet<u32>>().len()
    }

    proptest! {
        #[test]
        fn no_reading_of_a_number_fits_more_sizes_than_the_one_taken(
            pairs in prop::collection::vec((20_u32..60, 1_u32..12), 1..30),
        ) {
            let cells: Vec<Cell> = pairs.into_iter().map(cell).collect();
            let mut tasks = Tasks::default();
            cells.iter().for_each(|it| tasks.add(it));
            for cell in &cells {
                let taken = tasks.reading(cell);
                let count = sizes(Active::Count(cell.active), &cells);
                let shares = (1..=100).filter(|&it| is_share(it, cell)).map(Active::Share);
                let best = shares.map(|it| sizes(it, &cells)).max().unwrap_or(0);
                prop_assert_eq!(sizes(taken, &cells), count.max(best));
                prop_assert_eq!(matches!(taken, Active::Share(_)), best > count);
            }
        }
    }
}
