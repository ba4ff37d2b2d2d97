//! `pollbench live`: what do servers over different executors cost on real sockets?

mod guests;
mod publish;
mod settings;
mod simulated;

use clap::{Args, Subcommand, value_parser};
use jiff::Timestamp;
use pollbench_load::{Awaited, MOST_REQUESTS};
use pollbench_reports::live::{LiveArrivals, LiveHost, LiveRecord, SCHEMA, Scenario};
use pollbench_reports::record::LoadAverage;
use pollbench_reports::shown::Format;
use std::path::PathBuf;
use std::time::Duration;

use super::duration::duration;
use super::error::{Error, Exit};
use super::guest_file::{self, GuestFile};
use super::history::{SaveArguments, save_any};
use super::progress::Display;
use super::results::Results;
use super::seed::SeedArguments;
use super::writing::Writing;
use super::{Done, output, stop, streams};
use crate::engine::engine_version;
use crate::environment;
use crate::live::{self, Http, LiveError, Session, Upstream};
use crate::matrix::ActiveSetting;
use crate::worker::{Program, end_with_parent};

pub const EXAMPLES: &str = "\
Examples:
  pollbench live echo                          an echo server over five executors
  pollbench live echo --connections 100,1000,5000
                                               how does it grow with idle connections?
  pollbench live echo --guest mine.wasm        your server beside them: any wasi:cli/command that
                                               listens at the address in its first argument
  pollbench live echo --guests all --rate 5000 --bytes 1024
  pollbench live echo --connections 100 --active 100% --arrivals burst
                                               and when all of them are ready at once?
  pollbench live echo --time 10s --rounds 3 --write json=live.json
  pollbench live echo --rounds 1 --p99-at-most 20ms
                                               how many requests a second does each take?

  pollbench live timers                        how late are timers, and what do they cost?
  pollbench live timers --connections 100,1000,10000 --delay 50ms

  pollbench live http                          handlers of wasi:http that ask another server
  pollbench live http --requests 1000 --await all --rate 10 --guest mine.wasm

  pollbench run --workloads idle --pollables 1000 -o simulated
  pollbench live echo --simulated simulated    is the simulation borne out by real sockets?

Requests are sent at planned moments, whether or not earlier replies have come, and latency
counts from these. Every byte is checked. The guests take turns in rounds, each in a fresh
process on a processor of its own, as far as there are two.

Exit codes: 0 all is measured, 2 bad input, 4 a guest lost, changed or refused something,
130 interrupted; what was measured is kept";

/// What servers are to do.
#[derive(Subcommand)]
pub enum LiveCommand {
    /// Every byte of every connection is sent back.
    #[command(after_help = EXAMPLES)]
    Echo(LiveArguments),
    /// Every request is sent back after a timer, for which it says how long that is.
    #[command(after_help = EXAMPLES)]
    Timers(TimersArguments),
    /// A handler of HTTP sends requests of its own for each that comes, and answers when these
    /// have been answered.
    #[command(after_help = EXAMPLES)]
    Http(HttpArguments),
}

#[derive(Args)]
pub struct HttpArguments {
    /// How many requests a handler sends for each that comes, to a server of pollbench.
    #[arg(long, value_name = "COUNT", default_value_t = 10, value_parser = value_parser!(u32).range(1..=i64::from(MOST_REQUESTS)))]
    pub requests: u32,
    /// Which answers it awaits: all by one task, any, or each by a task of its own.
    #[arg(long = "await", value_name = "WHICH", default_value = "each")]
    pub awaited: Awaited,
    /// The longest time until they come, of which each takes a share at random; 0s for at once.
    #[arg(long, value_name = "DURATION", default_value = "10ms", value_parser = delay)]
    pub delay: Duration,
    /// How many requests an instance of WASI 0.3 handles, 16 of them at a time. The default is
    /// that of `wasmtime serve`; a request of WASI 0.2 always has an instance of its own.
    #[arg(long, value_name = "COUNT", default_value_t = 128, value_parser = value_parser!(u32).range(1..))]
    pub reuse: u32,
    #[command(flatten)]
    pub live: LiveArguments,
}

