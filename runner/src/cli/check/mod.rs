//! `pollbench check`: is this executor right?

mod publish;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use pollbench_reports::check::Format;

use super::duration::duration;
use super::error::{Error, Exit};
use super::limits::LimitArguments;
use super::profile::guest;
use super::progress::Display;
use super::writing::Writing;
use super::{Done, names, output, stop};
use crate::check::{Amount, CheckError, Checking, ScriptFile};
use crate::engine::RunLimits;
use crate::matrix::counting_hosts_named;
use crate::session::Progress as _;

pub const EXAMPLES: &str = "\
Examples:
  pollbench check mine.wasm                    is this executor right?
  pollbench check mine.wasm@batch=1            and with another value of a knob?
  pollbench check mine.wasm --for 10m --seed 7 more random scripts, and other ones
  pollbench check mine.wasm --script pollbench-results/2026-11-28T08-15-00Z/lost.json
                                               run one script again
  pollbench check mine.wasm --write junit=check.xml
                                               for a CI that shows tests

The guest runs each step of the contract alone, every workload in small, edge cases and random
scripts, and the host checks all that it does. Nothing is timed. A script that fails is made
as short as can be, is shown step by step, and is kept in a file. The same seed gives the
same scripts.

Exit codes: 0 nothing is wrong, 2 bad input, 4 the guest breaks the contract or a limit,
130 interrupted";

#[derive(Args)]
pub struct CheckArguments {
    /// The guest: a component file or a built-in guest, with values for knobs as in
    /// batched@batch=4.
    #[arg(value_name = "GUEST")]
    pub guest: String,
    /// How many random scripts to run.
    #[arg(long, value_name = "COUNT", default_value_t = 2_000)]
    pub scripts: u64,
    /// Run random scripts for so long instead, such as 60s or 10m.
    #[arg(long = "for", value_name = "DURATION", value_parser = duration, conflicts_with = "scripts")]
    pub time: Option<Duration>,
    /// The seed of the random scripts.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
    /// Run only the script of this file.
    #[arg(long, value_name = "FILE.json", conflicts_with_all = ["scripts", "time", "seed"])]
    pub script: Option<PathBuf>,
    #[arg(long, value_name = "NAME", default_value = "stock", help = names::simulated_host("The simulated host to run the guest on"))]
    pub host: String,
    /// What to print: table, json, junit.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: Format,
    /// Write the result in another format too, as FORMAT=FILE; may be repeated.
    #[arg(long, value_name = "FORMAT=FILE")]
    pub write: Vec<Writing<Format>>,
    /// Where to put the scripts that fail [default: a new directory in pollbench-results].
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub limits: LimitArguments,
}

/// Within this time a script is made shorter, for each kind of failure.
const SHRINKING: Duration = Duration::from_secs(10);

/// Checks a guest, and reports what is wrong with it.
pub fn check(arguments: &CheckArguments) -> Done {
    let started = Timestamp::now();
    for Writing { file, .. } in &arguments.write {
        output::prepare_file(file)?;
    }
    let script = arguments.script.as_deref().map(ScriptFile::read).transpose()?;
    let display = Display::new();
    let checking = checking(arguments, &display)?;
    stop::catch();
    let checked = match &script {
        Some(file) => checking.run_script(&file.script),
        None => checking.run(),
    }?;
    display.end();
    let is_fine = checked.faults.is_empty();
    publish::publish(checked, arguments, started)?;
    Ok(stop::or(if is_fine { Exit::Fine } else { Exit::GuestFailed }))
}

fn checking<'a>(arguments: &CheckArguments, display: &'a Display) -> Result<Checking<'a>, Error> {
    let (source, knobs) = guest(&arguments.guest)?;
    Ok(Checking {
        source: source.source().map_err(CheckError::Unknown)?,
        host: counting_hosts_named(std::slice::from_ref(&arguments.host))?[0],
        knobs,
        amount: arguments.time.map_or(Amount::Scripts(arguments.scripts), Amount::Time),
        seed: arguments.seed,
        limits: RunLimits::from(&arguments.limits),
        shrinking: SHRINKING,
        stop: &stop::STOP,
        progress: display,
    })
}
