use std::env;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use super::WorkerError;

/// This program's own image, whatever has become of its file.
#[cfg(target_os = "linux")]
const OWN_IMAGE: &str = "/proc/self/exe";

/// A program that workers are started from: the same one from start to end.
///
/// On Linux, this program itself is its image, which its file may be taken from.
/// Everywhere else, and of other programs, it is a file; one that is another than at first
/// is not run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Program {
    /// What it is called.
    path: PathBuf,
    /// What is run.
    run: PathBuf,
    /// What the file was at first, where it is run.
    first: Option<Identity>,
}

/// What tells a file from the one that takes its place, or from what it is turned into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Identity {
    /// Its device and number there, where the system has such.
    place: Option<(u64, u64)>,
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Program {
    /// The program that this is.
    pub fn this() -> io::Result<Self> {
        let path = env::current_exe()?;
        #[cfg(target_os = "linux")]
        if fs::metadata(OWN_IMAGE).is_ok() {
            return Ok(Self { path, run: OWN_IMAGE.into(), first: None });
        }
        let first = Some(Identity::of(&path)?);
        Ok(Self { run: path.clone(), path, first })
    }

    /// Another one: a file, or a name on the search path.
    pub fn at(path: &Path) -> Result<Self, WorkerError> {
        let run = found(path);
        let start = |source| WorkerError::Start { path: path.into(), source };
        let first = Some(Identity::of(&run).map_err(start)?);
        Ok(Self { path: path.into(), run, first })
    }

    /// What it is called.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What runs it, if it is still the one that it was.
    pub(super) fn command(&self) -> Result<Command, WorkerError> {
        if self.first.is_some_and(|first| Identity::of(&self.run).ok() != Some(first)) {
            return Err(WorkerError::Replaced { path: self.path.clone() });
        }
        let mut command = Command::new(&self.run);
        call(&mut command, &self.path);
        Ok(command)
    }
}

/// The file of a program as a shell would find it, but that one which is here comes first.
fn found(path: &Path) -> PathBuf {
    let is_name = path.components().count() == 1 && !path.has_root();
    if !is_name {
        return path.into();
    }
    let here = Path::new(".").join(path);
    let search = env::var_os("PATH").unwrap_or_default();
    let on_path = || env::split_paths(&search).map(|it| it.join(path)).find(|it| it.is_file());
    if here.is_file() { here } else { on_path().unwrap_or(here) }
}

impl Identity {
    fn of(path: &Path) -> io::Result<Self> {
        let there = fs::metadata(path)?;
        let (bytes, modified) = (there.len(), there.modified().ok());
        Ok(Self { place: place(&there), bytes, modified })
    }
}

#[cfg(unix)]
fn place(there: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    Some((there.dev(), there.ino()))
}

#[cfg(not(unix))]
fn place(_there: &Metadata) -> Option<(u64, u64)> {
    None
}

/// Calls it what it is called, for lists of processes.
#[cfg(unix)]
fn call(command: &mut Command, path: &Path) {
    use std::os::unix::process::CommandExt as _;
    command.arg0(path);
}

#[cfg(not(unix))]
fn call(_command: &mut Command, _path: &Path) {}
