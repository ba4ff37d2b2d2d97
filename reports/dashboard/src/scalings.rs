//! Charts of a run as files.

use pollbench_reports::chart::{Chart, scaling};
use pollbench_reports::matrix::{Configuration, Matrix};
use pollbench_reports::record::Record;

use crate::Error;

/// The workloads of a record that were timed with several numbers of pollables: the number of
/// each chart, from 1 on, and the name of its workload.
pub fn scalings(record: &Record) -> Vec<(usize, String)> {
    let matrix = Matrix::new(record);
    let all = (1..).zip(&matrix.configurations).filter(|(_, it)| is_drawn(it));
    all.map(|(number, it)| (number, it.label.clone())).collect()
}

/// The chart with this number: time per event against the number of pollables.
pub fn scaling_of(record: &Record, number: usize) -> Result<Option<Chart>, Error> {
    let matrix = Matrix::new(record);
    let place = number.checked_sub(1);
    let of = place.and_then(|it| matrix.configurations.get(it)).filter(|it| is_drawn(it));
    Ok(of.map(|it| scaling(it, &matrix.variants)).transpose()?.flatten())
}

fn is_drawn(of: &Configuration<'_>) -> bool {
    let is_timed = |size: &&pollbench_reports::matrix::Size<'_>| {
        size.entries.iter().any(|it| it.time().is_some())
    };
    of.sizes.iter().filter(is_timed).count() > 1
}
