//! What the tests share: records made up to look like measured ones.

// Each test program uses a part of it.
#![allow(dead_code, unused_imports)]

mod comparison;
mod grid;
mod hard;
mod large;
mod sample;
mod tuning;

pub use comparison::{ODD, all_kinds, cell, comparison_of, count, failure, limited, timing};
pub use grid::grid;
pub use hard::hard;
pub use large::large;
pub use sample::{Cost, Sample, Workload, typical};
pub use tuning::{compromise, explained, hostile_tuning, mix, tuning, two_knobs, two_loads};
