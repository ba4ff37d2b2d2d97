use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::highest::HighestRate;
use super::simulated::Simulated;
use crate::names::one_of;
use crate::record::{Cpu, Latency, LoadAverage};
use crate::trace::Component;

/// The version of the format.
pub const SCHEMA: u32 = 1;

/// What was measured of servers under load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveRecord {
    /// The version of the format.
    pub live_schema: u32,
    /// When it began, in UTC.
    pub started: String,
    /// The command line.
    pub command: String,
    /// Whether it was ended by Ctrl-C, so that rounds are missing.
    pub interrupted: bool,
    /// The version of pollbench.
    pub pollbench: String,
    /// The engine and its version.
    pub engine: String,
    /// The processor.
    pub cpu: Cpu,
    /// The operating system and its kernel.
    pub kernel: String,
    /// The load of the machine.
    pub load_average: LoadAverage,
    /// The processors that both sides were kept on; absent if there were too few for that, or
    /// the system doesn't tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processors: Option<Processors>,
    /// What the servers do.
    pub scenario: Scenario,
    /// What was asked of them.
    pub settings: LiveSettings,
    /// The components, in the order in which they were named.
    pub guests: Vec<LiveGuest>,
    /// What was measured: a cell for each guest and size.
    pub cells: Vec<LiveCell>,
    /// What a simulation says of the same guests, to be held beside it; empty if none was named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub simulated: Vec<Simulated>,
}

/// The processors that both sides were kept on, by the system's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Processors {
    /// That of the server.
    pub server: u32,
    /// That of the load generator.
    pub load: u32,
    /// That of the server which handlers of HTTP ask, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upstream: Option<u32>,
}

/// What a server does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scenario {
    /// It sends back every byte of every connection.
    Echo,
    /// It does so after a timer for each request. Latency counts from the moment at which the
    /// timer was to end.
    Timers,
    /// It is a handler of HTTP, each request to which lets it ask another server first.
    Http,
}

/// How the host runs a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LiveHost {
    /// As `wasmtime run` does: all that the component does until it blocks has one budget of
    /// tokio's, of 128 operations on sockets.
    #[default]
    Stock,
    /// Without that budget.
    Unconstrained,
}

/// How the planned moments of requests lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LiveArrivals {
    /// As far apart as the rate has it.
    #[default]
    Even,
    /// At random, as from many clients who don't know of each other: a Poisson process.
    Poisson,
    /// One on each active connection at the same moment.
    Burst,
}

/// What was asked of the servers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveSettings {
    /// How the host runs them.
    pub host: LiveHost,
    /// Requests a second, over all active connections.
    pub rate: f64,
    /// How their planned moments lie.
    #[serde(default)]
    pub arrivals: LiveArrivals,
    /// The size of a request and of its reply, in bytes.
    pub bytes: u32,
    /// The longest timer of a request in seconds, of which each asks for a share at random.
    /// Absent for an echo, and if it was half of the time between two requests of a connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest_delay_seconds: Option<f64>,
    /// What handlers of HTTP asked another server for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<HttpSettings>,
    /// How long requests are sent before the measured window, in seconds.
    pub warm_up_seconds: f64,
    /// The length of the measured window of a round, in seconds.
    pub seconds: f64,
    /// How many rounds there were to be.
    pub rounds: u32,
    /// The seed of the random number generator.
    pub seed: u64,
}

/// What a handler of HTTP asked another server for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HttpSettings {
    /// How many requests it sent for each of its own.
    pub requests: u32,
    /// Which answers it awaited: `all` by one task, the first of `any`, or `each` by a task of its
    /// own.
    pub awaited: String,
    /// The longest time until an answer, in seconds; each had a share of it at random.
    pub longest_delay_seconds: f64,
    /// How many requests an instance of WASI 0.3 handled, where there was one. Earlier versions did not
    /// measure such handlers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reuse: Option<u32>,
}

/// A component that was measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LiveGuest {
    /// The name by which its cells name it.
    pub name: String,
    /// The component; its file is `built in` if it came with pollbench.
    pub component: Component,
}

/// A guest under one load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveCell {
    /// The name of the guest.
    pub guest: String,
    /// How many connections were open.
    pub connections: u32,
    /// On how many of them requests were sent.
    pub active: u32,
    /// Why the guest has no more rounds; absent if it has passed all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// What was measured in each round.
    pub rounds: Vec<LiveRound>,
    /// From the planned moment of each request to its reply, over all rounds, in nanoseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
    /// From the moment at which each request was really sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<Latency>,
    /// How late the load generator itself was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lateness: Option<Latency>,
    /// The highest rate within a bound for the latency; absent if it was not looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub highest: Option<HighestRate>,
}

/// A round of a cell: the measured window of one process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveRound {
    /// Its number, from 0. The guests of a round were measured one after the other.
    pub round: u32,
    /// Requests that were planned a second.
    pub offered: f64,
    /// Replies that came a second.
    pub achieved: f64,
    /// Requests of the window, each of which was answered, byte for byte.
    pub requests: u64,
    /// The processor time of the thread that runs the component, in nanoseconds; absent where
    /// the system doesn't tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest_cpu_ns: Option<f64>,
    /// That of the whole server process, with the threads of the host's runtime.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_cpu_ns: Option<f64>,
    /// The 99th percentile of the latency from the planned moment, in nanoseconds.
    pub latency_p99_ns: u64,
    /// The 99th percentile of the load generator's own lateness, in nanoseconds.
    pub lateness_p99_ns: u64,
    /// Whether the load generator's lateness may have made the latency.
    pub generator_is_late: bool,
}

impl LiveHost {
    /// All of them, the default first.
    pub const ALL: [Self; 2] = [Self::Stock, Self::Unconstrained];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stock => "stock",
            Self::Unconstrained => "unconstrained",
        }
    }
}

impl fmt::Display for LiveHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for LiveHost {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        one_of("host", Self::ALL, Self::name, name)
    }
}

impl Scenario {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Echo => "echo",
            Self::Timers => "timers",
            Self::Http => "http",
        }
    }

    /// What latency is, in a sentence.
    pub fn latency(self) -> &'static str {
        match self {
            Self::Echo | Self::Http => {
                "From the moment at which a request was planned to its reply, over all rounds: a server that stalls is charged for every request that should have been sent meanwhile."
            }
            Self::Timers => {
                "From the moment at which the timer of a request was to end to its reply, over all rounds: how late timers are, with the way to the server and back. The timer is to begin when the request was planned."
            }
        }
    }
}

impl LiveArrivals {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Even, Self::Poisson, Self::Burst];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Even => "even",
            Self::Poisson => "poisson",
            Self::Burst => "burst",
        }
    }

    /// What it means, in words that follow a number of requests a second.
    pub fn words(self) -> &'static str {
        match self {
            Self::Even => "",
            Self::Poisson => ", at random",
            Self::Burst => ", one on each active connection at the same moment",
        }
    }
}

impl fmt::Display for LiveArrivals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for LiveArrivals {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        one_of("kind of arrivals", Self::ALL, Self::name, name)
    }
}
