use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Descriptors that a run needs beside those of its pollables.
const OTHERS: u64 = 64;

/// Makes sure that the descriptors of so many pollables can be open at once. The error says
/// what is missing.
pub fn raise_descriptor_limit(pollables: u64) -> Result<(), String> {
    let wanted = pollables + OTHERS;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= wanted) {
        return Ok(());
    }
    let raised = Rlimit { current: maximum, maximum };
    let enough = maximum.is_none_or(|maximum| maximum >= wanted);
    if enough && setrlimit(Resource::Nofile, raised).is_ok() {
        return Ok(());
    }
    Err(format!(
        "a real host takes {wanted} open files for this size, and this system allows {}: raise `ulimit -Hn`",
        maximum.or(current).unwrap_or(0)
    ))
}
