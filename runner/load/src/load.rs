use serde::{Deserialize, Serialize};

use crate::times::Times;

/// The greatest part of the p99 latency that the p99 lateness of an honest generator may be.
pub const LATENESS_PART: f64 = 0.01;

/// What was measured of the requests planned within the window. All of them were answered, and
/// every byte was right, those of the warm-up too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// Requests planned in the window, by its length, in requests a second.
    pub offered: f64,
    /// Replies to them, a second: by the time from the window's beginning to the last of them,
    /// or to the window's end if that is later. It is less than `offered` if the server falls
    /// behind.
    pub achieved: f64,
    /// Requests of the window that were sent.
    pub sent: u64,
    /// Replies to them.
    pub received: u64,
    /// Those that had to wait because their socket was full: the server did not read. Their
    /// latency counts from the planned moment all the same.
    pub queued: u64,
    /// Requests of the whole run, the warm-up's too, but without the greetings.
    pub requests: u64,
    /// Connections whose end the server had not closed within the grace, after all replies.
    pub unclosed: u32,
    /// From the planned moment of a request to the read that completed its reply.
    pub latency: Times,
    /// From the moment at which the first byte of a request was handed to its socket to the
    /// same read. A closed loop would show this one. It is never more than the latency.
    pub service: Times,
    /// How late the generator itself was: from the planned moment of a request to that at which
    /// it turned to it, whether or not the socket was full. It is part of the latency.
    pub lateness: Times,
}

impl Load {
    /// Whether the generator, and not the server, may have made the latency: its own lateness at
    /// the 99th percentile is more than [`LATENESS_PART`] of the latency at the 99th percentile.
    /// The numbers are no measurement of the server then; give the generator a processor of its
    /// own, or lower the rate.
    pub fn is_bottleneck(&self) -> bool {
        self.lateness.quantile(0.99) as f64 > LATENESS_PART * self.latency.quantile(0.99) as f64
    }
}
