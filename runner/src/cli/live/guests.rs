use std::collections::BTreeMap;

use pollbench_guests::{BuiltIn, LIVE};
use pollbench_reports::live::Scenario;

use crate::cli::error::Error;
use crate::cli::guest_file::GuestFile;
use crate::engine::Source;
use crate::live::{Guest, LiveError};
use crate::matrix::InputError;

/// The servers that the command line names, built-in ones first.
pub fn guests(
    names: &[String],
    files: &[GuestFile],
    scenario: Scenario,
) -> Result<Vec<Guest>, Error> {
    let mut sources: Vec<(String, Source)> = Vec::new();
    for name in names.iter().filter(|it| *it != "none") {
        let is_named = |it: &&BuiltIn| it.name == name || name == "all";
        let named: Vec<&BuiltIn> = LIVE.iter().filter(is_named).collect();
        if named.is_empty() {
            return Err(InputError::Unknown {
                what: "built-in server over",
                name: name.clone(),
                known: LIVE.iter().map(|it| it.name.into()).collect(),
            }
            .into());
        }
        sources.extend(named.into_iter().map(|it| (it.name.into(), Source::BuiltIn(*it))));
    }
    sources.extend(files.iter().map(|it| (name_of(it), Source::File(it.path.clone()))));
    sources.dedup();
    if sources.is_empty() {
        return Err(InputError::NoGuests.into());
    }
    let mut seen = BTreeMap::new();
    for (name, source) in &sources {
        if seen.insert(name.as_str(), source).is_some_and(|other| other != source) {
            return Err(InputError::TwoServers { name: name.clone() }.into());
        }
    }
    let load = |(name, source)| Guest::load(name, source, scenario).map_err(LiveError::from);
    Ok(sources.into_iter().map(load).collect::<Result<_, _>>()?)
}

/// The name that was given to a file, or that of the file without its ending.
fn name_of(file: &GuestFile) -> String {
    let of_file = || file.path.file_stem().unwrap_or(file.path.as_os_str()).to_string_lossy();
    file.name.clone().unwrap_or_else(|| of_file().into_owned())
}
