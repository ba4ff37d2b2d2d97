//! Joins several records into one, such as those of the parts of a matrix.
//!
//! Every cell is kept once. Runs under the same conditions become one, unless they have
//! cells of the same group: guests of different runs did not take turns, so they must not
//! be compared round by round. In that case, and if conditions differ, each cell names its
//! environment.

mod conditions;
mod distinct;
mod error;
mod order;

use crate::record::{Cell, Environment, Record, SCHEMA};

pub use error::MergeError;

use conditions::Conditions;

/// A record, with its name for messages.
#[derive(Clone, Debug)]
pub struct Named {
    /// The name of its file.
    pub name: String,
    /// The record.
    pub record: Record,
}

/// A record's cells of one environment.
struct Part<'a> {
    /// The record's name.
    name: &'a str,
    environment: &'a Environment,
    cells: Vec<&'a Cell>,
}

/// Joins records. The cells are in the order of the records' own matrices as far as those
/// agree; if they leave it open, workloads are in the order of `workloads`.
pub fn merge(records: &[Named], workloads: &[&str]) -> Result<Record, MergeError> {
    let given = |at: usize| records[..at].iter().any(|it| it.record == records[at].record);
    let records: Vec<&Named> =
        (0..records.len()).filter(|&at| !given(at)).map(|at| &records[at]).collect();
    let mut parts: Vec<Part> = records.iter().flat_map(|it| parts(it)).collect();
    conditions::check_guests(&parts)?;
    distinct::leave_one_of_each(&mut parts)?;
    let conditions = Conditions::of(&parts);

    let sequences: Vec<Vec<&Cell>> =
        records.iter().map(|it| it.record.cells.iter().collect()).collect();
    let mut cells = conditions.cells();
    order::sort(&mut cells, &sequences, workloads);
    // The files stay beside the records they belong to.
    cells.iter_mut().filter_map(|it| it.failure.as_mut()).for_each(|it| it.file = None);
    let mut environments = conditions.environments();
    if environments.is_empty() {
        return Err(MergeError::Nothing);
    }
    let merged = records.iter().map(|it| it.record.merged.unwrap_or(1)).sum();
    Ok(Record {
        schema: SCHEMA,
        interrupted: records.iter().any(|it| it.record.interrupted),
        merged: (merged > 1).then_some(merged),
        environment: environments.remove(0),
        environments,
        cells,
    })
}

fn parts(Named { name, record }: &Named) -> Vec<Part<'_>> {
    let environments = record.all_environments().enumerate();
    environments
        .map(|(number, environment)| {
            let here = |cell: &&Cell| record.environment_number(cell) == number;
            Part { name, environment, cells: record.cells.iter().filter(here).collect() }
        })
        .collect()
}
