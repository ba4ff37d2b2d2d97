use std::fmt;

use serde::{Deserialize, Serialize};

/// The first byte of a connection's replies that is not what was sent, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error(
    "byte {position} of what came back on connection {connection}, in the reply to its request {request}, is {found:#04x} where {} was expected: {damage}",
    Expected(*expected)
)]
pub struct Corruption {
    /// The number of the connection, from 0.
    pub connection: u32,
    /// How many right bytes came before it on this connection.
    pub position: u64,
    /// The request on this connection that the byte answers. 0 is the greeting.
    pub request: u64,
    /// The byte that was sent. `None` if nothing had been sent that it could answer.
    pub expected: Option<u8>,
    /// The byte that came.
    pub found: u8,
    /// What happened, as far as the bytes after it tell.
    pub damage: Damage,
}

/// What happened to the bytes of a connection.
///
/// It is found from where the bytes come from that follow: each 8 of them name their place, see
/// [`crate::Pattern`]. Of several faults it is about the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Damage {
    /// So many bytes are missing.
    Lost {
        /// How many.
        bytes: u64,
    },
    /// Bytes come again that had come so many bytes before.
    Doubled {
        /// How far it goes back. That is how many were doubled, if they come in one piece.
        back: u64,
    },
    /// Within so many bytes, the same bytes come in another order.
    Reordered {
        /// From the first byte that is not in its place to the last.
        bytes: u64,
    },
    /// Other bytes come in the place of so many.
    Changed {
        /// From the first byte that is changed to the last.
        bytes: u64,
    },
    /// The bytes belong to another connection.
    Foreign {
        /// The number of that connection.
        connection: u32,
    },
    /// The bytes that followed were too few, or fit none of these.
    Unexplained,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost { bytes } => write!(f, "bytes were lost, {bytes} of them"),
            Self::Doubled { back } => {
                write!(f, "bytes were doubled, for what came {back} bytes before comes again")
            }
            Self::Reordered { bytes } => {
                write!(f, "bytes came in another order, within {bytes} of them")
            }
            Self::Changed { bytes } => write!(f, "bytes were changed, within {bytes} of them"),
            Self::Foreign { connection } => {
                write!(f, "bytes came that were sent on connection {connection}")
            }
            Self::Unexplained => {
                f.write_str("what follows fits no single fault; look at what the server sends")
            }
        }
    }
}

struct Expected(Option<u8>);

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(byte) => write!(f, "{byte:#04x}"),
            None => f.write_str("nothing"),
        }
    }
}
