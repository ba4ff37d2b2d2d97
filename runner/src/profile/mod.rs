//! Profiles of a cell: why it is as it is.

mod cell;
mod error;
mod replay;

pub use cell::{LoadedCell, ProfiledCell};
pub use error::ProfileError;
pub use replay::Replay;
