//! `pollbench profile`: why a guest is slow, or why it failed.

mod failure;
mod which_cell;

use clap::Args;

use super::Done;
use super::limits::LimitArguments;
pub use which_cell::{CellError, WhichCell};

pub const EXAMPLES: &str = "\
Examples:
  pollbench profile --failure pollbench-results/2026-11-22T08-15-00Z
                                               the last turns of the cell that failed
  pollbench profile --failure record.json#12   of several, the twelfth of the record
  pollbench profile --failure 'record.json#mine.wasm churn'
                                               the one whose name has these words

A cell is repeated exactly, as often as you like: its time is virtual. Shown are which
handles the guest polled, which were ready, which tasks it ran, and the task that should
have run.

Exit codes: 0 the cell passes now, 2 bad input, 4 the guest fails";

#[derive(Args)]
pub struct ProfileArguments {
    /// Repeat a cell of a record that failed, and show its last turns. The cell's number in
    /// the record, or words of its name, are only needed if several have failed.
    #[arg(long, value_name = "RECORD[#CELL]", value_parser = |word: &str| Ok::<_, String>(WhichCell::from(word)))]
    pub failure: WhichCell,
    /// How many turns to show.
    #[arg(long, value_name = "COUNT", default_value_t = 4)]
    pub turns: usize,
    #[command(flatten)]
    pub limits: LimitArguments,
}

/// Profiles a cell.
pub fn profile(arguments: &ProfileArguments) -> Done {
    failure::failure(&arguments.failure, arguments)
}
