use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::corruption::Corruption;
use crate::plan::PlanError;

/// What a run failed of.
///
/// It can be written and read, for the generator is a process of its own.
#[derive(Clone, Debug, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoadError {
    /// The plan can't be carried out.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The server never listened.
    #[error(
        "nothing listens at {address} after {waited:?}: is the server running, and does it listen there?"
    )]
    NotListening {
        /// Where the server should listen.
        address: SocketAddr,
        /// How long it was tried.
        waited: Duration,
    },
    /// The server listened no more before all connections were open.
    #[error(
        "the server at {address} refuses connection {connection}, after taking those before it: did it end?"
    )]
    Refused {
        /// Where the server should listen.
        address: SocketAddr,
        /// The number of the connection.
        connection: u32,
    },
    /// Not all connections were open and answered in time.
    #[error(
        "{served} of {connections} connections have been answered after {waited:?}, and connection {connection} has not: does the server go on accepting? Otherwise give it more time to connect"
    )]
    NotServed {
        /// Connections on which the first request was answered.
        served: u32,
        /// All connections of the plan.
        connections: u32,
        /// One that was not.
        connection: u32,
        /// How long it was tried.
        waited: Duration,
    },
    /// This process or the system has no more descriptors.
    #[error(
        "connection {connection} of {connections} can't be opened, for {scope} may have no more files open: raise {what}"
    , scope = if *of_system { "this system" } else { "this process" }, what = if *of_system { "fs.file-max" } else { "`ulimit -n`" })]
    Descriptors {
        /// The number of the connection.
        connection: u32,
        /// All connections of the plan.
        connections: u32,
        /// Whether the limit is that of the system (ENFILE), and not of the process (EMFILE).
        of_system: bool,
    },
    /// The system has no more ports for connections to this address.
    #[error(
        "connection {connection} to {address} gets no port: widen net.ipv4.ip_local_port_range, or use fewer connections"
    )]
    Ports {
        /// Where the server listens.
        address: SocketAddr,
        /// The number of the connection.
        connection: u32,
    },
    /// What came back is not what was sent.
    #[error(transparent)]
    Corrupt(#[from] Corruption),
    /// A handler of HTTP has answered something else.
    #[error(
        "connection {connection} has another answer to request {request}: {expected} was expected, and what came is {found}"
    )]
    Answer {
        /// The number of the connection.
        connection: u32,
        /// The request on it. 0 is the greeting.
        request: u64,
        /// What would have been right.
        expected: String,
        /// What came.
        found: String,
    },
    /// The server closed a connection.
    #[error(
        "the server closed connection {connection} after {position} bytes, with {unanswered} requests unanswered: it has to keep it open until the client closes it"
    )]
    Closed {
        /// The number of the connection.
        connection: u32,
        /// How many bytes had come back on it, all of them right.
        position: u64,
        /// Requests sent on it that were not answered whole.
        unanswered: u64,
    },
    /// A reply came before the delay had passed that its request asked for.
    #[error(
        "connection {connection} has the reply to request {request} {early:?} before its time: the first two bytes of a request are its share of the longest delay"
    )]
    Early {
        /// The connection.
        connection: u32,
        /// The request on it. 0 is the greeting.
        request: u64,
        /// How much too early.
        early: Duration,
    },
    /// Replies did not come within the grace.
    #[error(
        "{requests} of {of} requests were not answered within {grace:?} after the window: the server has lost them, or is too slow for the rate; on connection {connection} the reply to request {request} is the first to be missing, after {position} bytes"
    )]
    Unanswered {
        /// How many.
        requests: u64,
        /// Requests sent in the whole run, or due and still waiting for room in a socket.
        of: u64,
        /// How long replies might come after the window's end.
        grace: Duration,
        /// One of the connections with such a request.
        connection: u32,
        /// The first such request on it. 0 is the greeting.
        request: u64,
        /// How many bytes had come back on it, all of them right.
        position: u64,
    },
    /// The generator itself can't send so fast.
    #[error(
        "the load generator has sent only {sent} requests by the end, at {rate} a second: give it a processor of its own, or lower the rate"
    )]
    Behind {
        /// Requests sent in the whole run.
        sent: u64,
        /// Requests a second of the plan.
        rate: f64,
    },
    /// The system refused something.
    #[error("the system fails to {doing}: {error}")]
    System {
        /// What was to be done.
        doing: String,
        /// The system's own words.
        error: String,
    },
}

impl LoadError {
    /// Whether a lower rate may succeed with the same server: replies that did not come may be
    /// lost or only late, and nothing else went wrong. A search of a highest rate counts it as
    /// a rate that is too high.
    pub fn may_be_overload(&self) -> bool {
        matches!(self, Self::Unanswered { .. })
    }

    pub(crate) fn system(doing: impl Into<String>, error: &std::io::Error) -> Self {
        Self::System { doing: doing.into(), error: error.to_string() }
    }
}
