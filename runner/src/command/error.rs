use std::io;
use std::path::PathBuf;

use crate::engine::LoadError;

/// Why a component can't be run.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The file can't be read, or the engine can't be set up.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// It is no component that can be run.
    #[error("can't run {component}: {reason}")]
    NotACommand {
        /// The component's file.
        component: String,
        /// What it is instead, and what to do.
        reason: String,
    },
    /// There is no built-in server of this name.
    #[error("there is no built-in server {name:?}")]
    NoServer {
        /// The name.
        name: String,
    },
    /// A directory can't be passed to the component.
    #[error("can't open the directory {} of --dir: {reason}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// A handler can't be sent requests.
    #[error("can't send requests to the component over a port of this machine: {0}")]
    Requests(#[source] io::Error),
    /// The runtime can't be started.
    #[error("can't start a runtime for a component: {0}")]
    Runtime(#[from] io::Error),
}
