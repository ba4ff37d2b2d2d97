use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum, value_parser};
use clap_complete::Shell;

use super::baseline::BaselineCommand;
use super::calibrate::CalibrateArguments;
use super::check::CheckArguments;
use super::compare::CompareArguments;
use super::duration::duration;
use super::gate::GateArguments;
use super::guest_file::{self, GuestFile};
use super::history::{HistoryCommand, SaveArguments};
use super::limits::LimitArguments;
use super::live::LiveCommand;
use super::names;
use super::profile::ProfileArguments;
use super::selection::MOST_POLLABLES;
use super::self_test::SelfTestArguments;
use super::serve::ServeArguments;
use super::site::SiteArguments;
use super::trace::TraceArguments;
use super::tune::TuneArguments;
use crate::matrix::{ActiveSetting, Partition, Setting};

/// Benchmarks the event loops (executors) inside WASI 0.2 guests: what a poll
/// costs and how long an event waits, under thousands of pollables.
///
/// Without a command it runs the default matrix.
#[derive(Parser)]
#[command(name = "pollbench", version, after_help = EXAMPLES)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The guests and workloads that are run by default: a minute's worth, in which no cell is
/// unsupported or fails.
const GUESTS: &str = "bare,vector-scan,slab-list,batched,adaptive,dotnet,p3";
const WORKLOADS: &str = "idle,burst,churn";

const EXAMPLES: &str = "\
Examples:
  pollbench                                    the default matrix, within a minute
  pollbench run --quick                        a smaller one, within ten seconds
  pollbench run --guests all --workloads all   everything, within ten minutes
  pollbench check mine.wasm                    is your executor right?
  pollbench trace app.wasm                     what does any component do with its pollables?
  pollbench run --guest mine.wasm              your executor beside the built-in ones
  pollbench run --guests batched --knob batch=16,64,256
                                               which batch size?
  pollbench run --workloads idle --param yielders=4 --pollables 10000
                                               idle pollables beside tasks that never rest
  pollbench run --workloads replay --param trace=app.trace --guests all
                                               which executor for what a program was seen to do?
  pollbench live echo --connections 100,1000   what does a server cost on real sockets?
  pollbench run --host stock,lean              what would a better host bring?
  pollbench run --host real                    on a real runtime, real descriptors and timers
  pollbench tune batched                       which batch size should it have?
  pollbench profile --failure record.json      what did the guest do before it failed?
  pollbench calibrate                          how far is the simulated host borne out?
  pollbench run --resume pollbench-results/2026-11-22T08-15-00Z
                                               go on with a run that was interrupted
  pollbench run --partition 2/8 -o part-2      the second of eight parts of a matrix
  pollbench merge part-* -o whole              the parts as one record and report
  pollbench run --save                         keep the record in a history, too
  pollbench history list                       what runs the history has
  pollbench run --guest old=a/mine.wasm --guest new=b/mine.wasm
                                               two builds of one executor
  pollbench list --guest mine.wasm             what there is to run, and its knobs
  pollbench report record.json -o again        the report of an earlier run
  pollbench report record.json --worst slab    where a guest is furthest from the best
  zstd -dc record.json.zst | pollbench report - --print csv
                                               the numbers of each cell, for a spreadsheet
  pollbench completions bash > /etc/bash_completion.d/pollbench
                                               let the shell complete commands and options

Compiled guests are kept in pollbench/compiled of XDG_CACHE_HOME, by default ~/.cache, and
take at most 1 GiB there; POLLBENCH_CACHE names another directory, or is `off`.

Exit codes:
  0    all was done, and every cell is ok; nothing compared is slower or beyond a limit
  1    a regression: something is slower, or beyond its limit
  2    bad input: the message says what, and what to do
  3    inconclusive: some of what was compared can't be told, or nothing was judged
  4    a guest broke the contract or a limit: its cell says how
  130  interrupted; what was measured is kept";

