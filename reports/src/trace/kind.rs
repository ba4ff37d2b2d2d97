use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a pollable stands for, as far as the call tells that made it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum PollableKind {
    /// `wasi:clocks/monotonic-clock`: a point in time.
    Timer,
    /// `wasi:sockets`: a socket, its datagrams, or an address that is looked up.
    Socket,
    /// `wasi:io/streams`: input or output of a connection, of a file or of standard streams.
    Stream,
    /// `wasi:http`: a response that is to come, or the trailers of one.
    Http,
    /// What no call made that is known.
    Other,
}

impl PollableKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [Self::Timer, Self::Socket, Self::Stream, Self::Http, Self::Other];

    /// The kind's place in [`PollableKind::ALL`].
    pub fn place(self) -> usize {
        self as usize
    }

    /// The kind's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Timer => "timer",
            Self::Socket => "socket",
            Self::Stream => "stream",
            Self::Http => "http",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for PollableKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
