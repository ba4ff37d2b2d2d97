use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::http::{Asking, MOST_REQUESTS};
use crate::pattern::{CONNECTIONS, WORDS};

/// What is asked of a server, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Where the server listens.
    pub address: SocketAddr,
    /// How many connections are open during the whole run, idle ones included.
    pub connections: u32,
    /// How many of them requests are sent on.
    pub active: u32,
    /// Requests a second, over all active connections.
    pub rate: f64,
    /// How the planned moments lie.
    pub arrivals: Arrivals,
    /// The size of a request and of its reply, in bytes.
    pub bytes: u32,
    /// How long a server waits before it answers, if it does: each request asks for a share of
    /// this, which its first two bytes are, the larger first, in 65,536ths. Its reply is due so
    /// long after its planned moment, and latency counts from then. Zero for a server that
    /// answers at once.
    pub longest_delay: Duration,
    /// What a handler of HTTP is to ask another server for; `None` for a server that sends back
    /// what it reads. Requests have the size of [`Asking::bytes`] then.
    pub http: Option<Asking>,
    /// How long to go on trying until each connection is open and has been answered once.
    pub connect: Duration,
    /// How long requests are sent before the measured window begins.
    pub warm_up: Duration,
    /// The length of the measured window.
    pub time: Duration,
    /// How long replies may still come after the window's end. It also is the time in which the
    /// server should close its ends when the run is over.
    pub grace: Duration,
    /// Chooses the active connections, the bytes, and the moments if they are at random.
    pub seed: u64,
}

/// How the planned moments of requests lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrivals {
    /// Request `i` is planned `i / rate` after the start, as in wrk2.
    Even,
    /// A Poisson process of this rate, as from many clients who don't know of each other.
    Poisson,
    /// One on each active connection at the same moment, as often as the rate allows.
    Burst,
}

/// A plan that can't be carried out.
#[derive(Clone, Debug, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlanError {
    /// There are more active connections than connections, or none.
    #[error(
        "a plan has {active} active connections of {connections}: at least one has to be active, and no more than there are"
    )]
    Active {
        /// The active connections of the plan.
        active: u32,
        /// All connections of the plan.
        connections: u32,
    },
    /// There are more connections than a payload can name.
    #[error("a plan has {0} connections: write {CONNECTIONS} or fewer")]
    Connections(u32),
    /// The rate is no rate.
    #[error("a plan has a rate of {0} requests a second: write a number above 0")]
    Rate(f64),
    /// Requests are empty.
    #[error("a plan has requests of 0 bytes: write 1 or more")]
    Bytes,
    /// A handler is to send no requests, or too many.
    #[error("a plan lets a handler send {0} requests: write 1 to {MOST_REQUESTS}")]
    Requests(u32),
    /// Requests of HTTP have another size, or delays.
    #[error(
        "a plan of HTTP has requests of {bytes} bytes and delays: they have {expected}, and no delays"
    )]
    Http {
        /// The size of the plan's requests, in bytes.
        bytes: u32,
        /// The size that they have.
        expected: u32,
    },
    /// Requests have no room for what they ask for.
    #[error("a plan has delays and requests of {0} bytes: write 2 or more")]
    NoRoom(u32),
    /// A request would come before the one before it on its connection is answered.
    #[error(
        "a plan has delays of up to {longest:?}, and a request every {every:?} on a connection: the delays have to be shorter"
    )]
    Delay {
        /// The longest delay.
        longest: Duration,
        /// The time between two requests of a connection.
        every: Duration,
    },
    /// The times don't fit into a clock of nanoseconds, together.
    #[error("a plan takes {0:?}: warm-up, time and grace may be {longest:?} together", longest = LONGEST)]
    TooLong(Duration),
    /// Nothing would be measured.
    #[error(
        "a plan has no request in its measured window of {time:?} at {rate} a second: raise the rate or the time"
    )]
    Empty {
        /// The length of the window.
        time: Duration,
        /// Requests a second.
        rate: f64,
    },
    /// A connection would carry more bytes than a payload can number.
    #[error(
        "a plan sends up to {requests:.0} requests of {bytes} bytes on a connection: the time, the rate or the size is too great"
    )]
    TooMuch {
        /// Requests on a connection.
        requests: f64,
        /// The size of each, in bytes.
        bytes: u32,
    },
}

/// The longest plan. Any time of it fits into a histogram, see [`crate::TOP`].
const LONGEST: Duration = crate::TOP;

impl Plan {
    /// Whether the plan can be carried out.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with it.
    pub fn check(&self) -> Result<(), PlanError> {
        let Self { active, connections, rate, bytes, time, .. } = *self;
        if active == 0 || active > connections {
            return Err(PlanError::Active { active, connections });
        }
        if u64::from(connections) > CONNECTIONS {
            return Err(PlanError::Connections(connections));
        }
        if !(rate.is_finite() && rate > 0.0) {
            return Err(PlanError::Rate(rate));
        }
        if bytes == 0 {
            return Err(PlanError::Bytes);
        }
        self.check_delays()?;
        self.check_http()?;
        let whole = self.warm_up.saturating_add(time).saturating_add(self.grace);
        if whole > LONGEST {
            return Err(PlanError::TooLong(whole));
        }
        if time.as_secs_f64() * rate < 1.0 {
            return Err(PlanError::Empty { time, rate });
        }
        // The greeting, the last request begun, and as many again, for chance may bring more.
        let requests = 2.0 * whole.as_secs_f64() * rate / f64::from(active) + 2.0;
        if requests * f64::from(bytes) >= WORDS as f64 * 8.0 {
            return Err(PlanError::TooMuch { requests, bytes });
        }
        Ok(())
    }

    fn check_delays(&self) -> Result<(), PlanError> {
        let longest = self.longest_delay;
        if longest.is_zero() {
            return Ok(());
        }
        if self.bytes < 2 {
            return Err(PlanError::NoRoom(self.bytes));
        }
        let every = Duration::try_from_secs_f64(f64::from(self.active) / self.rate);
        match every.unwrap_or(Duration::MAX) {
            every if longest >= every => Err(PlanError::Delay { longest, every }),
            _ => Ok(()),
        }
    }

    fn check_http(&self) -> Result<(), PlanError> {
        let Some(asking) = self.http else { return Ok(()) };
        if !(1..=MOST_REQUESTS).contains(&asking.requests) {
            return Err(PlanError::Requests(asking.requests));
        }
        let (bytes, expected) = (self.bytes, asking.bytes());
        match bytes == expected && self.longest_delay.is_zero() {
            true => Ok(()),
            false => Err(PlanError::Http { bytes, expected }),
        }
    }

    /// The delay that a request asks for, from its first two bytes, in nanoseconds.
    pub(crate) fn delay(longest: u64, first: [u8; 2]) -> u64 {
        ((u128::from(u16::from_be_bytes(first)) * u128::from(longest)) >> 16) as u64
    }

    /// When the measured window begins and ends, in nanoseconds from the start.
    pub(crate) fn window(&self) -> std::ops::Range<u64> {
        nanoseconds(self.warm_up)..nanoseconds(self.warm_up + self.time)
    }
}

/// A time that [`Plan::check`] has bounded, in nanoseconds.
pub(crate) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
