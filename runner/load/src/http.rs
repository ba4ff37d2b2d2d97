//! Requests of HTTP whose handler asks another server first, and what their answers have to say.

mod reply;
mod value;

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::LoadError;
use reply::Reply;
pub use value::{delay, value};

/// What a handler is to ask another server for before it answers.
///
/// A request for a path `/all/FIRST/REQUESTS/ADDRESS`, or with `any` or `each` in place of `all`,
/// wants the handler to send a request for each number from FIRST on, as the path `/NUMBER`, to
/// the server at ADDRESS, which answers with the number's [`value`] in the header `x-value`. The
/// answer is two numbers: how many answers were awaited, and the sum of their values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asking {
    /// Which answers the handler awaits.
    pub awaited: Awaited,
    /// How many requests it sends.
    pub requests: u32,
    /// Where the other server listens.
    pub upstream: SocketAddr,
}

/// Which answers a handler awaits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Awaited {
    /// All, by one task.
    All,
    /// The first, by one task.
    Any,
    /// Each, by a task of its own.
    Each,
}

/// The most requests that a handler is to send for one.
pub const MOST_REQUESTS: u32 = 10_000;
/// The longest answer that is read.
const LONGEST: usize = 64 << 10;

impl Asking {
    /// The size of a request, in bytes: all of them have the same.
    pub fn bytes(&self) -> u32 {
        self.request(0).len() as u32
    }

    fn request(&self, first: u32) -> Vec<u8> {
        let Self { awaited, requests, upstream } = self;
        format!(
            "GET /{awaited}/{first:010}/{requests}/{upstream} HTTP/1.1\r\nhost: pollbench\r\n\r\n"
        )
        .into_bytes()
    }
}

/// The requests of a connection, and what has come back.
#[derive(Debug)]
pub(crate) struct Exchange {
    asking: Asking,
    connection: u32,
    connections: u32,
    seed: u64,
    /// Answers that were right.
    answered: u64,
    /// Their bytes.
    position: u64,
    /// What has come and is no whole answer yet.
    bytes: Vec<u8>,
    wrong: Option<LoadError>,
}

impl Exchange {
    pub(crate) fn new(asking: Asking, connection: u32, connections: u32, seed: u64) -> Self {
        let (answered, position) = (0, 0);
        let bytes = Vec::new();
        Self { asking, connection, connections, seed, answered, position, bytes, wrong: None }
    }

    /// Writes the bytes of the requests from a position on.
    pub(crate) fn fill(&self, position: u64, mut bytes: &mut [u8]) {
        let size = u64::from(self.asking.bytes());
        let mut position = position;
        while !bytes.is_empty() {
            let request = self.asking.request(self.first(position / size));
            let rest = &request[(position % size) as usize..];
            let length = rest.len().min(bytes.len());
            bytes[..length].copy_from_slice(&rest[..length]);
            position += length as u64;
            bytes = &mut bytes[length..];
        }
    }

    /// The first number that a request asks for. No other request asks for it, for as long as
    /// there are numbers.
    fn first(&self, request: u64) -> u32 {
        let place = request * u64::from(self.connections) + u64::from(self.connection);
        (place * u64::from(self.asking.requests)) as u32
    }

    /// Takes the bytes that came next, when so many bytes have been sent on this connection.
    pub(crate) fn read(&mut self, found: &[u8], sent: u64) {
        if self.wrong.is_some() {
            return;
        }
        self.bytes.extend_from_slice(found);
        let asked = sent / u64::from(self.asking.bytes());
        while self.wrong.is_none() && !self.bytes.is_empty() {
            match Reply::parse(&self.bytes) {
                _ if self.answered == asked => {
                    self.is_wrong("nothing, for all requests are answered", "more bytes");
                }
                Ok(None) if self.bytes.len() > LONGEST => {
                    self.is_wrong("a short answer", &format!("more than {LONGEST} bytes"));
                }
                Ok(None) => break,
                Ok(Some((reply, length))) => self.take(&reply, length),
                Err(why) => self.is_wrong("an answer of HTTP/1.1", &why),
            }
        }
    }

    fn take(&mut self, reply: &Reply, length: usize) {
        let body = String::from_utf8_lossy(&reply.body);
        if reply.status != 200 || !self.is_right(&body) {
            let expected = self.expected();
            return self.is_wrong(&expected, &format!("status {} and {body}", reply.status));
        }
        self.bytes.drain(..length);
        self.position += length as u64;
        self.answered += 1;
    }

    /// The values of which the next answer has to tell.
    fn values(&self) -> impl Iterator<Item = u64> {
        let (first, seed) = (self.first(self.answered), self.seed);
        (0..self.asking.requests).map(move |it| value(seed, first.wrapping_add(it)).into())
    }

    /// Whether the next answer may say so.
    fn is_right(&self, body: &str) -> bool {
        match self.asking.awaited {
            Awaited::Any => {
                let value = body.strip_prefix("1 ").and_then(|it| it.parse().ok());
                value.is_some_and(|value: u64| self.values().any(|it| it == value))
            }
            Awaited::All | Awaited::Each => body == self.all(),
        }
    }

    /// What the next answer has to say in which all values are.
    fn all(&self) -> String {
        format!("{} {}", self.asking.requests, self.values().sum::<u64>())
    }

    /// What the next answer may say, in words.
    fn expected(&self) -> String {
        match self.asking.awaited {
            Awaited::Any => {
                let Asking { requests, .. } = self.asking;
                let first = self.first(self.answered);
                format!(
                    "status 200, and 1 and the value of one of {requests} numbers from {first} on"
                )
            }
            Awaited::All | Awaited::Each => format!("status 200 and {}", self.all()),
        }
    }

    fn is_wrong(&mut self, expected: &str, found: &str) {
        /// How much of an answer is shown.
        const SHOWN: usize = 200;
        self.wrong = Some(LoadError::Answer {
            connection: self.connection,
            request: self.answered,
            expected: expected.into(),
            found: found.chars().filter(|it| !it.is_control()).take(SHOWN).collect(),
        });
    }

    /// How many answers have come, before any wrong one.
    pub(crate) fn answered(&self) -> u64 {
        self.answered
    }

    /// How many bytes these have.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// What is wrong with the answer that is, if one is.
    pub(crate) fn wrong(&self) -> Option<&LoadError> {
        self.wrong.as_ref()
    }
}

impl Awaited {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::All, Self::Any, Self::Each];

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Any => "any",
            Self::Each => "each",
        }
    }
}

impl fmt::Display for Awaited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Awaited {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|it| it.name() == name);
        found.ok_or_else(|| format!("{name:?} can't be awaited: write all, any or each"))
    }
}

#[cfg(test)]
mod tests;
