//! `pollbench profile`: why a guest is slow, or why it failed.

mod explain;
mod failure;
mod which_cell;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::Path;

use clap::{Args, value_parser};
use pollbench_reports::record::KnobValue;

use super::error::Error;
use super::limits::LimitArguments;
use super::{Done, names};
use crate::baseline::Baselines;
use crate::compare::Subject;
use crate::matrix::InputError;
use crate::worker::GuestSource;
pub use which_cell::{CellError, WhichCell};

pub const EXAMPLES: &str = "\
Examples:
  pollbench profile --failure pollbench-results/2026-11-22T08-15-00Z
                                               the last turns of the cell that failed
  pollbench profile --failure record.json#12   of several, the twelfth of the record
  pollbench profile --failure 'record.json#mine.wasm churn'
                                               the one whose name has these words
  pollbench profile --explain batched@batch=4  a turn of its loop, part by part

A cell is repeated exactly, as often as you like: its time is virtual. Shown are which
handles the guest polled, which were ready, which tasks it ran, and the task that should
have run.

Exit codes: 0 the cell passes now, 2 bad input, 4 the guest fails";

#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct What {
    /// Repeat a cell of a record that failed, and show its last turns. The cell's number in
    /// the record, or words of its name, are only needed if several have failed.
    #[arg(long, value_name = "RECORD[#CELL]", value_parser = which_cell)]
    pub failure: Option<WhichCell>,
    /// Show one turn of a guest's loop, part by part: a built-in guest or a component file,
    /// with values for knobs as in batched@batch=4.
    #[arg(long, value_name = "GUEST")]
    pub explain: Option<String>,
}

#[derive(Args)]
pub struct ProfileArguments {
    #[command(flatten)]
    pub what: What,
    /// How many of the last turns to show.
    #[arg(long, value_name = "COUNT", default_value_t = 4, value_parser = value_parser!(u32).range(1..=10_000))]
    pub turns: u32,
    #[arg(long, value_name = "NAME", default_value = "stock", help = names::hosts("The host to run the guest on"))]
    pub host: String,
    #[command(flatten)]
    pub limits: LimitArguments,
}

fn which_cell(word: &str) -> Result<WhichCell, Infallible> {
    Ok(WhichCell::from(word))
}

/// Profiles a cell.
pub fn profile(arguments: &ProfileArguments) -> Done {
    match &arguments.what {
        What { failure: Some(which), .. } => failure::failure(which, arguments),
        What { explain: Some(guest), .. } => explain::explain(guest, arguments),
        What { .. } => unreachable!("one of them is required"),
    }
}

/// The guest of a word such as `batched@batch=4`, and the values for its knobs.
fn guest(word: &str) -> Result<(GuestSource, BTreeMap<String, KnobValue>), Error> {
    // A baseline has no one guest; there is no directory of this name.
    match Subject::parse(word, &Baselines::new(Path::new("")))? {
        Subject::Guest { source, knobs } => Ok((source, knobs)),
        _ => Err(InputError::NotAGuest { given: word.into() }.into()),
    }
}
