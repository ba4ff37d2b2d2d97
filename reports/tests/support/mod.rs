//! What the tests share: records made up to look like measured ones.

// Each test program uses a part of it.
#![allow(dead_code, unused_imports)]

mod comparison;
mod hard;
mod large;
mod sample;

pub use comparison::{ODD, all_kinds, cell, comparison_of, count, failure, limited, timing};
pub use hard::hard;
pub use large::large;
pub use sample::{Cost, Sample, Workload, typical};
