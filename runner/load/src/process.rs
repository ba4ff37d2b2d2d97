//! What the process of a generator asks of its system.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_setaffinity};

/// Descriptors beside those of connections: standard streams, the poll, what a caller has.
const OTHERS: u64 = 64;

/// What the system does not grant this process.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProcessError {
    /// There may not be as many open files.
    #[error(
        "{connections} connections take {needed} open files, and this process may have {allowed}: raise `ulimit -Hn`, or use fewer connections"
    )]
    Descriptors {
        /// The connections.
        connections: u32,
        /// Open files for them.
        needed: u64,
        /// The most that the process may have.
        allowed: u64,
    },
    /// The thread can't be kept on a processor.
    #[error(
        "can't keep the load generator on processor {processor}: {error}; name one of those that `taskset -p $$` shows"
    )]
    Processor {
        /// The number of the processor, from 0.
        processor: usize,
        /// The system's own words.
        error: String,
    },
}

/// Makes sure that so many connections can be open at once.
///
/// # Errors
///
/// The hard limit of the process is too low.
pub fn raise_descriptor_limit(connections: u32) -> Result<(), ProcessError> {
    let needed = u64::from(connections) + OTHERS;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= needed) {
        return Ok(());
    }
    let raised = Rlimit { current: maximum, maximum };
    let enough = maximum.is_none_or(|maximum| maximum >= needed);
    if enough && setrlimit(Resource::Nofile, raised).is_ok() {
        return Ok(());
    }
    let allowed = maximum.or(current).unwrap_or(0);
    Err(ProcessError::Descriptors { connections, needed, allowed })
}

/// Keeps the calling thread on a processor, which should be its own: the generator never sleeps.
///
/// # Errors
///
/// There is no such processor, or this process may not use it.
pub fn pin_to(processor: usize) -> Result<(), ProcessError> {
    let failed = |error: String| ProcessError::Processor { processor, error };
    if processor >= CpuSet::MAX_CPU {
        return Err(failed(format!("there are at most {} processors", CpuSet::MAX_CPU)));
    }
    let mut set = CpuSet::new();
    set.set(processor);
    sched_setaffinity(None, &set).map_err(|error| failed(error.to_string()))
}
