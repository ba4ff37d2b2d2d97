use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, value_parser};
use pollbench_reports::calibration;

use super::arguments::RunArguments;
use super::duration::duration;
use super::guest_file::{self, GuestFile};
use super::output;
use super::run::measured;
use super::selection::MOST_POLLABLES;
use super::{Done, names, streams};
use crate::matrix::{ActiveSetting, Setting};

pub const EXAMPLES: &str = "\
Examples:
  pollbench calibrate                           the whole table, in five minutes
  pollbench calibrate --real real --guests bare,adaptive
                                                beside a runtime with worker threads
  pollbench calibrate --workloads idle --param delay=10000
                                                with a host that sleeps for each event

Each guest runs under each workload on the host `stock` and on a real one, in turns. The
table has its net time per event on both and their ratio; below it is said whether the
order of the guests is the same wherever the real host can tell them apart.";

#[derive(Args)]
pub struct CalibrateArguments {
    /// Built-in guests to run, or `all`.
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        default_value = "bare,vector-scan,slab-list,adaptive,p3"
    )]
    pub guests: Vec<String>,
    /// A component file to run beside the built-in guests, and what to call it; may be
    /// repeated.
    #[arg(long, value_name = guest_file::VALUE, value_parser = guest_file::parser())]
    pub guest: Vec<GuestFile>,
    #[arg(long, value_name = "NAME", value_delimiter = ',', default_value = "idle,burst,churn", help = names::workloads("Workloads to run"))]
    pub workloads: Vec<String>,
    /// Numbers of pollables.
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "100,1000,10000", value_parser = value_parser!(u32).range(1..=MOST_POLLABLES))]
    pub pollables: Vec<u32>,
    /// How many of the pollables have an event under way: numbers, or shares of all.
    #[arg(long, value_name = "A", value_delimiter = ',', default_value = "1,10%")]
    pub active: Vec<ActiveSetting>,
    /// A workload's setting, as NAME=VALUE or WORKLOAD.NAME=VALUE; may be repeated. By
    /// default no event of `idle` has to be waited for, because a wait would add the time
    /// it takes to wake a processor.
    #[arg(long = "param", value_name = "SETTING")]
    pub parameters: Vec<Setting>,
    /// The real host: real-current-thread, or real, or both.
    #[arg(long, value_name = "NAME", value_delimiter = ',', default_value = "real-current-thread")]
    pub real: Vec<String>,
    /// The time to use, such as 90s or 5m. Six repetitions are made in any case.
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration)]
    pub time: Duration,
    /// Where to put the record and the report [default: a new directory in
    /// pollbench-results].
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

/// Measures on the simulated and the real host, and shows how their times compare.
pub fn calibrate(arguments: &CalibrateArguments) -> Done {
    let hosts = ["stock".to_string()].into_iter().chain(arguments.real.iter().cloned());
    let mut parameters = arguments.parameters.clone();
    let has_idle = arguments.workloads.iter().any(|name| ["idle", "all"].contains(&name.as_str()));
    if parameters.is_empty() && has_idle {
        parameters.push("idle.delay=0".parse().expect("a setting"));
    }
    let run = RunArguments {
        guests: arguments.guests.clone(),
        guest: arguments.guest.clone(),
        workloads: arguments.workloads.clone(),
        pollables: arguments.pollables.clone(),
        active: arguments.active.clone(),
        parameters,
        time: Some(arguments.time),
        host: hosts.collect(),
        output: arguments.output.clone(),
        ..RunArguments::default()
    };
    let (record, results) = measured(&run, None)?;
    let table = calibration::table(&record);
    let table = table.unwrap_or_else(|| "Nothing was timed on both hosts.\n".into());
    output::publish_with(&table, &record, &results, streams::print)
}
