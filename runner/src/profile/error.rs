use pollbench_reports::record::Failure;

use crate::engine::LoadError;

/// Why a cell can't be profiled.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The guest can't be run.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The host, the guest or the work is none that this pollbench knows.
    #[error("{0}")]
    Unknown(String),
    /// The guest can't do the work.
    #[error("{guest} can't be profiled: {why}")]
    NotSupported {
        /// The guest's name.
        guest: String,
        /// Why it can't.
        why: String,
    },
    /// The guest breaks the contract or a limit.
    #[error(
        "{guest} fails: {}: {}; `pollbench run` records that, and `pollbench profile --failure` shows its last turns",
        failure.kind,
        failure.in_one_line()
    )]
    Failed {
        /// The guest's name.
        guest: String,
        /// What it did wrong.
        failure: Box<Failure>,
    },
}
