use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use pollbench_dashboard::{Dashboard, Options, serve as answer, until_signalled};

use super::error::Exit;
use super::history::{Opened, PlaceArguments};
use super::{Done, results, streams};

pub const EXAMPLES: &str = "\
Examples:
  pollbench serve                                on this machine, until Ctrl-C
  pollbench serve --listen 127.0.0.1:0           at a port that the system chooses
  pollbench serve --history postgres://me@db.example/bench
  pollbench serve --listen 0.0.0.0:8737 --host-name bench.example
                                                 for others, under this name too

Pages: what changed and since when, trends, runs, cells, any two runs compared, runs that
are in progress, and what executors and workloads do. The same data as JSON are below /api, described by
/api/openapi.json; /metrics is for Prometheus, and /badge.svg is the newest verdict.
Nothing can be changed from there, and there is no log-in: whoever reaches the address can
read everything. The server has no TLS; for others than this machine, put it behind one that
has.

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
}

/// Serves a history until it is told to end.
pub fn serve(arguments: &ServeArguments) -> Done {
    let opened = Opened::existing(arguments.place.place()?)?;
    let dashboard = Dashboard::new(opened.history.clone());
    let options = Options {
        address: arguments.listen,
        hosts: arguments.host_names.clone(),
        results: arguments.results.clone(),
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
