use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use pollbench_reports::names::harmless;
use wasmtime_wasi::async_trait;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi_io::bytes::Bytes;
use wasmtime_wasi_io::poll::Pollable;
use wasmtime_wasi_io::streams::{OutputStream, StreamError, StreamResult};

use crate::limits::LimitReached;

/// How many bytes of an output are kept from its beginning, and as many from its end.
const KEPT: usize = 64 << 10;
/// How many bytes a guest may write at once.
const AT_ONCE: usize = 4096;
/// How many lines of standard error are shown from its beginning, and as many from its end.
const LINES: usize = 8;
/// How many characters of a line are shown.
const SHOWN: usize = 200;

/// What a guest has printed.
pub struct Printed {
    left: usize,
    stdout: Ends,
    stderr: Ends,
}

/// The beginning and the end of an output.
#[derive(Default)]
struct Ends {
    first: Vec<u8>,
    last: VecDeque<u8>,
    /// How many bytes between them are not kept.
    left_out: usize,
}

impl Ends {
    fn print(&mut self, bytes: &[u8]) {
        let room = KEPT - self.first.len();
        let (first, rest) = bytes.split_at(bytes.len().min(room));
        self.first.extend(first);
        self.last.extend(rest);
        let excess = self.last.len().saturating_sub(KEPT);
        self.last.drain(..excess);
        self.left_out += excess;
    }

    fn text(&self) -> String {
        let last: Vec<u8> = self.last.iter().copied().collect();
        let between = match self.left_out {
            0 => String::new(),
            bytes => format!("\n… {bytes} bytes are left out …\n"),
        };
        // What is complete may be cut in the middle of a character.
        match self.left_out {
            0 => String::from_utf8_lossy(&[&self.first[..], &last].concat()).into_owned(),
            _ => {
                let [first, last] = [&self.first, &last].map(|it| String::from_utf8_lossy(it));
                format!("{first}{between}{last}")
            }
        }
    }
}

impl Printed {
    /// Nothing has been printed yet, and `limit` bytes may be.
    pub fn new(limit: usize) -> Self {
        Self { left: limit, stdout: Ends::default(), stderr: Ends::default() }
    }

    fn print(&mut self, bytes: &[u8], is_stderr: bool) -> Result<(), LimitReached> {
        self.left = self.left.checked_sub(bytes.len()).ok_or(LimitReached::Output)?;
        let ends = if is_stderr { &mut self.stderr } else { &mut self.stdout };
        ends.print(bytes);
        Ok(())
    }

    /// What is kept of standard output and of standard error.
    pub fn texts(&self) -> [String; 2] {
        [self.stdout.text(), self.stderr.text()]
    }
}

/// The first and the last lines of a text that are not empty, as they can be shown.
pub fn shown_lines(text: &str) -> Vec<String> {
    let lines: Vec<&str> =
        text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let show = |line: &&str| harmless(line, SHOWN);
    if lines.len() <= 2 * LINES {
        return lines.iter().map(show).collect();
    }
    let left_out = format!("… {} lines are left out …", lines.len() - 2 * LINES);
    let first = lines[..LINES].iter().map(show);
    first.chain([left_out]).chain(lines[lines.len() - LINES..].iter().map(show)).collect()
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
        Ok(AT_ONCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_lines_are_shown() {
        assert_eq!(shown_lines(""), Vec::<String>::new());
        let panic = "panicked at lib.rs:3:5:\n\nhands off\x1b[2J\n\n";
        assert_eq!(shown_lines(panic), ["panicked at lib.rs:3:5:", "hands off\u{fffd}[2J"]);
        let many: String = (1..=30).map(|it| format!("line {it}\n")).collect();
        let shown = shown_lines(&many);
        assert_eq!((shown.len(), shown[0].as_str()), (2 * LINES + 1, "line 1"));
        assert_eq!(shown[LINES], "… 14 lines are left out …");
        assert_eq!(shown[2 * LINES], "line 30");
        assert_eq!(shown_lines(&"x".repeat(1_000))[0].chars().count(), SHOWN + 1);
    }

    #[test]
    fn the_beginning_and_the_end_of_each_output_are_kept() {
        let mut printed = Printed::new(1 << 30);
        printed.print(b"to standard output", false).unwrap();
        printed.print("ä".repeat(10).as_bytes(), true).unwrap();
        let [stdout, stderr] = printed.texts();
        assert_eq!((stdout.as_str(), stderr), ("to standard output", "ä".repeat(10)));
        // However much it is, and however it comes.
        for (size, times) in [(1, 300_000), (300_000, 1)] {
            let mut printed = Printed::new(1 << 30);
            printed.print(b"first", true).unwrap();
            (0..times).for_each(|_| printed.print(&vec![b'x'; size], true).unwrap());
            printed.print(b"last", true).unwrap();
            let [_, stderr] = printed.texts();
            assert!(stderr.starts_with("firstx") && stderr.ends_with("xlast"));
            let left_out = 300_000 + 9 - 2 * KEPT;
            assert!(stderr.contains(&format!("… {left_out} bytes are left out …")));
            assert!(stderr.len() < 2 * KEPT + 100);
        }
    }

    #[test]
    fn both_outputs_share_a_limit() {
        let mut printed = Printed::new(10);
        assert_eq!(printed.print(b"12345", false), Ok(()));
        assert_eq!(printed.print(b"12345", true), Ok(()));
        assert_eq!(printed.print(b"1", false), Err(LimitReached::Output));
    }
}
