//! The files of a profile.

use std::path::{Path, PathBuf};
use std::{fs, io};

use pollbench_reports::html;
use pollbench_reports::profile::flame::Flame;
use pollbench_reports::profile::{Profile, firefox, text, trace_event};
use pollbench_reports::record::{WriteError, write_whole};

use crate::cli::error::Error;
use crate::cli::output::REPORT;
use crate::cli::results::PROFILE;
use crate::cli::streams;

const FLAME: &str = "flame.svg";
const FIREFOX: &str = "profile.firefox.json";
const TRACE: &str = "trace.json";

/// Shows a profile, and writes its files.
pub fn write(profile: &Profile, directory: &Path) -> Result<(), Error> {
    streams::print(&text::render(profile))?;
    let places = put(profile, directory)?;
    tell(&places)
}

/// Shows two profiles and what differs between them. Each has a directory of its own.
pub fn write_both(before: &Profile, after: &Profile, directory: &Path) -> Result<(), Error> {
    streams::print(&text::difference(before, after))?;
    let mut places = vec![];
    let report = directory.join(REPORT);
    html::profile::write_difference(before, after, &report)?;
    places.push(("report", report));
    if let Some(flame) = Flame::difference(before, after) {
        places.push(("flame graph", write_flame(&flame, directory)?));
    }
    for (name, profile) in [("before", before), ("after", after)] {
        let inner = directory.join(name);
        fs::create_dir_all(&inner).map_err(|source| WriteError { path: inner.clone(), source })?;
        let written = put(profile, &inner)?;
        places.extend(written.into_iter().take(1).map(|(_, path)| (name, path)));
    }
    tell(&places)
}

/// Writes the files of a profile. Returns what they are, the report first.
fn put(profile: &Profile, directory: &Path) -> Result<Vec<(&'static str, PathBuf)>, Error> {
    let report = directory.join(REPORT);
    html::profile::write(profile, &report)?;
    let record = directory.join(PROFILE);
    profile.write(&record)?;
    let mut places = vec![("report", report), ("record", record)];
    if let Some(flame) = Flame::whole(profile) {
        places.push(("flame graph", write_flame(&flame, directory)?));
    }
    if profile.exact.is_some() || profile.sampled.is_some() {
        let path = directory.join(FIREFOX);
        write_whole(&path, |file| firefox::write(profile, file).map_err(io::Error::other))?;
        places.push(("for the Firefox Profiler", path));
    }
    if let Some(timeline) = &profile.timeline {
        let path = directory.join(TRACE);
        write_whole(&path, |file| {
            let turns = timeline.unpack().map_err(io::Error::other)?;
            trace_event::write(profile, turns, &timeline.markers, io::BufWriter::new(file))
        })?;
        places.push(("for Perfetto", path));
    }
    Ok(places)
}

fn write_flame(flame: &Flame, directory: &Path) -> Result<PathBuf, Error> {
    let path = directory.join(FLAME);
    write_whole(&path, |file| {
        let svg = flame.svg().map_err(io::Error::other)?;
        io::Write::write_all(file, svg.as_bytes())
    })?;
    Ok(path)
}

fn tell(places: &[(&str, PathBuf)]) -> Result<(), Error> {
    let line = |(what, path): &(&str, PathBuf)| format!("{what}: {}\n", path.display());
    let lines: String = places.iter().map(line).collect();
    Ok(streams::print(&format!("\n{lines}"))?)
}
