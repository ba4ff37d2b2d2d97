use std::io;

use super::Done;
use super::error::Exit;
use crate::worker::serve;

/// Answers another pollbench until it asks no more.
pub fn work() -> Done {
    // Whoever asked is gone when an answer can't be written.
    let _ = serve(io::stdin().lock(), io::stdout().lock());
    Ok(Exit::Fine)
}