/// A duration, which may be nothing.
fn delay(text: &str) -> Result<Duration, String> {
    match text {
        "0" | "0s" | "0ms" => Ok(Duration::ZERO),
        text => duration(text),
    }
}

#[derive(Args)]
pub struct TimersArguments {
    /// The longest timer; requests ask for shares of it at random. It has to be shorter than the
    /// time between two requests of a connection [default: half of that].
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub delay: Option<Duration>,
    #[command(flatten)]
    pub live: LiveArguments,
}

#[derive(Args)]
pub struct LiveArguments {
    /// The built-in servers: names of executors, all, or none.
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        default_value = "bare,vector-scan,slab-list,adaptive,wstd"
    )]
    pub guests: Vec<String>,
    /// A server of your own, any component that exports wasi:cli/run of WASI 0.2 or 0.3; its
    /// first argument is the address to listen at. For http, one that exports
    /// wasi:http/incoming-handler of WASI 0.2 or wasi:http/handler of 0.3. May be repeated.
    #[arg(long = "guest", value_name = guest_file::VALUE, value_parser = guest_file::parser())]
    pub guest_files: Vec<GuestFile>,
    /// Numbers of connections, all of which stay open [default: 1000; for http 100].
    #[arg(long, value_name = "N", value_delimiter = ',', value_parser = value_parser!(u32).range(1..=MOST_CONNECTIONS))]
    pub connections: Vec<u32>,
    /// On how many of them requests are sent: numbers, or shares of all [default: 10%; for
    /// timers and http 100%].
    #[arg(long, value_name = "A", value_delimiter = ',')]
    pub active: Vec<ActiveSetting>,
    /// Requests a second, over all active connections [default: 1000; for http 100].
    #[arg(long, value_name = "REQUESTS", value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub rate: Option<u32>,
    /// When requests are planned: even, poisson (at random), or burst (one on each active
    /// connection at the same moment).
    #[arg(long, value_name = "HOW", default_value = "even")]
    pub arrivals: LiveArrivals,
    /// The size of a request, and of its reply, in bytes, but not of HTTP [default: 64].
    #[arg(long, value_name = "BYTES", value_parser = value_parser!(u32).range(1..=1 << 20))]
    pub bytes: Option<u32>,
    /// The measured window of a round.
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = duration)]
    pub time: Duration,
    /// How long requests are sent before it.
    #[arg(long, value_name = "DURATION", default_value = "500ms", value_parser = duration)]
    pub warm_up: Duration,
    /// Rounds, in each of which every guest has a turn. Six or more have intervals.
    #[arg(long, value_name = "COUNT", default_value_t = 7, value_parser = value_parser!(u32).range(1..=1_000))]
    pub rounds: u32,
    /// Look for the highest rate of each guest with at most this p99 latency, too: from 100
    /// requests a second upwards, in a round for each rate, or three if it is missed.
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub p99_at_most: Option<Duration>,
    /// How the host runs the servers: `stock`, as `wasmtime run` does, or `unconstrained`,
    /// without tokio's budget for what is ready at once.
    #[arg(long, value_name = "NAME", default_value = "stock")]
    pub host: LiveHost,
    /// What `pollbench run` has measured of the same guests, with as many pollables as there
    /// are connections: it stands beside the real figures, with whether the guests are in the
    /// same order.
    #[arg(long, value_name = "DIR|RECORD")]
    pub simulated: Option<PathBuf>,
    #[command(flatten)]
    pub seed: SeedArguments,
    /// Where to put the record and the report [default: a new directory in pollbench-results].
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub save: SaveArguments,
    /// Write what was measured in another format too, as FORMAT=FILE, of table and json; may
    /// be repeated.
    #[arg(long, value_name = "FORMAT=FILE")]
    pub write: Vec<Writing<Format>>,
}

/// More ports than a system has for connections between two addresses.
const MOST_CONNECTIONS: i64 = 60_000;

