use std::path::Path;

use clap::Args;
use pollbench_history::{Added, Error as HistoryError, Place, Provenance};
use pollbench_reports::record::Record;
use serde::Serialize;

use super::opened::Opened;
use super::place::named;
use crate::cli::error::Error;
use crate::cli::streams;

#[derive(Args)]
pub struct SaveArguments {
    /// Add the record to the history when all is done, as `pollbench history add` does: to
    /// the one that is named, or by default to that of POLLBENCH_HISTORY, else
    /// pollbench-history.db.
    #[arg(long, value_name = "PLACE", num_args = 0..=1, require_equals = true)]
    save: Option<Option<String>>,
}

impl SaveArguments {
    /// Where to save the record, if it is to be saved.
    pub fn place(&self) -> Result<Option<Place>, HistoryError> {
        self.save.as_ref().map(|place| named(place.as_deref())).transpose()
    }
}

/// Adds the record of a matrix to a history, if it is whole.
pub fn save(record: &Record, place: Place) -> Result<(), Error> {
    save_any(record, record.interrupted, place)
}

/// Adds a record of any kind to a history, if it is whole.
pub fn save_any(record: &impl Serialize, interrupted: bool, place: Place) -> Result<(), Error> {
    if interrupted {
        streams::say("pollbench: what was interrupted is not added to the history");
        return Ok(());
    }
    let provenance = Provenance::default().detect(Path::new("."));
    let opened = Opened::begun(place)?;
    let Added { id, .. } = opened.wait(opened.history.add(record, &provenance))?;
    streams::say(&format!("pollbench: this is run {id} in {}", opened.history.place()));
    Ok(())
}
