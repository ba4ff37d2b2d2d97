//! What the tests, the benchmark and the example share: made-up histories.

// Each program uses a part of it.
#![allow(dead_code, unused_imports)]

mod noise;
#[path = "../../../tests/support/sample.rs"]
mod sample;
mod served;
mod story;

pub use noise::Noise;
pub use sample::{Sample, Workload, typical};
pub use served::{Answer, Served};
pub use story::{Step, Story, with_times};
