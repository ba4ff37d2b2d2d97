//! Baselines: what a gate holds the present against.
//!
//! A directory of them has a record `NAME.json` for each, with counters only, and
//! `components/SHA256.wasm` for every guest in any of them. Each file is written whole
//! or not at all, and a component is never written over, so that a repository or a
//! cache can hold the directory. Who writes has the directory locked for that moment, so
//! that two programs can write into it at once.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use pollbench_reports::record::{self, ReadError, Record, WriteError};

use crate::engine::sha256;

/// A directory of baselines, which need not exist.
#[derive(Clone, Debug)]
pub struct Baselines {
    directory: PathBuf,
}

/// A baseline, read.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// The counters, and what they were counted under.
    pub record: Record,
    directory: PathBuf,
}

/// Why a baseline can't be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// There is none of the name.
    #[error(
        "there is no baseline {name:?} in {}; make it with `pollbench baseline save {name}`",
        directory.display()
    )]
    Unknown {
        /// What was asked for.
        name: String,
        /// Where.
        directory: PathBuf,
    },
    /// A name that can't be a file's.
    #[error("a baseline can't be called {name:?}: use letters, digits, '-', '_' and '.'")]
    Name {
        /// What was asked for.
        name: String,
    },
    /// Its record is damaged, or none.
    #[error(
        "the baseline {name:?} in {} is damaged: {reason}; save it anew with `pollbench baseline save {name}`",
        path.display()
    )]
    Damaged {
        /// Its name.
        name: String,
        /// Its file.
        path: PathBuf,
        /// Where and what.
        reason: String,
    },
    /// Its record can't be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A component is missing, or is not what was kept.
    #[error(
        "the component {} of guest {guest} is {what}: save the baseline again, or restore the file",
        path.display()
    )]
    Component {
        /// Whose it is.
        guest: String,
        /// Where it should be.
        path: PathBuf,
        /// Missing or changed.
        what: &'static str,
    },
    /// It can't be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl Baselines {
    /// Those in a directory.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into() }
    }

    /// Where they are.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Whether there is one of this name.
    pub fn has(&self, name: &str) -> bool {
        check_name(name).is_ok() && self.path(name).is_file()
    }

    /// All names, sorted.
    pub fn names(&self) -> BTreeSet<String> {
        let entries = fs::read_dir(&self.directory).into_iter().flatten().flatten();
        let paths = entries.map(|entry| entry.path()).filter(|path| path.is_file());
        let records = paths.filter(|path| path.extension().is_some_and(|it| it == "json"));
        let names = records.filter_map(|path| Some(path.file_stem()?.to_str()?.to_string()));
        names.filter(|name| check_name(name).is_ok()).collect()
    }

    /// Reads one.
    pub fn open(&self, name: &str) -> Result<Baseline, BaselineError> {
        if !self.has(name) {
            let directory = self.directory.clone();
            return Err(BaselineError::Unknown { name: name.into(), directory });
        }
        let record = Record::read(&self.path(name)).map_err(|error| read_error(name, error))?;
        Ok(Baseline { record, directory: self.directory.clone() })
    }

    /// Sees whether one of this name can be written.
    pub fn prepare(&self, name: &str) -> Result<(), BaselineError> {
        check_name(name)?;
        let kept = self.directory.join("components");
        let attempt = fs::create_dir_all(&kept).and_then(|()| tempfile::tempfile_in(&kept));
        attempt.map(drop).map_err(|source| WriteError { path: kept, source })?;
        Ok(())
    }

    /// Keeps a record under a name, in place of what had it, and its components. Those
    /// that no baseline has any more are gone.
    pub fn save(
        &self,
        name: &str,
        record: &Record,
        components: &[Vec<u8>],
    ) -> Result<PathBuf, BaselineError> {
        check_name(name)?;
        let kept = self.directory.join("components");
        fs::create_dir_all(&kept).map_err(|source| WriteError { path: kept.clone(), source })?;
        let _lock = self.lock();
        for bytes in components {
            let path = component_path(&self.directory, &sha256(bytes));
            if fs::read(&path).ok().as_deref() != Some(bytes) {
                record::write_whole(&path, |file| file.write_all(bytes))?;
            }
        }
        let path = self.path(name);
        record.write(&path)?;
        self.drop_unused();
        Ok(path)
    }

    /// Forgets one, even if it can't be read, and the components which no other has.
    pub fn remove(&self, name: &str) -> Result<(), BaselineError> {
        if !self.has(name) {
            return self.open(name).map(drop);
        }
        let _lock = self.lock();
        let path = self.path(name);
        fs::remove_file(&path).map_err(|source| WriteError { path, source })?;
        self.drop_unused();
        Ok(())
    }

    /// Removes the components that no baseline has. Where one can't be read, it may have
    /// any of them.
    fn drop_unused(&self) {
        let baselines: Result<Vec<Baseline>, BaselineError> =
            self.names().iter().map(|name| self.open(name)).collect();
        let Ok(baselines) = baselines else { return };
        let guests = baselines.iter().flat_map(|it| &it.record.environment.guests);
        let wanted: BTreeSet<PathBuf> =
            guests.map(|guest| component_path(&self.directory, &guest.sha256)).collect();
        let kept = fs::read_dir(self.directory.join("components")).into_iter().flatten().flatten();
        for path in kept.map(|entry| entry.path()).filter(|path| !wanted.contains(path)) {
            if is_component(&path) {
                // One that is gone already is no loss.
                let _ = fs::remove_file(path);
            }
        }
    }

    /// The directory, for as long as the value lives; where its file system has no locks,
    /// there is none.
    fn lock(&self) -> Option<File> {
        let directory = File::open(&self.directory).ok()?;
        directory.lock().ok()?;
        Some(directory)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.join(format!("{name}.json"))
    }
}

impl Baseline {
    /// The kept component of a guest.
    pub fn component(&self, guest: &record::Guest) -> Result<PathBuf, BaselineError> {
        let path = component_path(&self.directory, &guest.sha256);
        let wrong =
            |what| BaselineError::Component { guest: guest.name.clone(), path: path.clone(), what };
        match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(wrong("missing")),
            Err(_) => Err(wrong("not to be read")),
            Ok(bytes) if sha256(&bytes) != guest.sha256 => Err(wrong("another than was kept")),
            Ok(_) => Ok(path),
        }
    }
}

/// What is wrong with a baseline is mended by saving it.
fn read_error(name: &str, error: ReadError) -> BaselineError {
    let damaged = |path, reason| BaselineError::Damaged { name: name.into(), path, reason };
    match error {
        ReadError::Damaged { path, reason } => damaged(path, reason.to_string()),
        ReadError::NoRecord { path } => damaged(path, "it has no `schema` number".into()),
        other => BaselineError::Read(other),
    }
}

fn component_path(directory: &Path, sha256: &str) -> PathBuf {
    directory.join("components").join(format!("{sha256}.wasm"))
}

/// Whether a file is called what a kept component is.
fn is_component(path: &Path) -> bool {
    let digest = path.file_stem().and_then(|it| it.to_str()).unwrap_or_default();
    let hexadecimal = digest.bytes().all(|it| it.is_ascii_hexdigit());
    digest.len() == 64 && hexadecimal && path.extension().is_some_and(|it| it == "wasm")
}

fn check_name(name: &str) -> Result<(), BaselineError> {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.starts_with('.') || !name.chars().all(good) {
        return Err(BaselineError::Name { name: name.into() });
    }
    Ok(())
}
