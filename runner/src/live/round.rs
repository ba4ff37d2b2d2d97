//! A round of one guest: a server process, a load generator, the server that is asked by handlers
//! of HTTP, and what came of them.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use pollbench_load::{Load, LoadError, Plan};
use pollbench_reports::live::{LiveHost, Processors, Scenario};

use super::child::Process;
use super::cpu::CpuTime;
use super::error::LiveError;
use super::generator::{GENERATOR, Generated, Order};
use super::guest::Guest;
use super::server::{SERVER, Service};
use super::upstream::Upstream;
use crate::worker::{GuestSource, Program};

/// How often it is looked whether a process has ended.
const LOOK: Duration = Duration::from_millis(20);

/// What is added where the host may be to blame (wasmtime 14174).
const STALL: &str = "; or the host has: wasmtime 48 can stall a component when more than 128 operations on its sockets are ready at once, and --host unconstrained can't";

/// What was measured in a round, or what the guest did wrong.
pub type Outcome = Result<Measured, Failed>;

/// What a guest did wrong.
pub struct Failed {
    /// In words.
    pub why: String,
    /// Whether replies are missing, and nothing else is wrong: a guest that is too slow, or stuck.
    pub is_slow: bool,
}

/// What was measured in a round.
pub struct Measured {
    /// By the load generator.
    pub load: Load,
    /// The processor time of the server in the measured window.
    pub cpu: Option<CpuTime>,
}

/// Where rounds take place.
pub struct Stage<'a> {
    pub program: Program,
    pub host: LiveHost,
    pub processors: Option<Processors>,
    /// What the servers do.
    pub scenario: Scenario,
    /// The longest delay of the server that handlers of HTTP ask.
    pub upstream_delay: Duration,
    /// How many requests an instance of WASI 0.3 handles.
    pub reuse: u32,
    /// Set when everything is to stop.
    pub stop: &'a AtomicBool,
}

impl Stage<'_> {
    /// Measures a guest once; `None` if everything is to stop. The addresses of the plan are
    /// chosen here.
    pub fn round(&self, guest: &Guest, mut plan: Plan) -> Result<Option<Outcome>, LiveError> {
        let _upstream = self.upstream(&mut plan)?;
        let address = free_address().map_err(LiveError::Port)?;
        let service = Service {
            guest: GuestSource::from(&guest.source),
            scenario: self.scenario,
            address,
            arguments: arguments(&plan),
            host: self.host,
            reuse: self.reuse,
            processor: self.processors.map(|it| it.server),
        };
        let mut server = Process::start(&self.program, SERVER, &service)?;
        let order = Order {
            plan: Plan { address, ..plan },
            server: server.number(),
            processor: self.processors.map(|it| it.load),
        };
        let mut generator = Process::start(&self.program, GENERATOR, &order)?;
        let answer = generator.output();
        loop {
            if self.stop.load(Relaxed) {
                return Ok(None);
            }
            // A server may end as soon as all connections are closed, behind the load.
            if generator.status().is_some() {
                break;
            }
            if let Some(status) = server.status() {
                let why = ended(status, &server.last_words());
                return Ok(Some(Err(Failed { why, is_slow: false })));
            }
            thread::sleep(LOOK);
        }
        let answer = answer.and_then(|it| it.join().ok()).unwrap_or_default();
        let generated: Generated = serde_json::from_str(&answer)
            .map_err(|error| LiveError::Silent(format!("{error}; {}", generator.last_words())))?;
        let cpu = generated.begun.zip(generated.ended).map(|(begun, ended)| ended.since(begun));
        match generated.load {
            Ok(load) => Ok(Some(Ok(Measured { load, cpu }))),
            Err(error) if is_of_the_server(&error) => {
                let words = server.last_words();
                let words = if words.is_empty() { words } else { format!("; it said: {words}") };
                let stall = if self.may_stall(&error) { STALL } else { "" };
                let is_slow = matches!(error, LoadError::Unanswered { .. });
                Ok(Some(Err(Failed { why: format!("{error}{words}{stall}"), is_slow })))
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl Stage<'_> {
    /// Starts the server that a handler of HTTP is to ask, if there is to be one, and completes
    /// the plan with its address. The server ends when the result is dropped.
    fn upstream(&self, plan: &mut Plan) -> Result<Option<Process>, LiveError> {
        let Some(asking) = &mut plan.http else { return Ok(None) };
        let upstream = Upstream {
            address: asking.upstream,
            seed: plan.seed,
            longest_delay: self.upstream_delay,
            processor: self.processors.and_then(|it| it.upstream),
        };
        let (process, address) = upstream.start(&self.program)?;
        asking.upstream = address;
        plan.bytes = asking.bytes();
        Ok(Some(process))
    }

    /// Whether the host may be to blame.
    fn may_stall(&self, error: &LoadError) -> bool {
        let is_missing =
            matches!(error, LoadError::Unanswered { .. } | LoadError::NotServed { .. });
        is_missing && self.host == LiveHost::Stock
    }
}

impl CpuTime {
    fn since(self, then: Self) -> Self {
        Self {
            guest: self.guest.saturating_sub(then.guest),
            process: self.process.saturating_sub(then.process),
        }
    }
}

/// An address of this machine at which nobody listens.
pub fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

/// What a server is told if it is to wait: for how long at most, and how many bytes a request has.
fn arguments(plan: &Plan) -> Vec<String> {
    match plan.longest_delay {
        Duration::ZERO => Vec::new(),
        longest => {
            let [longest, bytes] = [longest.as_nanos(), plan.bytes.into()].map(|it| it.to_string());
            vec![Scenario::Timers.name().into(), longest, bytes]
        }
    }
}

/// Why a server is no more.
fn ended(status: ExitStatus, words: &str) -> String {
    let words =
        if words.is_empty() { "and said nothing".into() } else { format!("and said: {words}") };
    format!("the server ended by itself ({status}) {words}")
}

/// Whether it is the server that did something wrong, and not the machine or the generator.
fn is_of_the_server(error: &LoadError) -> bool {
    match error {
        LoadError::NotListening { .. }
        | LoadError::Refused { .. }
        | LoadError::NotServed { .. }
        | LoadError::Corrupt(_)
        | LoadError::Closed { .. }
        | LoadError::Early { .. }
        | LoadError::Answer { .. }
        | LoadError::Unanswered { .. } => true,
        LoadError::Plan(_)
        | LoadError::Descriptors { .. }
        | LoadError::Ports { .. }
        | LoadError::Behind { .. }
        | LoadError::System { .. } => false,
    }
}
