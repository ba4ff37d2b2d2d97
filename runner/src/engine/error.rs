use std::io;
use std::path::PathBuf;

/// Why a guest can't be run.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The engine can't be set up on this machine.
    #[error("wasmtime can't run here: {0}")]
    Engine(wasmtime::Error),
    /// The file can't be read.
    #[error("can't read the guest {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is not what it should be.
    #[error("{guest} is not a guest: {reason}")]
    NotAGuest {
        /// Its file or name.
        guest: String,
        /// What it is instead, and what to do.
        reason: String,
    },
    /// Its `describe` failed or makes no sense.
    #[error("{guest} does not describe itself: {reason}")]
    Description {
        /// Its file or name.
        guest: String,
        /// What is wrong.
        reason: String,
    },
}
