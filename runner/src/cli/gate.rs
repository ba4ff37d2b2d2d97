use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use itertools::Itertools as _;
use jiff::Timestamp;
use pollbench_guests::BUILT_IN;
use pollbench_reports::comparison;
use pollbench_reports::comparison::limits::GateLimits;
use pollbench_reports::record::Record;

use super::draft::Draft;
use super::error::Error;
use super::guest_file::{self, GuestFile};
use super::history::{SaveArguments, save};
use super::judging::{JudgingArguments, Question};
use super::{Done, stop};
use crate::baseline::Baselines;
use crate::compare::{Entry, Side, StartedGuest};
use crate::engine::{Configuration, RunLimits};
use crate::matrix::{InputError, hosts_named};
use crate::worker::{GuestSource, Program};

/// The file that limits are read from by default.
const CONFIG: &str = "pollbench.toml";

/// The threshold for time where no limit sets another: a fraction of the base's time.
const THRESHOLD: f64 = 0.03;

pub const EXAMPLES: &str = "\
Examples:
  pollbench baseline save main                  once, or after each merge
  pollbench gate --baseline main                is anything worse than it was?
  pollbench gate --baseline main --guest mine.wasm --counters-only
  pollbench gate --baseline main --format markdown --write junit=junit.xml
  pollbench gate --baseline main --save         keep what the guests of now count, too

Counters are compared exactly; CPU time by running the kept components and the new
ones in turns on this machine. Limits are in pollbench.toml. A guest that the baseline
does not have is new: it is run, and passes unless it fails. Knobs that had their
defaults have what is the default now, which is said.

Exit codes: 0 fine, 1 a regression, 2 bad input, 3 inconclusive, or nothing was judged,
4 a guest failed";

#[derive(Args)]
#[command(mut_arg("save", |save| save.help(SAVE)))]
pub struct GateArguments {
    /// The baseline to compare with.
    #[arg(long, value_name = "NAME")]
    pub baseline: String,
    /// A component file in place of the baseline's guest of the same name, which is the one
    /// given here or else its own, or a new guest; may be repeated. The other guests are the
    /// built-in ones.
    #[arg(long, value_name = guest_file::VALUE, value_parser = guest_file::parser())]
    pub guest: Vec<GuestFile>,
    /// The limits [default: pollbench.toml where there is one, else built-in ones].
    #[arg(long, value_name = "FILE.toml")]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    pub save: SaveArguments,
    #[command(flatten)]
    pub judging: JudgingArguments,
}

const SAVE: &str = "\
Add a record of what the guests of now count, without times, to the history that is named, \
or by default to that of POLLBENCH_HISTORY, else pollbench-history.db";

/// Compares the guests of now with a baseline.
pub fn gate(arguments: &GateArguments) -> Done {
    let started = Timestamp::now();
    let judging = &arguments.judging;
    judging.prepare()?;
    let history = arguments.save.place()?;
    let allowed = allowed(arguments.config.as_deref())?;
    let baselines = Baselines::new(&judging.baselines);
    let baseline = baselines.open(&arguments.baseline)?;
    let here = Program::this().map_err(Error::Program)?;
    let base = Side::of_baseline(&arguments.baseline, &baseline, &here)?;
    let candidate = present(arguments, &base, &here)?;
    let threshold = THRESHOLD;
    let question = Question {
        base,
        candidate,
        allowed: &allowed,
        threshold,
        same_guests: true,
        keeps_counts: history.is_some(),
    };
    let Some(history) = history else { return judging.judge(question, started, |_| Ok(())) };
    let draft = draft(&question.candidate, RunLimits::from(&judging.limits))?;
    judging.judge(question, started, |candidate| save(&record(&draft, candidate), history))
}

/// The record that is to have the counts of a side, but for its cells.
fn draft(side: &Side, limits: RunLimits) -> Result<Draft, Error> {
    let hosts: Vec<String> = side.entries.iter().map(|it| it.host.clone()).unique().collect();
    let hosts = hosts_named(&hosts)?.into_iter();
    let configurations = hosts.map(Configuration::of).collect::<Result<Vec<_>, _>>()?;
    Ok(Draft::of(&configurations, side.guests.clone(), limits))
}

/// The record of what a side has counted. It has no times: those of a comparison are pairs.
fn record(draft: &Draft, side: Side) -> Record {
    let cells = side.entries.into_iter().filter_map(Entry::into_record).collect();
    draft.record(cells, stop::is_set())
}

fn allowed(config: Option<&Path>) -> Result<GateLimits, Error> {
    Ok(match config {
        Some(path) => GateLimits::read(path)?,
        None if Path::new(CONFIG).exists() => GateLimits::read(Path::new(CONFIG))?,
        None => GateLimits::gate_default(),
    })
}

/// The candidate's side: the cells of the baseline, run by the guests of now, and a cell
/// for each of its works for every new guest.
fn present(arguments: &GateArguments, base: &Side, program: &Program) -> Result<Side, Error> {
    let limits = RunLimits::from(&arguments.judging.limits);
    let host = base.entries.first().map_or("stock", |entry| entry.host.as_str());
    let start = |source| StartedGuest::start(program, &source, BTreeMap::new(), host, limits);
    let mut given: BTreeMap<String, StartedGuest> = BTreeMap::new();
    for GuestFile { name, path } in &arguments.guest {
        let live = start(GuestSource::File(path.clone()))?.named(name.as_deref());
        let name = live.guest.name.clone();
        if given.insert(name.clone(), live).is_some() {
            return Err(InputError::SameName { name }.into());
        }
    }
    let mut sides = Vec::new();
    for guest in &base.described.guests {
        let live = match given.remove(&guest.name) {
            Some(live) => live,
            None if BUILT_IN.iter().any(|it| it.name == guest.name) => {
                start(GuestSource::BuiltIn(guest.name.clone()))?
            }
            None => return Err(InputError::NoCandidate { name: guest.name.clone() }.into()),
        };
        sides.push(live.side_repeating(base)?);
    }
    let work = work(&base.entries);
    sides.extend(given.into_values().map(|live| live.side_like(&work)));
    let described = comparison::Side {
        label: "now".into(),
        pollbench: env!("CARGO_PKG_VERSION").into(),
        engine: crate::engine::engine_version(),
        guests: sides.iter().flat_map(|side| side.described.guests.clone()).collect(),
    };
    let guests = sides.iter().flat_map(|side| side.guests.clone()).collect();
    let entries = sides.into_iter().flat_map(|side| side.entries).collect();
    Ok(Side { described, entries, guests, is_past: false })
}

/// A cell for each distinct work, whichever guest does it.
fn work(entries: &[Entry]) -> Vec<Entry> {
    let mut all: Vec<Entry> = Vec::new();
    for entry in entries {
        if !all.iter().any(|it| it.fits(entry)) {
            all.push(entry.clone());
        }
    }
    all
}
