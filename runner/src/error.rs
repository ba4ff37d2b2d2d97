use std::process::ExitCode;

use pollbench_reports::record::{ReadError, WriteError};

use crate::engine::LoadError;
use crate::matrix::InputError;

/// Why the program ends without doing what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line makes no sense.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A guest can't be run.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A record can't be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A file can't be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// What the exit code says. The numbers are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All that was asked for was done, and every cell is ok.
    Fine,
    /// The command line, a guest, a record or an output directory is no good.
    BadInput,
    /// A cell failed: its guest broke the contract.
    GuestFailed,
    /// Stopped before the matrix was complete.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Fine => 0,
            Exit::BadInput => 2,
            Exit::GuestFailed => 4,
            Exit::Interrupted => 130,
        })
    }
}
