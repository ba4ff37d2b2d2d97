//! A process of this program that does one part of a round.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStderr, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};

use serde::Serialize;

use super::error::LiveError;
use crate::worker::Program;

/// How much of what a process says on standard error is kept.
const MOST: u64 = 64 << 10;
/// How many of the last lines are shown.
const LINES: usize = 3;

/// A process. It ends when this value is dropped.
pub struct Process {
    child: Child,
    said: Option<JoinHandle<String>>,
}

impl Process {
    /// Runs a command of this program, whose argument is `order` as JSON.
    pub fn start(program: &Program, name: &str, order: &impl Serialize) -> Result<Self, LiveError> {
        let failed = |error: String| LiveError::Start(std::io::Error::other(error));
        let order = serde_json::to_string(order).map_err(|it| failed(it.to_string()))?;
        let mut command = program.command().map_err(|it| failed(it.to_string()))?;
        command.args([name, &order]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(LiveError::Start)?;
        let said = child.stderr.take().map(|it| thread::spawn(move || listen(it)));
        Ok(Self { child, said })
    }

    /// The system's number of the process.
    pub fn number(&self) -> u32 {
        self.child.id()
    }

    /// How it has ended, if it has.
    pub fn status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// What it writes on standard output, all of it, once it has ended.
    pub fn output(&mut self) -> Option<JoinHandle<String>> {
        let mut output = self.child.stdout.take()?;
        Some(thread::spawn(move || {
            let mut text = String::new();
            // What is no text is no answer.
            let _ = output.read_to_string(&mut text);
            text
        }))
    }

    /// The last lines that it has said on standard error. Ends the process.
    pub fn last_words(&mut self) -> String {
        self.end();
        let said = self.said.take().and_then(|it| it.join().ok()).unwrap_or_default();
        let lines: Vec<&str> = said.lines().filter(|it| !it.trim().is_empty()).collect();
        lines[lines.len().saturating_sub(LINES)..].join("; ")
    }

    fn end(&mut self) {
        // If it can't be ended it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// Reads all that a process says, and keeps the end of it.
fn listen(from: ChildStderr) -> String {
    let mut kept = String::new();
    let mut lines = BufReader::new(from);
    let mut line = Vec::new();
    while lines.by_ref().take(MOST).read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        kept.push_str(&String::from_utf8_lossy(&line));
        line.clear();
        let beyond = kept.len().saturating_sub(MOST as usize);
        if beyond > 0 {
            let from = kept.ceil_char_boundary(beyond);
            kept.drain(..from);
        }
    }
    kept
}
