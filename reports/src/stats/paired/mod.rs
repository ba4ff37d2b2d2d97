//! By how much one of two paired measurements differs from the other.

pub mod holm;
mod signed_rank;

pub use signed_rank::{EXACT, SignedRank};