impl LiveCommand {
    fn arguments(&self) -> &LiveArguments {
        match self {
            Self::Echo(arguments) => arguments,
            Self::Timers(arguments) => &arguments.live,
            Self::Http(arguments) => &arguments.live,
        }
    }

    fn scenario(&self) -> Scenario {
        match self {
            Self::Echo(_) => Scenario::Echo,
            Self::Timers(_) => Scenario::Timers,
            Self::Http(_) => Scenario::Http,
        }
    }

    fn longest_delay(&self) -> Option<Duration> {
        match self {
            Self::Echo(_) | Self::Http(_) => None,
            Self::Timers(arguments) => arguments.delay,
        }
    }

    fn http(&self) -> Option<Http> {
        match self {
            Self::Echo(_) | Self::Timers(_) => None,
            Self::Http(HttpArguments { requests, awaited, delay, reuse, .. }) => Some(Http {
                awaited: *awaited,
                requests: *requests,
                longest_delay: *delay,
                reuse: *reuse,
            }),
        }
    }
}

/// Measures servers, and says which takes least.
pub fn live(command: &LiveCommand) -> Done {
    let arguments = command.arguments();
    let started = Timestamp::now();
    let history = arguments.save.place()?;
    arguments.write.iter().try_for_each(|it| output::prepare_file(&it.file))?;
    let settings = settings::settings(command)?;
    let guests = guests::guests(&arguments.guests, &arguments.guest_files, settings.scenario)?;
    let simulated = match &arguments.simulated {
        Some(path) => simulated::simulated(path, &guests, &settings)?,
        None => Vec::new(),
    };
    let results = match &arguments.output {
        Some(directory) => Results::at(directory)?,
        None => Results::fresh(started)?,
    };
    let display = Display::new();
    stop::catch();
    let program = Program::this().map_err(Error::Program)?;
    let session = Session::new(&guests, &settings, program, &stop::STOP, &display)?;
    let before = environment::load();
    let cells = session.measure()?;
    let record = LiveRecord {
        live_schema: SCHEMA,
        started: super::timestamp(started),
        command: super::command_line(),
        interrupted: stop::is_set(),
        pollbench: env!("CARGO_PKG_VERSION").into(),
        engine: engine_version(),
        cpu: environment::cpu(),
        kernel: environment::kernel(),
        load_average: LoadAverage { before, after: environment::load() },
        processors: session.processors(),
        scenario: settings.scenario,
        settings: settings::record(&settings),
        guests: guests.iter().map(|it| it.record.clone()).collect(),
        cells,
        simulated,
    };
    let published = publish::publish(&record, &results, &arguments.write);
    let saved = history.map_or(Ok(()), |place| save_any(&record, record.interrupted, place));
    output::first_failure([published, saved])?;
    let has_failed = record.cells.iter().any(|it| it.failure.is_some());
    Ok(stop::or(if has_failed { Exit::GuestFailed } else { Exit::Fine }))
}

/// Is a server, until it is ended.
pub fn serve(order: &str) -> Done {
    if !end_with_parent() {
        return Ok(Exit::Fine);
    }
    let ended = live::serve(&live::order(order)?).map_err(LiveError::from)?;
    streams::say(&format!("pollbench: the server has ended: {}", live::how(&ended)));
    Ok(Exit::GuestFailed)
}

/// Is the server that handlers of HTTP ask, until it is ended.
pub fn answer(order: &str) -> Done {
    if !end_with_parent() {
        return Ok(Exit::Fine);
    }
    let upstream: Upstream = live::order(order)?;
    upstream.serve().map_err(LiveError::Port)?;
    Ok(Exit::Fine)
}

/// Is the load generator, and answers with what it has measured.
pub fn generate(order: &str) -> Done {
    if !end_with_parent() {
        return Ok(Exit::Fine);
    }
    let generated = live::generate(&live::order(order)?);
    let answer = serde_json::to_string(&generated).map_err(LiveError::Order)?;
    streams::print(&answer)?;
    Ok(Exit::Fine)
}
