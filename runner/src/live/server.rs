//! The process of a server.

use std::net::SocketAddr;

use pollbench_reports::live::{LiveHost, Scenario};
use pollbench_reports::trace::Ended;
use serde::{Deserialize, Serialize};
use tokio::task::unconstrained;
use wasmtime::Store;

use super::guest::command;
use super::handler::{self, handler};
use crate::command::{Command, CommandError, Host, Network, Surroundings, ended};
use crate::engine::{Flavor, Source};
use crate::worker::{GuestSource, stay_on_processor};

/// The name of the command that runs such a process.
pub const SERVER: &str = "live-server";

/// Handles that a server may have: a poll lends each handle of its list once more.
pub const HANDLES: usize = 10_000_000;

/// What a process is to serve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// The component; a built-in one is one of the servers.
    pub guest: GuestSource,
    /// What it does.
    pub scenario: Scenario,
    /// Where it listens.
    pub address: SocketAddr,
    /// The arguments of a program behind its address.
    pub arguments: Vec<String>,
    /// How the host runs it.
    pub host: LiveHost,
    /// How many requests an instance of a handler of WASI 0.3 handles.
    pub reuse: u32,
    /// The processor to stay on.
    pub processor: Option<u32>,
}

/// Runs a server until it ends by itself, or is ended from outside.
///
/// # Errors
///
/// If its component can't be run.
pub fn serve(service: &Service) -> Result<Ended, CommandError> {
    if let Some(processor) = service.processor {
        stay_on_processor(processor);
    }
    let source = source(&service.guest)?;
    match service.scenario {
        Scenario::Echo | Scenario::Timers => run(&command(&source)?, service),
        Scenario::Http => {
            let &Service { address, host, reuse, .. } = service;
            handler::serve(handler(&source)?, address, host, reuse)
        }
    }
}

/// Runs a program.
fn run(command: &Command, service: &Service) -> Result<Ended, CommandError> {
    let surroundings = Surroundings {
        arguments: [command.component.file.clone(), service.address.to_string()]
            .into_iter()
            .chain(service.arguments.iter().cloned())
            .collect(),
        network: Network::Loopback,
        ..Surroundings::default()
    };
    let host = Host::new(&surroundings, Box::new(()))?;
    let mut store = Store::new(command.program.engine(), host);
    store.set_max_component_handles(HANDLES);
    // As `wasmtime run` has it: the component runs on the main thread, and the runtime's driver
    // on one of its workers.
    let runtime = Flavor::MultiThread.start()?;
    let run = command.program.run(&mut store);
    let returned = match service.host {
        LiveHost::Stock => runtime.block_on(run),
        LiveHost::Unconstrained => runtime.block_on(unconstrained(run)),
    };
    Ok(ended(returned))
}

fn source(guest: &GuestSource) -> Result<Source, CommandError> {
    match guest {
        GuestSource::File(path) => Ok(Source::File(path.clone())),
        GuestSource::BuiltIn(name) => {
            let built_in = pollbench_guests::LIVE.iter().find(|it| it.name == name.as_str());
            let built_in = built_in.ok_or_else(|| CommandError::NoServer { name: name.clone() })?;
            Ok(Source::BuiltIn(*built_in))
        }
    }
}

/// How a server has ended, in words.
pub fn how(ended: &Ended) -> String {
    match ended {
        Ended::Exited(code) => format!("with exit code {code}"),
        Ended::Trapped(why) => format!("with a trap: {why}"),
        Ended::Answered | Ended::TimeUp | Ended::Interrupted => "from outside".into(),
    }
}
