//! What the tests share: records made up to look like measured ones.

// Each test program uses a part of it.
#![allow(dead_code, unused_imports)]

mod comparison;
mod grid;
mod hard;
mod large;
mod live;
mod profile;
mod sample;
mod trace;
mod tuning;

pub use comparison::{ODD, all_kinds, cell, comparison_of, count, failure, limited, timing};
pub use grid::grid;
pub use hard::hard;
pub use large::large;
pub use live::{hostile_live, live};
pub use profile::{
    changed_profile, empty_profile, hostile_profile, profile, profile_of, turns_of_a_loop,
};
pub use sample::{Cost, Sample, Workload, typical};
pub use trace::trace;
pub use tuning::{compromise, explained, hostile_tuning, mix, tuning, two_knobs, two_loads};
