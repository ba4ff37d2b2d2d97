use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use pollbench_reports::comparison::limits::GateLimits;
use pollbench_reports::record::Record;

use super::Done;
use super::duration::duration;
use super::error::Error;
use super::judging::{JudgingArguments, Question, per_cent};
use super::selection::SelectionArguments;
use crate::baseline::Baselines;
use crate::compare::{Side, StartedGuest, Subject};
use crate::engine::{Host, RunLimits};
use crate::matrix::{Group, InputError, counting_hosts_named};
use crate::worker::Program;

pub const EXAMPLES: &str = "\
Examples:
  pollbench compare slab slab-list              which is faster, and where?
  pollbench compare batched batched@batch=256   what does a knob change?
  pollbench compare slab mine.wasm --workloads all --pollables 100,10000 --budget 900
  pollbench compare slab --base-exe ../old/pollbench
                                                what does another host or wasmtime change?
  pollbench compare before.json after.json      the counters of two runs
  pollbench compare slab mine.wasm --only changed
                                                the rows of what differs

CPU time is measured live, on both sides in turns, never read from a record.
Ratios are the candidate's time over the base's: above 1 it is slower.
Counts are exact: more than a limit allows is worse, as in a gate.

Exit codes: 0 nothing is worse, 1 slower, or counts more than allowed, 2 bad input,
3 can't tell, or nothing was judged, 4 a guest failed";

#[derive(Args)]
pub struct CompareArguments {
    /// What to compare with: a built-in guest, with knobs as in batched@batch=64; a
    /// component file; a baseline; or the record of a run.
    #[arg(value_name = "BASE")]
    pub base: String,
    /// What to judge, given like the base; may be left out with --base-exe.
    #[arg(value_name = "CANDIDATE", required_unless_present = "base_exe")]
    pub candidate: Option<String>,
    /// Another pollbench, which is to run the base, to see what its host changes.
    #[arg(long, value_name = "FILE")]
    pub base_exe: Option<PathBuf>,
    /// How long the program of --base-exe may take for each answer beyond the limit of a run:
    /// it may have to compile the guest.
    #[arg(long, value_name = "DURATION", default_value = "2m", value_parser = duration)]
    pub answer_limit: Duration,
    /// The largest change in time that does not count.
    #[arg(long, value_name = "PER CENT", default_value = "1%", value_parser = per_cent)]
    pub threshold: f64,
    /// Limits, as a gate has them [default: those of a gate for counts, and the threshold
    /// for time].
    #[arg(long = "config", value_name = "FILE.toml")]
    pub config: Option<PathBuf>,
    /// Hosts to run both sides on, or `all`.
    #[arg(long, value_name = "NAME", value_delimiter = ',', default_value = "stock")]
    pub host: Vec<String>,
    #[command(flatten)]
    pub selection: SelectionArguments,
    #[command(flatten)]
    pub judging: JudgingArguments,
}

/// Compares two sides, and reports the result.
pub fn compare(arguments: &CompareArguments) -> Done {
    let started = Timestamp::now();
    let judging = &arguments.judging;
    judging.prepare()?;
    let allowed =
        arguments.config.as_deref().map_or(Ok(GateLimits::counts_default()), GateLimits::read)?;
    let (base, candidate) = sides(arguments)?;
    let threshold = arguments.threshold;
    let question = Question {
        base,
        candidate,
        allowed: &allowed,
        threshold,
        same_guests: false,
        keeps_counts: false,
    };
    judging.judge(question, started, |_| Ok(()))
}

/// Both sides, with their cells.
fn sides(arguments: &CompareArguments) -> Result<(Side, Side), Error> {
    let baselines = Baselines::new(&arguments.judging.baselines);
    let here = Program::this().map_err(Error::Program)?;
    let base_exe = match &arguments.base_exe {
        Some(path) => Program::at(path, arguments.answer_limit)?,
        None => here.clone(),
    };
    let candidate = arguments.candidate.as_ref().unwrap_or(&arguments.base);
    let loader = SideLoader { arguments, baselines: &baselines };
    let base = loader.load(&arguments.base, &base_exe)?;
    let candidate = loader.load(candidate, &here)?;
    match (base, candidate) {
        (LoadedSide::Live(base), LoadedSide::Live(candidate)) => {
            let groups = Group::all(&arguments.selection.selection(&[]))?;
            let hosts = counting_hosts_named(&arguments.host)?;
            let hosts: Vec<&str> = hosts.into_iter().map(Host::name).collect();
            Ok((base.side_of_groups(&groups, &hosts), candidate.side_of_groups(&groups, &hosts)))
        }
        (LoadedSide::Past(base), LoadedSide::Live(candidate)) => {
            let base = base.of_guest(&candidate.guest.name)?;
            let candidate = candidate.side_like(&base.entries);
            Ok((base, candidate))
        }
        (LoadedSide::Live(base), LoadedSide::Past(candidate)) => {
            let candidate = candidate.of_guest(&base.guest.name)?;
            let base = base.side_like(&candidate.entries);
            Ok((base, candidate))
        }
        (LoadedSide::Past(base), LoadedSide::Past(candidate)) => Ok((*base, *candidate)),
    }
}

/// A side whose cells come from a record or a baseline, or a guest that can run any cells.
enum LoadedSide {
    Past(Box<Side>),
    Live(Box<StartedGuest>),
}

struct SideLoader<'a> {
    arguments: &'a CompareArguments,
    baselines: &'a Baselines,
}

impl SideLoader<'_> {
    fn load(&self, word: &str, program: &Program) -> Result<LoadedSide, Error> {
        Ok(match Subject::parse(word, self.baselines)? {
            Subject::Record(path) => {
                LoadedSide::Past(Box::new(Side::of_record(word, &Record::read(&path)?)))
            }
            Subject::Baseline(name) => {
                let baseline = self.baselines.open(&name)?;
                let mut side = Side::of_baseline(&name, &baseline, program)?;
                // Another program may count differently than the one that saved the
                // baseline.
                if self.arguments.base_exe.is_some() {
                    side.forget_counts();
                }
                LoadedSide::Past(Box::new(side))
            }
            Subject::Guest { source, knobs } => {
                let limits = RunLimits::from(&self.arguments.judging.limits);
                let host = counting_hosts_named(&self.arguments.host)?[0].name();
                LoadedSide::Live(Box::new(StartedGuest::start(
                    program, &source, knobs, host, limits,
                )?))
            }
        })
    }
}

impl Side {
    /// Keeps the cells of one guest: the guest of this name, or the only one there is.
    fn of_guest(mut self, name: &str) -> Result<Self, InputError> {
        let known: Vec<String> = self.labels().into_iter().map(String::from).collect();
        if known.len() > 1 {
            self.entries.retain(|entry| entry.label == name);
            if self.entries.is_empty() {
                let what = "guest in the other side called";
                return Err(InputError::Unknown { what, name: name.into(), known });
            }
        }
        Ok(self)
    }
}
