use crate::engine::LoadError;

/// Why a guest can't be checked.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// It can't be run.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// This pollbench knows no such guest.
    #[error("{0}")]
    Unknown(String),
    /// It has no such knob, or the knob no such value.
    #[error("{0}")]
    Knobs(String),
}
