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
    /// The component is not a guest.
    #[error("{guest} is not a guest: {reason}")]
    NotAGuest {
        /// The guest's file or name.
        guest: String,
        /// What the component is instead, and what to do.
        reason: String,
    },
    /// The guest's `describe` failed, or its answer makes no sense.
    #[error("{guest} does not describe itself: {reason}")]
    Description {
        /// The guest's file or name.
        guest: String,
        /// What is wrong.
        reason: String,
    },
}
