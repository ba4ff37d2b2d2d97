//! Everything that comes after measuring; it does not depend on wasmtime.
//!
//! Data flows one way through these modules: a [`record`] is built with
//! [`summary`], which rests on [`stats`]; its cells are ordered for comparison by
//! [`matrix`], put into words by [`answer`] and drawn by [`chart`]; and it is
//! shown as a terminal [`table`] or as an [`html`] report. Two measurements of the
//! same cells are held against each other in a [`comparison`]. A [`tuning`] finds the value
//! of a knob, and a [`profile`] says why a cell is as it is: each has a record and a report of
//! its own. A [`check`] says whether a guest is right at all. In a series of measurements,
//! [`change_points`] finds the runs from which on it is another. A [`trace`] says what a component
//! does with its pollables on a real host.

pub mod answer;
pub mod calibration;
pub mod change_points;
pub mod chart;
pub mod check;
mod columns;
pub mod comparison;
pub mod csv;
pub mod document;
pub mod format;
mod host_comparison;
pub mod html;
pub mod live;
pub mod matrix;
pub mod merge;
pub mod names;
pub mod profile;
pub mod record;
mod runs;
mod shell;
pub mod shown;
pub mod stats;
pub mod summary;
pub mod table;
pub mod trace;
mod trace_event;
pub mod trust;
pub mod tuning;
pub mod warnings;
