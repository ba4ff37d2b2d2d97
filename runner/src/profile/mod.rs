//! Why a cell is as it is: takes profiles of a guest.
//!
//! The exact lane counts the fuel of each function along the tree of calls, without
//! sampling. [`instrument`] makes a component whose functions tell the host when they are
//! entered and left, a [`Recorder`] in the host attributes the fuel, and [`exact`] runs both.

mod crossing;
mod exact;
mod instrument;
mod names;
mod recorder;

pub(crate) use crossing::{ENTER, EXIT, INTERFACE};
pub use exact::{ExactError, ExactProfile, exact};
pub use instrument::{Instrumented, instrument};
pub use recorder::{RecordError, Recorder};
