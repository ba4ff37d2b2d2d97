//! Standard output and standard error, whose readers may go at any time.

use std::io::{self, ErrorKind, Write};

/// Standard output can't be written to.
#[derive(Debug, thiserror::Error)]
#[error("can't write to standard output: {0}; what it was to show is not complete")]
pub struct PrintError(io::Error);

/// Writes a text to standard output. If a reader closes the pipe because it has seen
/// enough, as `head` does, that is no error.
pub fn print(text: &str) -> Result<(), PrintError> {
    let mut output = io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(PrintError(error)),
        _ => Ok(()),
    }
}

/// Writes a line to standard error, if anybody is there to read it.
pub fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
