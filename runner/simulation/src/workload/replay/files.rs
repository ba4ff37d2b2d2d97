use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use pollbench_reports::trace::{TraceError, TraceFile};

use super::pattern::{Pattern, PatternError};

/// The traces that this process has read. A parameter's value is a number, and the number of a
/// trace is its place here.
pub struct Traces(Mutex<Vec<Trace>>);

struct Trace {
    /// The file, as it was given.
    file: String,
    pattern: Arc<Pattern>,
}

/// Why a file can't be replayed.
#[derive(Debug, thiserror::Error)]
pub enum TraceProblem {
    /// It can't be read, or is no trace.
    #[error(transparent)]
    File(#[from] TraceError),
    /// There is nothing to replay in it.
    #[error("can't replay {file}: {problem}")]
    Pattern {
        /// The file.
        file: String,
        /// Why.
        problem: PatternError,
    },
}

/// The traces that were read.
pub fn traces() -> &'static Traces {
    static TRACES: Traces = Traces(Mutex::new(Vec::new()));
    &TRACES
}

impl Traces {
    /// Reads a trace, unless it has been read, and returns its number.
    ///
    /// # Errors
    ///
    /// If there is nothing to replay in the file.
    pub fn read(&self, file: &str) -> Result<u64, TraceProblem> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = all.iter().position(|it| it.file == file) {
            return Ok(number as u64);
        }
        let trace = TraceFile::open(Path::new(file))?;
        let pattern = Pattern::of(&trace)
            .map_err(|problem| TraceProblem::Pattern { file: file.into(), problem })?;
        all.push(Trace { file: file.into(), pattern: Arc::new(pattern) });
        Ok(all.len() as u64 - 1)
    }

    /// The file of a trace; an empty text if it has none.
    pub fn file(&self, number: u64) -> String {
        self.get(number, |it| it.file.clone()).unwrap_or_default()
    }

    /// The pattern of a trace; that of no trace has no task.
    pub fn pattern(&self, number: u64) -> Arc<Pattern> {
        self.get(number, |it| it.pattern.clone()).unwrap_or_default()
    }

    fn get<T>(&self, number: u64, of: impl FnOnce(&Trace) -> T) -> Option<T> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(usize::try_from(number).ok()?).map(of)
    }
}
