use std::io;
use std::path::PathBuf;

use super::rules::Broken;

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
    /// What the guest says of itself breaks a rule.
    #[error("{guest} says of itself what is not allowed: {broken} (see wit/README.md)")]
    Rules {
        /// The guest's file or name.
        guest: String,
        /// Which field breaks which rule.
        broken: Broken,
    },
    /// The guest's `describe` failed.
    #[error("{guest} does not describe itself: {reason}")]
    Description {
        /// The guest's file or name.
        guest: String,
        /// What is wrong.
        reason: String,
    },
}
