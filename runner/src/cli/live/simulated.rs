use std::path::Path;

use pollbench_reports::live::Simulated;
use pollbench_reports::record::Record;

use crate::cli::error::Error;
use crate::cli::results::record_at;
use crate::live::{Guest, Settings};
use crate::matrix::InputError;

/// What a record of a run says of the guests and of the numbers of connections that are
/// measured.
///
/// # Errors
///
/// If there is no such record, or it says nothing of them.
pub fn simulated(
    path: &Path,
    guests: &[Guest],
    settings: &Settings,
) -> Result<Vec<Simulated>, Error> {
    let path = record_at(path);
    let is_measured = |it: &Simulated| {
        let has_size = settings.loads.iter().any(|(connections, _)| *connections == it.pollables);
        has_size && guests.iter().any(|guest| guest.record.name == it.guest)
    };
    let all = Simulated::all(&Record::read(&path)?);
    let measured: Vec<Simulated> = all.into_iter().filter(is_measured).collect();
    if measured.is_empty() {
        return Err(InputError::NothingSimulated { path }.into());
    }
    Ok(measured)
}
