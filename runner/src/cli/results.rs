//! The directory that the results of a run go to, which is locked while the run lives.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use pollbench_reports::record::{WriteError, directory_of, unfinished_prefix};

use super::error::Error;
use super::{failures, output};

/// The directory that runs put their results in by default.
pub const DEFAULT: &str = "pollbench-results";

/// A directory, and the record in it.
///
/// The directory itself is locked, so no lock file can be left over: the system releases
/// the lock when the process ends, however it ends. Where a file system has no locks,
/// nothing is locked.
#[derive(Debug)]
pub struct Results {
    /// The directory.
    pub directory: PathBuf,
    /// The record.
    pub record: PathBuf,
    _lock: Option<File>,
}

/// Another process has locked the directory.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{directory} is in use by another pollbench: wait until it has ended, or name another directory"
)]
pub struct Busy {
    /// The directory.
    directory: String,
}

impl Results {
    /// Makes a new directory, which no other run uses.
    pub fn fresh(started: Timestamp) -> Result<Self, Error> {
        Self::fresh_in(Path::new(DEFAULT), &name(started))
    }

    fn fresh_in(parent: &Path, name: &str) -> Result<Self, Error> {
        let cannot = |path: &Path| {
            let path = path.to_path_buf();
            |source| WriteError { path, source }
        };
        fs::create_dir_all(parent).map_err(cannot(parent))?;
        let others = (2_u32..).map(|number| format!("{name}-{number}"));
        for name in std::iter::once(name.to_string()).chain(others) {
            let directory = parent.join(name);
            match fs::create_dir(&directory) {
                Ok(()) => return Self::at(&directory),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(cannot(&directory)(error).into()),
            }
        }
        unreachable!("numbers do not end")
    }

    /// Locks a directory, which is made if need be. What is in it stays.
    pub fn at(directory: &Path) -> Result<Self, Error> {
        output::prepare(directory)?;
        Ok(Self {
            directory: directory.into(),
            record: directory.join(RECORD),
            _lock: lock(directory)?,
        })
    }

    /// Locks the directory of a record that exists.
    pub fn of(record: &Path) -> Result<Self, Error> {
        let results = Self::at(directory_of(record))?;
        Ok(Self { record: record.into(), ..results })
    }

    /// Removes the results that earlier runs have left, and no other files.
    pub fn clear(&self) -> Result<(), WriteError> {
        let cannot = |path: &Path| {
            let path = path.to_path_buf();
            |source| WriteError { path, source }
        };
        let unfinished = unfinished_prefix(&self.record);
        let entries = fs::read_dir(&self.directory).map_err(cannot(&self.directory))?;
        let leftovers = entries.flatten().filter(|entry| {
            let name = entry.file_name();
            name.as_encoded_bytes().starts_with(unfinished.as_encoded_bytes())
                || failures::is_one(&name, &self.record)
        });
        let results = [self.record.clone(), self.directory.join(output::REPORT)];
        for path in leftovers.map(|entry| entry.path()).chain(results) {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(cannot(&path)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// The name of a directory of results that begin at a time.
pub fn name(started: Timestamp) -> String {
    started.strftime("%Y-%m-%dT%H-%M-%SZ").to_string()
}

/// The name of the record in a directory of results.
const RECORD: &str = "record.json";
/// The names of the records of other kinds.
pub const TUNING: &str = "tuning.json";
pub const PROFILE: &str = "profile.json";
pub const LIVE: &str = "live.json";

/// The path of a record, which may be named by its directory.
pub fn record_at(path: &Path) -> PathBuf {
    if path.is_dir() { path.join(RECORD) } else { path.into() }
}

/// The record of any kind in a directory of results, or the path itself.
pub fn record_of_any_kind_at(path: &Path) -> PathBuf {
    let others = [TUNING, PROFILE, LIVE].map(|name| path.join(name));
    let record = record_at(path);
    match record.exists() {
        true => record,
        false => others.into_iter().find(|it| it.exists()).unwrap_or(record),
    }
}

fn lock(directory: &Path) -> Result<Option<File>, Busy> {
    let Ok(file) = File::open(directory) else { return Ok(None) };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(Busy { directory: directory.display().to_string() }),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_of_one_name_are_numbered() {
        let parent = tempfile::tempdir().unwrap();
        let fresh = || Results::fresh_in(parent.path(), "now").unwrap();
        let [first, second, third] = [fresh(), fresh(), fresh()];
        let names =
            [&first, &second, &third].map(|it| it.directory.file_name().unwrap().to_owned());
        assert_eq!(names, ["now", "now-2", "now-3"]);
    }

    #[test]
    fn a_results_directory_is_locked_while_it_is_used() {
        let parent = tempfile::tempdir().unwrap();
        let first = Results::at(parent.path()).unwrap();
        let refused = |result: Result<Results, Error>| {
            assert!(matches!(result.unwrap_err(), Error::Busy(_)));
        };
        refused(Results::at(parent.path()));
        refused(Results::of(&parent.path().join("other.json")));
        drop(first);
        Results::of(&parent.path().join("other.json")).unwrap();
    }

    #[test]
    fn only_results_are_cleared() {
        let parent = tempfile::tempdir().unwrap();
        let results = Results::at(parent.path()).unwrap();
        for name in [
            "record.json",
            ".record.json.x1Y2",
            "record.failure-3.txt",
            "report.html",
            "notes",
            "record.failure-mine.txt",
            "record.json.old",
        ] {
            fs::write(parent.path().join(name), "").unwrap();
        }
        results.clear().unwrap();
        results.clear().unwrap();
        let mut left: Vec<_> =
            fs::read_dir(parent.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["notes", "record.failure-mine.txt", "record.json.old"]);
    }
}
