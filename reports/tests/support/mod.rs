//! What the tests share: records made up to look like measured ones.

// Each test program uses a part of it.
#![allow(dead_code, unused_imports)]

mod hard;
mod sample;

pub use hard::hard;
pub use sample::{Cost, Sample, Workload, typical};
