use std::io;

use pollbench_load::{LoadError, ProcessError};

use crate::command::CommandError;

/// Why servers can't be measured at all. What a server does wrong is a failure of its cell.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// A component can't be run.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The system does not grant what the load needs.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The load generator can't do its part.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// No port is free.
    #[error("can't find a free port on 127.0.0.1: {0}")]
    Port(io::Error),
    /// A process can't be started.
    #[error("can't start a process of pollbench: {0}")]
    Start(io::Error),
    /// The load generator has ended without an answer.
    #[error("the load generator gave no answer: {0}")]
    Silent(String),
    /// A process was started with something that is no order, or its answer can't be written.
    #[error("this command is for `pollbench live` to start, which gives it its orders: {0}")]
    Order(serde_json::Error),
}
