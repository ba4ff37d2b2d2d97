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
    /// What no call made that is known, such as a response of `wasi:http`.
    Other,
}

impl PollableKind {
    /// All kinds, in the order of their numbers in a trace file.
    pub const ALL: [Self; 4] = [Self::Timer, Self::Socket, Self::Stream, Self::Other];

    /// The kind's number in a trace file, and its place in [`PollableKind::ALL`].
    pub fn number(self) -> usize {
        self as usize
    }

    /// The kind's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Timer => "timer",
            Self::Socket => "socket",
            Self::Stream => "stream",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for PollableKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