#[derive(Subcommand)]
pub enum Command {
    /// Measure, and write the record and the report.
    #[command(after_help = EXAMPLES)]
    Run(Box<RunArguments>),
    /// Show the guests, the workloads, and what can be set.
    List(ListArguments),
    /// Show the table of a record, and write its report.
    Report(ReportArguments),
    /// Tell whether one guest is slower than another, or needs more.
    #[command(after_help = super::compare::EXAMPLES)]
    Compare(Box<CompareArguments>),
    /// Find the value that a guest's knob should have, and what others cost.
    #[command(after_help = super::tune::EXAMPLES)]
    Tune(Box<TuneArguments>),
    /// Tell why a guest is slow, or why a cell failed.
    #[command(after_help = super::profile::EXAMPLES)]
    Profile(Box<ProfileArguments>),
    /// Tell whether a guest's executor is right, without timing anything.
    #[command(after_help = super::check::EXAMPLES)]
    Check(Box<CheckArguments>),
    /// Run any component, and tell what it does with its pollables.
    #[command(after_help = super::trace::EXAMPLES)]
    Trace(Box<TraceArguments>),
    /// Measure servers over different executors on real sockets.
    #[command(subcommand)]
    Live(LiveCommand),
    /// Keep the baselines that a gate compares with.
    #[command(subcommand)]
    Baseline(BaselineCommand),
    /// Compare the guests of now with a baseline; for CI.
    #[command(after_help = super::gate::EXAMPLES)]
    Gate(Box<GateArguments>),
    /// Measure how far comparisons can be trusted on this machine.
    #[command(after_help = super::self_test::EXAMPLES)]
    SelfTest(Box<SelfTestArguments>),
    /// Compare the simulated host with a real one.
    #[command(after_help = super::calibrate::EXAMPLES)]
    Calibrate(Box<CalibrateArguments>),
    /// Print what a shell needs to complete commands and options.
    Completions(CompletionArguments),
    /// Write a manual page for each command.
    Man(ManArguments),
    /// Answer the requests of another pollbench, each with a line of JSON.
    #[command(hide = true)]
    Worker,
    /// Be a server, for `pollbench live`.
    #[command(hide = true)]
    LiveServer { order: String },
    /// Be the server that handlers of HTTP ask, for `pollbench live`.
    #[command(hide = true)]
    LiveUpstream { order: String },
    /// Be the load generator, for `pollbench live`.
    #[command(hide = true)]
    LiveLoad { order: String },
    /// Join records, such as those of the parts of a matrix, into one with its report.
    #[command(after_help = EXAMPLES)]
    Merge(MergeArguments),
    /// Keep records over time.
    #[command(subcommand, after_help = super::history::EXAMPLES)]
    History(HistoryCommand),
    /// Show a history in a browser: what changed, since when and how sure that is.
    #[command(after_help = super::serve::EXAMPLES)]
    Serve(ServeArguments),
    /// Write the same pages as files, for any server of files.
    #[command(after_help = super::site::EXAMPLES)]
    Site(SiteArguments),
}

#[derive(Args)]
pub struct RunArguments {
    #[arg(long, value_name = "NAME", value_delimiter = ',', default_value = GUESTS, help = names::guests("Built-in guests to run"))]
    pub guests: Vec<String>,
    /// A component file to run beside the built-in guests, and what to call it; may be
    /// repeated. Guests that call themselves the same are told apart by their paths.
    #[arg(long, value_name = guest_file::VALUE, value_parser = guest_file::parser())]
    pub guest: Vec<GuestFile>,
    #[arg(long, value_name = "NAME", value_delimiter = ',', default_value = WORKLOADS, help = names::workloads("Workloads to run"))]
    pub workloads: Vec<String>,
    /// Numbers of pollables [default: 100,1000,4000; quick: 100,1000].
    #[arg(long, value_name = "N", value_delimiter = ',', value_parser = value_parser!(u32).range(1..=MOST_POLLABLES))]
    pub pollables: Vec<u32>,
    /// How many of the pollables have an event under way: numbers, or shares of all.
    #[arg(long, value_name = "A", value_delimiter = ',', default_value = "1,10%")]
    pub active: Vec<ActiveSetting>,
    /// A guest's setting, as NAME=VALUE or GUEST.NAME=VALUE; of several values,
    /// separated by commas, each makes cells of its own. May be repeated.
    #[arg(long = "knob", value_name = "SETTING")]
    pub knobs: Vec<Setting>,
    /// A workload's setting, given as for --knob.
    #[arg(long = "param", value_name = "SETTING")]
    pub parameters: Vec<Setting>,
    /// A smaller matrix and shorter repetitions.
    #[arg(long)]
    pub quick: bool,
    /// Repeat each cell this many times, instead of as often as fits the time.
    #[arg(long, value_name = "COUNT", conflicts_with = "time")]
    pub repetitions: Option<NonZeroU32>,
    /// The time to use once the guests are compiled, such as 90s or 2m [default: 50s; quick:
    /// 8s]. Six repetitions are made in any case, shorter ones where the time is short.
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub time: Option<Duration>,
    #[arg(long, value_name = "NAME", value_delimiter = ',', default_value = "stock", help = names::hosts("Hosts to run the guests on"))]
    pub host: Vec<String>,
    /// Where to put the record and the report [default: a new directory in
    /// pollbench-results]. What an earlier run has put there is replaced.
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// What to print when the run is done.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub print: Printed,
    /// Stay on one processor: the first that is allowed, or the one that is named. The host
    /// `real` can't, as it has worker threads.
    #[arg(long, value_name = "PROCESSOR", num_args = 0..=1, require_equals = true)]
    pub pin: Option<Option<u32>>,
    /// Measure only a part of the matrix: whole groups of a workload and size, and the same
    /// ones every time. With `slurm` or `kubernetes`, variables of the array job or of the
    /// Indexed Job say which part; of the latter, POLLBENCH_PARTS says of how many.
    #[arg(long, value_name = "PART/PARTS")]
    pub partition: Option<Partition>,
    /// Go on with a run that was interrupted or killed, in its own directory. What to
    /// measure is in its record, so no other option can be given. It is not added to a
    /// history: `pollbench history add DIR` does that.
    #[arg(long, value_name = "DIR|RECORD", exclusive = true)]
    pub resume: Option<PathBuf>,
    #[command(flatten)]
    pub save: SaveArguments,
    #[command(flatten)]
    pub limits: LimitArguments,
}

