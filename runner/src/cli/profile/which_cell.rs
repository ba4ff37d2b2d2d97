//! Names a cell of a record on the command line: `record.json#12`, or `record.json#slab idle`.

use std::path::{Path, PathBuf};

use pollbench_reports::record::{Cell, Record, Status};

use crate::cli::results::record_at;

/// A cell of a record, as given on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhichCell {
    /// The record, or the directory that it is in.
    pub record: PathBuf,
    /// Which of its cells; the only failed one if this is left out.
    pub cell: Option<String>,
}

/// Why a record has no such cell.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", record.display())]
pub struct CellError {
    record: PathBuf,
    reason: Reason,
}

#[derive(Debug, thiserror::Error)]
enum Reason {
    #[error("no cell of it has failed; name one, as in {example:?}")]
    NoFailure { example: String },
    #[error("it has {count} cells, numbered from 1, and no cell {given:?}")]
    NoSuchCell { given: String, count: usize },
    #[error("name one of these cells: {}", list(cells))]
    Several { cells: Vec<(usize, String)> },
    #[error("it is so old that it does not say how much work a cell was; measure again")]
    Old,
}

/// How many cells a message lists.
const LISTED: usize = 8;

fn list(cells: &[(usize, String)]) -> String {
    let shown = cells.iter().take(LISTED).map(|(number, id)| format!("#{number} is {id}"));
    let mut text = shown.collect::<Vec<_>>().join("; ");
    if cells.len() > LISTED {
        text += &format!("; and there are {} more", cells.len() - LISTED);
    }
    text
}

impl From<&str> for WhichCell {
    fn from(word: &str) -> Self {
        // A file may have a `#` in its name.
        match word.rsplit_once('#').filter(|_| !Path::new(word).exists()) {
            Some((record, cell)) => Self { record: record.into(), cell: Some(cell.into()) },
            None => Self { record: word.into(), cell: None },
        }
    }
}

impl WhichCell {
    /// The record's file.
    pub fn path(&self) -> PathBuf {
        record_at(&self.record)
    }

    /// Finds the cell: the one of this number, the only one whose name has all of the words,
    /// or the only one that has failed.
    pub fn find<'a>(&self, record: &'a Record) -> Result<(usize, &'a Cell), CellError> {
        let cells = || record.cells.iter().zip(1..).map(|(cell, number)| (number, cell));
        let Some(given) = &self.cell else {
            let failed: Vec<_> = cells().filter(|it| it.1.status == Status::Failed).collect();
            let example = format!("{}#1", self.record.display());
            return self.only(failed, Reason::NoFailure { example });
        };
        let count = record.cells.len();
        let no_such_cell = Reason::NoSuchCell { given: given.clone(), count };
        if let Ok(number) = given.parse::<usize>() {
            let found = cells().find(|it| it.0 == number);
            return found.ok_or_else(|| self.refuse(no_such_cell));
        }
        let has_all = |cell: &Cell| {
            let id = cell.id().to_string();
            given.split_whitespace().all(|word| id.contains(word))
        };
        self.only(cells().filter(|it| has_all(it.1)).collect(), no_such_cell)
    }

    /// The only one of some cells.
    fn only<'a>(
        &self,
        cells: Vec<(usize, &'a Cell)>,
        none: Reason,
    ) -> Result<(usize, &'a Cell), CellError> {
        match cells.as_slice() {
            [] => Err(self.refuse(none)),
            [one] => Ok(*one),
            several => {
                let named = several.iter().map(|(number, it)| (*number, it.id().to_string()));
                Err(self.refuse(Reason::Several { cells: named.collect() }))
            }
        }
    }

    /// The cell is of a record that says too little.
    pub fn is_old(&self) -> CellError {
        self.refuse(Reason::Old)
    }

    fn refuse(&self, reason: Reason) -> CellError {
        CellError { record: self.path(), reason }
    }
}
