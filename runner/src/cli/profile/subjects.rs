//! Profiles one or two cells, and writes what was found.

use std::iter;
use std::path::Path;

use itertools::Itertools as _;
use jiff::Timestamp;
use pollbench_guests::BUILT_IN;
use pollbench_reports::profile::{Profile, SCHEMA};
use pollbench_reports::record::{LoadAverage, Record};

use super::files;
use super::which_cell::WhichCell;
use super::{ProfileArguments, guest};
use crate::cli::error::{Error, Exit};
use crate::cli::history::save_any;
use crate::cli::progress::Display;
use crate::cli::results::Results;
use crate::cli::{Done, command_line, output, timestamp};
use crate::engine::{RunLimits, engine_version};
use crate::environment;
use crate::matrix::{Group, InputError, Selection, hosts_named};
use crate::profile::{ProfiledCell, Taken, take};
use crate::session::Progress as _;
use crate::worker::Job;

/// Profiles what the words of the command line name.
pub fn profile(subjects: &[String], arguments: &ProfileArguments) -> Done {
    let history = arguments.save.place()?;
    let cells: Vec<ProfiledCell> =
        subjects.iter().map(|it| cell(it, arguments)).collect::<Result<_, _>>()?;
    let started = Timestamp::now();
    let results = match &arguments.output {
        Some(directory) => Results::at(directory)?,
        None => Results::fresh(started)?,
    };
    let display = Display::new();
    let profiles: Vec<Profile> =
        cells.iter().map(|it| one(it, &display)).collect::<Result<_, Error>>()?;
    display.end();
    let written = match profiles.as_slice() {
        [before, after] => files::write_both(before, after, &results.directory),
        profiles => profiles.iter().try_for_each(|it| files::write(it, &results.directory)),
    };
    let saved = history.iter().cartesian_product(&profiles);
    let saved = saved.map(|(place, profile)| save_any(profile, false, place.clone()));
    output::first_failure(iter::once(written).chain(saved))?;
    Ok(Exit::Fine)
}

/// Profiles a cell.
fn one(cell: &ProfiledCell, display: &Display) -> Result<Profile, Error> {
    let started = Timestamp::now();
    let before = environment::load();
    let name = cell.source.name().display().to_string();
    let taken = take(cell, |what| display.begin(&format!("{what}, {name}"), 0))?;
    let Taken {
        guest,
        knobs,
        work,
        functions,
        exact,
        notes,
        split,
        runs,
        timeline,
        anatomy,
        sampled,
        host,
    } = taken;
    Ok(Profile {
        profile_schema: SCHEMA,
        started: timestamp(started),
        command: command_line(),
        pollbench: env!("CARGO_PKG_VERSION").into(),
        engine: engine_version(),
        host: cell.host.clone(),
        cpu: environment::cpu(),
        kernel: environment::kernel(),
        load_average: LoadAverage { before, after: environment::load() },
        guest,
        knobs,
        work,
        failure: None,
        notes,
        functions,
        exact,
        sampled,
        host_functions: Some(host),
        split,
        runs: Some(runs),
        timeline,
        anatomy,
    })
}

/// The cell that a word names: a guest with the work of the command line, or one of a record.
fn cell(word: &str, arguments: &ProfileArguments) -> Result<ProfiledCell, Error> {
    let limits = RunLimits::from(&arguments.limits);
    let which = WhichCell::from(word);
    if which.cell.is_some() || is_record(&which.record) {
        let record = Record::read(&which.path())?;
        let (_, cell) = which.find(&record)?;
        let cell = ProfiledCell::of_record(&record, cell, limits);
        return cell.ok_or_else(|| which.is_old().into());
    }
    let (source, knobs) = guest(word)?;
    let host = hosts_named(std::slice::from_ref(&arguments.host))?[0].name().into();
    let groups = Group::all(&Selection {
        workloads: vec![arguments.workload.clone()],
        pollables: vec![arguments.pollables],
        active: vec![arguments.active],
        knobs: Vec::new(),
        parameters: arguments.parameters.clone(),
        effort: arguments.effort,
    })?;
    match groups.as_slice() {
        [group] => Ok(ProfiledCell { source, host, job: Job::new(group, knobs), limits }),
        _ => Err(InputError::OneCell.into()),
    }
}

/// Whether a path is that of a record, or of a directory with one. A built-in guest is meant
/// even where there is a directory of its name.
fn is_record(path: &Path) -> bool {
    let is_guest = BUILT_IN.iter().any(|guest| path == Path::new(guest.name));
    !is_guest && (path.is_dir() || path.to_string_lossy().contains(".json"))
}