#[derive(Args)]
pub struct ListArguments {
    /// A component file to show beside the built-in guests, and what to call it; may be
    /// repeated.
    #[arg(long, value_name = guest_file::VALUE, value_parser = guest_file::parser())]
    pub guest: Vec<GuestFile>,
}

#[derive(Args)]
pub struct ReportArguments {
    /// The record of a run or of a tuning, compressed by gzip or zstd or not; `-` is standard
    /// input.
    #[arg(value_name = "RECORD")]
    pub record: PathBuf,
    /// Where to put the report.
    #[arg(long, short, value_name = "DIR", default_value = ".")]
    pub output: PathBuf,
    /// Print the record in this format, and write no report.
    #[arg(long, value_name = "FORMAT", conflicts_with = "output")]
    pub print: Option<Printed>,
    /// Say only how far this guest is from the best and from the floor at its worst.
    #[arg(long, value_name = "GUEST", conflicts_with_all = ["print", "output"])]
    pub worst: Option<String>,
}

/// What is printed of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Printed {
    /// Tables, and what they say in words.
    Table,
    /// A row of comma-separated values for each cell.
    Csv,
}

#[derive(Args)]
pub struct CompletionArguments {
    /// The shell.
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

#[derive(Args)]
pub struct ManArguments {
    /// Where to put the manual pages.
    #[arg(value_name = "DIR", default_value = ".")]
    pub directory: PathBuf,
}

#[derive(Args)]
pub struct MergeArguments {
    /// Records, or the directories they are in.
    #[arg(value_name = "DIR|RECORD", required = true)]
    pub records: Vec<PathBuf>,
    /// Where to put the record and the report. What an earlier run has put there is
    /// replaced.
    #[arg(long, short, value_name = "DIR")]
    pub output: PathBuf,
}

impl Default for RunArguments {
    fn default() -> Self {
        match Arguments::parse_from(["pollbench", "run"]).command {
            Some(Command::Run(arguments)) => *arguments,
            _ => unreachable!("`run` is a command"),
        }
    }
}

impl RunArguments {
    /// Numbers of pollables.
    pub fn pollables(&self) -> Vec<u32> {
        match (self.pollables.as_slice(), self.quick) {
            ([], true) => vec![100, 1_000],
            ([], false) => vec![100, 1_000, 4_000],
            (given, _) => given.to_vec(),
        }
    }

    /// About how many handles a repetition may pass to `poll`.
    pub fn effort(&self) -> u64 {
        if self.quick { 20_000 } else { 40_000 }
    }

    /// The time to use.
    pub fn time(&self) -> Duration {
        self.time.unwrap_or(Duration::from_secs(if self.quick { 8 } else { 50 }))
    }
}
