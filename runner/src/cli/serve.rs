use std::env;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;
use pollbench_dashboard::{Control, Dashboard, Options, Order, serve as answer, until_signalled};

use super::error::{Error, Exit};
use super::history::{Opened, PlaceArguments, VARIABLE};
use super::{Done, results, streams};
use crate::matrix::InputError;
use crate::worker::Program;

pub const EXAMPLES: &str = "\
Examples:
  pollbench serve                                on this machine, until Ctrl-C
  pollbench serve --listen 127.0.0.1:0           at a port that the system chooses
  pollbench serve --history postgres://me@db.example/bench
  pollbench serve --listen 0.0.0.0:8737 --host-name bench.example
                                                 for others, under this name too
  POLLBENCH_TOKEN=$(openssl rand -hex 16) pollbench serve --allow-changes
                                                 runs can be begun and stopped, and records added

Pages: what changed and since when, trends, runs, cells, any two runs compared, runs that
are in progress, and what executors and workloads do. The same data as JSON are below /api, described by
/api/openapi.json; /metrics is for Prometheus, and /badge.svg is the newest verdict.
There is no log-in: whoever reaches the address can read everything. Nothing can be changed from
there, unless --allow-changes is given: then whoever knows the token in POLLBENCH_TOKEN can begin a
run of built-in guests, stop it, and add records. The server has no TLS; for others than this
machine, put it behind one that has.

Exit codes: 0 when it was told to end, 2 bad input, or a history that can't be used";

#[derive(Args)]
pub struct ServeArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// Where to listen. With 0 as the port, the system chooses one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8737")]
    listen: SocketAddr,
    /// A name that the server has for others; may be repeated. Requests under names that are
    /// not given are refused, so that no page of a stranger can read what is served.
    #[arg(long = "host-name", value_name = "NAME")]
    host_names: Vec<String>,
    /// Where runs put their results: those that go on are shown while they do.
    #[arg(long, value_name = "DIR", default_value = results::DEFAULT)]
    results: PathBuf,
    /// Let whoever knows the token in POLLBENCH_TOKEN begin and stop runs, and add records.
    #[arg(long)]
    allow_changes: bool,
}

/// The variable with the token. It is no option, as other users can read command lines.
const TOKEN: &str = "POLLBENCH_TOKEN";
/// A shorter token can be guessed.
const SHORTEST: usize = 16;

/// Serves a history until it is told to end.
pub fn serve(arguments: &ServeArguments) -> Done {
    let control = arguments.allow_changes.then(|| control(arguments)).transpose()?;
    let opened = Opened::existing(arguments.place.place()?)?;
    let dashboard = Dashboard::new(opened.history.clone());
    let options = Options {
        address: arguments.listen,
        hosts: arguments.host_names.clone(),
        results: arguments.results.clone(),
        control,
    };
    let ready = |address: SocketAddr| {
        if !address.ip().is_loopback() {
            streams::say("pollbench: whoever reaches this address can read everything");
        }
        // If nobody reads it, the server is there all the same.
        let _ = streams::print(&format!("http://{address}/\n"));
    };
    opened.wait(answer(dashboard, options, ready, until_signalled()))?;
    Ok(Exit::Fine)
}

/// What may be changed, by whoever knows the token.
fn control(arguments: &ServeArguments) -> Result<Control, Error> {
    let token = env::var(TOKEN).unwrap_or_default().trim().to_owned();
    if token.len() < SHORTEST || !token.chars().all(|it| it.is_ascii_graphic() || it == ' ') {
        return Err(InputError::NoToken { variable: TOKEN, shortest: SHORTEST }.into());
    }
    let place = arguments.place.given().map(str::to_owned);
    let program = Program::this().map_err(Error::Program)?;
    let directory = arguments.results.clone();
    let command = move |order: &Order| {
        let mut command = program.command().map_err(|error| error.to_string())?;
        command
            .args(order_arguments(order))
            .arg("--output")
            .arg(directory.join(results::name(Timestamp::now())));
        command.env_remove(TOKEN);
        if let Some(place) = &place {
            // It may have a password, and other users can read command lines.
            command.env(VARIABLE, place);
        }
        Ok(command)
    };
    Ok(Control { token, command: Arc::new(command) })
}

/// What `pollbench` is told to do what is ordered, and save its record.
fn order_arguments(order: &Order) -> Vec<String> {
    let Order { guests, workloads, pollables, seconds } = order;
    let pollables: Vec<String> = pollables.iter().map(u32::to_string).collect();
    let lists = [("--guests", guests), ("--workloads", workloads), ("--pollables", &pollables)];
    let lists = lists.into_iter().filter(|(_, values)| !values.is_empty());
    let lists = lists.flat_map(|(option, values)| [option.to_owned(), values.join(",")]);
    let time = seconds.map(|it| ["--time".to_owned(), format!("{it}s")]);
    ["run", "--save"]
        .map(str::to_owned)
        .into_iter()
        .chain(lists)
        .chain(time.into_iter().flatten())
        .collect()
}
