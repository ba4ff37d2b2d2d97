use clap::{Args, value_parser};

use super::names;
use crate::matrix::{ActiveSetting, Selection, Setting};

/// The most pollables: with their tasks and handles, they fit into a guest's 4 GiB.
pub const MOST_POLLABLES: i64 = 1_000_000;

/// Which workloads, in which sizes.
#[derive(Args)]
#[command(next_help_heading = "Cells")]
pub struct SelectionArguments {
    #[arg(long, value_name = "NAME", value_delimiter = ',', default_value = "idle,burst,churn", help = names::workloads("Workloads"))]
    pub workloads: Vec<String>,
    /// Numbers of pollables.
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "100,1000", value_parser = value_parser!(u32).range(1..=MOST_POLLABLES))]
    pub pollables: Vec<u32>,
    /// How many of the pollables have an event under way: numbers, or shares of all.
    #[arg(long, value_name = "A", value_delimiter = ',', default_value = "1,10%")]
    pub active: Vec<ActiveSetting>,
    /// A workload's setting, as NAME=VALUE or WORKLOAD.NAME=VALUE; of several values,
    /// separated by commas, each makes cells of its own. May be repeated.
    #[arg(long = "param", value_name = "SETTING")]
    pub parameters: Vec<Setting>,
    /// About how many handles a run passes to `poll`.
    #[arg(long, value_name = "HANDLES", default_value_t = 10_000, value_parser = value_parser!(u64).range(1..=100_000_000))]
    pub effort: u64,
}

impl SelectionArguments {
    /// The selection, with these settings of guests.
    pub fn selection(&self, knobs: &[Setting]) -> Selection {
        Selection {
            workloads: self.workloads.clone(),
            pollables: self.pollables.clone(),
            active: self.active.clone(),
            knobs: knobs.to_vec(),
            parameters: self.parameters.clone(),
            effort: self.effort,
        }
    }
}
