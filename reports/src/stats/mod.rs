//! Estimates which assume nothing about how the samples are distributed.

mod interval;
pub mod paired;
mod slope;

pub use interval::{CONFIDENCE, median, median_interval};
pub use slope::log_log_slope;
