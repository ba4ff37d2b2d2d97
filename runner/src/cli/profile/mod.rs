//! `pollbench profile`: why a guest is slow, or why it failed.

mod explain;
mod failure;
mod files;
mod subjects;
mod which_cell;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};

use clap::{Args, value_parser};
use pollbench_reports::record::KnobValue;

use super::error::Error;
use super::history::SaveArguments;
use super::limits::LimitArguments;
use super::selection::MOST_POLLABLES;
use super::{Done, names};
use crate::baseline::Baselines;
use crate::compare::Subject;
use crate::matrix::{ActiveSetting, InputError, Setting};
use crate::worker::GuestSource;
pub use which_cell::{CellError, WhichCell};

pub const EXAMPLES: &str = "\
Examples:
  pollbench profile slab-list --pollables 10000
                                               which function burns, and what does a poll cost?
  pollbench profile vector-scan slab-list      the difference, as a flame graph
  pollbench profile mine.wasm@batch=64 --workload churn --active 10%
  pollbench profile record.json#12             a cell of a record
  pollbench profile --failure pollbench-results/2026-11-22T08-15-00Z
                                               the last turns of the cell that failed
  pollbench profile --failure 'record.json#mine.wasm churn'
                                               of several, the one whose name has these words
  pollbench profile --explain batched@batch=4  a turn of its loop, part by part

What a guest does is counted in fuel, about a unit for each WebAssembly instruction, without
sampling: the same on every run. Its time by function is from samples of its stack, and the
times of calls are of other runs, in which every call is timed.
profile.json is the record, and report.html shows it; flame.svg is the flame graph alone,
profile.firefox.json is for the Firefox Profiler (profiler.firefox.com), and trace.json for
Perfetto (ui.perfetto.dev) and other readers of trace events.

Exit codes: 0 done, or a failed cell passes now, 2 bad input, 4 the guest fails";

#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct What {
    /// What to profile: a built-in guest or a component file, with values for knobs as in
    /// batched@batch=4, or a cell of a record. Of two, the difference is shown, too.
    #[arg(value_name = "GUEST|RECORD#CELL", num_args = 1..=2)]
    pub subjects: Vec<String>,
    /// Repeat a cell of a record that failed, and show its last turns. The cell's number in
    /// the record, or words of its name, are only needed if several have failed.
    #[arg(long, value_name = "RECORD[#CELL]", value_parser = which_cell)]
    pub failure: Option<WhichCell>,
    /// Show one turn of a guest's loop, part by part.
    #[arg(long, value_name = "GUEST")]
    pub explain: Option<String>,
}

#[derive(Args)]
#[command(mut_arg("save", |save| save.conflicts_with_all(["failure", "explain"])))]
pub struct ProfileArguments {
    #[command(flatten)]
    pub what: What,
    #[arg(long, value_name = "NAME", default_value = "idle", help = names::workloads("The workload"))]
    pub workload: String,
    /// The number of pollables.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = value_parser!(u32).range(1..=MOST_POLLABLES))]
    pub pollables: u32,
    /// How many of them have an event under way: a number, or a share of all.
    #[arg(long, value_name = "A", default_value = "1%")]
    pub active: ActiveSetting,
    /// A workload's setting, as NAME=VALUE. May be repeated.
    #[arg(long = "param", value_name = "SETTING")]
    pub parameters: Vec<Setting>,
    /// About how many handles a run passes to `poll`.
    #[arg(long, value_name = "HANDLES", default_value_t = 40_000, value_parser = value_parser!(u64).range(1..=10_000_000_000))]
    pub effort: u64,
    #[arg(long, value_name = "NAME", default_value = "stock", help = names::hosts("The host to run the guest on"))]
    pub host: String,
    /// How many of the last turns of a failed cell to show.
    #[arg(long, value_name = "COUNT", default_value_t = 4, value_parser = value_parser!(u32).range(1..=10_000))]
    pub turns: u32,
    /// Where to put the record, the report and the other files [default: a new directory in
    /// pollbench-results].
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub save: SaveArguments,
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
        What { subjects, .. } => subjects::profile(subjects, arguments),
    }
}

/// The guest of a word such as `batched@batch=4`, and the values for its knobs.
pub fn guest(word: &str) -> Result<(GuestSource, BTreeMap<String, KnobValue>), Error> {
    // A baseline has no one guest; there is no directory of this name.
    match Subject::parse(word, &Baselines::new(Path::new("")))? {
        Subject::Guest { source, knobs } => Ok((source, knobs)),
        _ => Err(InputError::NotAGuest { given: word.into() }.into()),
    }
}
