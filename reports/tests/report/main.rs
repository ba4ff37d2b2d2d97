//! What is made of a record, short of a browser.

#[path = "../support/mod.rs"]
mod support;

mod answer;
mod calibration;
mod chart;
mod checks;
mod comparison;
mod csv;
mod html;
mod matrix;
mod merge;
mod novelties;
mod packed;
mod profile;
mod record;
mod schema;
mod table;
mod traces;
mod tuning;
mod warnings;
