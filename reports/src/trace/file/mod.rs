//! The trace file: what happened to the pollables of a component, in about two bytes for each
//! change. `runner/TRACING.md` describes the format.
//!
//! A [`Recording`] is kept in memory as a ring of blocks, each of which can be read by itself.
//! When it is full, the oldest block goes, and the pollables that were alive after it are
//! remembered.

mod block;
mod head;
mod list;
mod number;
mod read;
mod ring;
mod write;

pub use head::{Around, Head};
pub use read::{TraceError, TraceFile};
pub use ring::Recording;

#[cfg(test)]
mod tests;
