//! What comes after measuring, with no wasmtime in it.
//!
//! Data flows one way through these modules: a [`record`] is read, summarised
//! by [`stats`], and shown as a terminal table or as an HTML report.

pub mod record;
