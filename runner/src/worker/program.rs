use std::env;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use super::WorkerError;

/// The executable of this process, even if its file has been replaced or deleted.
#[cfg(target_os = "linux")]
const OWN_IMAGE: &str = "/proc/self/exe";

/// A program that workers are started from. It is the same from the first to the last.
///
/// On Linux, this program itself is run as the executable of this process, whose file may
/// be gone. Elsewhere, and for other programs, a file is run, unless it has changed since
/// the first look.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Program {
    /// The path or name that the program goes by.
    path: PathBuf,
    /// The file that is run.
    run: PathBuf,
    /// The identity of that file at first; `None` for the executable of this process.
    first: Option<Identity>,
    /// How long it may take to answer, beyond the limit of a run; `None` for this program,
    /// which is known to answer.
    pub(super) patience: Option<Duration>,
}

/// What tells whether a file has been replaced or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Identity {
    /// The numbers of its device and inode, where the system has them.
    place: Option<(u64, u64)>,
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Program {
    /// This program.
    pub fn this() -> io::Result<Self> {
        let path = env::current_exe()?;
        #[cfg(target_os = "linux")]
        if fs::metadata(OWN_IMAGE).is_ok() {
            return Ok(Self { path, run: OWN_IMAGE.into(), first: None, patience: None });
        }
        let first = Some(Identity::of(&path)?);
        Ok(Self { run: path.clone(), path, first, patience: None })
    }

    /// Another program: a file, or a name on the search path. It has to answer within
    /// `patience` beyond the limit of a run.
    pub fn at(path: &Path, patience: Duration) -> Result<Self, WorkerError> {
        let run = found(path);
        let start = |source| WorkerError::Start { path: path.into(), source };
        let first = Some(Identity::of(&run).map_err(start)?);
        Ok(Self { path: path.into(), run, first, patience: Some(patience) })
    }

    /// Whether it is this program, which runs the same code in the same way.
    pub fn is_this(&self) -> bool {
        self.patience.is_none()
    }

    /// The path or name that the program goes by.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The command that runs the program, if its file has not changed.
    pub(crate) fn command(&self) -> Result<Command, WorkerError> {
        if self.first.is_some_and(|first| Identity::of(&self.run).ok() != Some(first)) {
            return Err(WorkerError::Replaced { path: self.path.clone() });
        }
        let mut command = Command::new(&self.run);
        call(&mut command, &self.path);
        Ok(command)
    }
}

/// The file of a program as a shell would find it, except that a file in the current
/// directory comes first.
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

/// Sets the name that lists of processes show for the program.
#[cfg(unix)]
fn call(command: &mut Command, path: &Path) {
    use std::os::unix::process::CommandExt as _;
    command.arg0(path);
}

#[cfg(not(unix))]
fn call(_command: &mut Command, _path: &Path) {}
