use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use wasmtime_wasi::async_trait;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi_io::bytes::Bytes;
use wasmtime_wasi_io::poll::Pollable;
use wasmtime_wasi_io::streams::{OutputStream, StreamError, StreamResult};

use crate::engine::limits::LimitReached;

/// How many bytes of standard error are kept, from its end.
const KEPT: usize = 4096;
/// How many characters of a line are shown.
const SHOWN: usize = 200;

/// What a guest has printed.
pub struct Printed {
    left: usize,
    stderr: VecDeque<u8>,
}

impl Printed {
    /// Nothing has been printed yet, and `limit` bytes may be.
    pub fn new(limit: usize) -> Self {
        Self { left: limit, stderr: VecDeque::new() }
    }

    fn print(&mut self, bytes: &[u8], is_stderr: bool) -> Result<(), LimitReached> {
        self.left = self.left.checked_sub(bytes.len()).ok_or(LimitReached::Output)?;
        if is_stderr {
            self.stderr.extend(bytes);
            let excess = self.stderr.len().saturating_sub(KEPT);
            self.stderr.drain(..excess);
        }
        Ok(())
    }

    /// The last line of standard error that is neither empty nor a note: after a panic,
    /// Rust prints a note on how to see more.
    pub fn last_line(&self) -> Option<String> {
        let bytes: Vec<u8> = self.stderr.iter().copied().collect();
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.lines().map(str::trim).rev();
        let line = lines.find(|line| !line.is_empty() && !line.starts_with("note:"))?;
        Some(line.chars().filter(|c| !c.is_control()).take(SHOWN).collect())
    }
}

/// Standard output or standard error of a guest, which share a limit.
#[derive(Clone)]
pub struct Capture {
    printed: Arc<Mutex<Printed>>,
    is_stderr: bool,
}

impl Capture {
    pub fn stdout(printed: &Arc<Mutex<Printed>>) -> Self {
        Self { printed: printed.clone(), is_stderr: false }
    }

    pub fn stderr(printed: &Arc<Mutex<Printed>>) -> Self {
        Self { printed: printed.clone(), is_stderr: true }
    }
}

impl IsTerminal for Capture {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Capture {
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }

    /// WASI 0.2 does not ask for this stream, so it has no room for output.
    fn async_stream(&self) -> Box<dyn tokio::io::AsyncWrite + Send + Sync> {
        Box::new(MemoryOutputPipe::new(0))
    }
}

#[async_trait]
impl Pollable for Capture {
    async fn ready(&mut self) {}
}

#[async_trait]
impl OutputStream for Capture {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        let mut printed = self.printed.lock().expect("nobody panics while printing");
        printed
            .print(&bytes, self.is_stderr)
            .map_err(|limit| StreamError::Trap(wasmtime::Error::from(limit)))
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(KEPT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_of_output_that_is_no_note_is_kept() {
        let mut printed = Printed::new(10_000);
        assert_eq!(printed.last_line(), None);
        printed.print(b"not this", false).unwrap();
        assert_eq!(printed.last_line(), None);
        printed.print(b"panicked at lib.rs:\nhands off\nnote: see more\n\n", true).unwrap();
        assert_eq!(printed.last_line().as_deref(), Some("hands off"));
        printed.print(&[b'x'; KEPT], true).unwrap();
        assert_eq!(printed.last_line().map(|line| line.len()), Some(SHOWN));
        assert_eq!(printed.stderr.len(), KEPT);
    }

    #[test]
    fn both_outputs_share_a_limit() {
        let mut printed = Printed::new(10);
        assert_eq!(printed.print(b"12345", false), Ok(()));
        assert_eq!(printed.print(b"12345", true), Ok(()));
        assert_eq!(printed.print(b"1", false), Err(LimitReached::Output));
    }
}
