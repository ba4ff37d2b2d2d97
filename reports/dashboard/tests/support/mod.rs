//! What the tests, the benchmark and the example share: made-up histories.

// Each program uses a part of it.
#![allow(dead_code, unused_imports)]

#[path = "../../../tests/support/grid.rs"]
mod grid;
mod lanes;
#[path = "../../../tests/support/live.rs"]
mod live;
mod noise;
#[path = "../../../tests/support/profile.rs"]
mod profile;
#[path = "../../../tests/support/sample.rs"]
mod sample;
mod served;
mod story;
#[path = "../../../tests/support/tuning.rs"]
mod tuning;

pub use lanes::{tell_hostile_lanes, tell_lanes};
pub use noise::Noise;
pub use profile::profile;
pub use sample::{Sample, Workload, typical};
pub use served::{Answer, Served};
pub use story::{Step, Story, with_times};
