use std::fmt;
use std::str::FromStr;

use super::standing::is;
use crate::comparison::{Cell, CountVerdict};
use crate::format;

/// Which cells are shown as rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// Cells in which anything differs, within its limit or not.
    Changed,
    /// Cells that are slower, count more than allowed, failed, or are no longer supported.
    Worse,
    /// Cells that are faster or count less.
    Better,
}

impl Only {
    const ALL: [Self; 3] = [Self::Changed, Self::Worse, Self::Better];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Worse => "worse",
            Self::Better => "better",
        }
    }

    fn shows(self, cell: &Cell) -> bool {
        let worse = is::failed(cell)
            || is::no_longer_supported(cell)
            || is::slower(cell)
            || is::over_time(cell)
            || is::worse(cell);
        let better = is::faster(cell) || is::better(cell);
        match self {
            Self::Changed => worse || better || is::new(cell) || counts_changed(cell),
            Self::Worse => worse,
            Self::Better => better,
        }
    }
}

/// A count that differs between processes of one side is no change.
fn counts_changed(cell: &Cell) -> bool {
    let unchanged = [CountVerdict::Equal, CountVerdict::Noisy];
    cell.counts.iter().any(|it| !unchanged.contains(&it.verdict))
}

/// The cells that have rows.
pub fn shown<'a>(cells: impl IntoIterator<Item = &'a Cell>, only: Option<Only>) -> Vec<&'a Cell> {
    cells.into_iter().filter(|cell| only.is_none_or(|it| it.shows(cell))).collect()
}

/// How many cells are not shown, in words; `None` if all are.
pub fn hidden(cells: &[Cell], only: Option<Only>) -> Option<String> {
    let hidden = (cells.len() - shown(cells, only).len()) as u64;
    let rows = match hidden {
        0 => return None,
        1 => "1 row is".to_owned(),
        _ => format!("{} rows are", format::count(hidden)),
    };
    Some(format!("{rows} hidden by --only {}", only?))
}

impl fmt::Display for Only {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Only {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Self::ALL.map(Self::name).join(", ");
        let found = Self::ALL.into_iter().find(|it| it.name() == name);
        found.ok_or_else(|| format!("expected one of {known}"))
    }
}
