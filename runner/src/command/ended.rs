use pollbench_reports::trace::Ended;
use wasmtime::{Error, Result, Trap};
use wasmtime_wasi::I32Exit;

/// How a component has ended by itself, from what its `run` returned.
pub fn ended(returned: Result<Result<(), ()>>) -> Ended {
    let error: Error = match returned {
        Ok(result) => return Ended::Exited(result.is_err().into()),
        Err(error) => error,
    };
    match error.downcast_ref::<I32Exit>() {
        // As a system passes it on.
        Some(I32Exit(code)) => Ended::Exited(*code as u8),
        None => Ended::Trapped(trapped(&error)),
    }
}

/// The trap that has ended a component, in words, or what else has.
pub fn trapped(error: &Error) -> String {
    let trap = error.downcast_ref::<Trap>().map(ToString::to_string);
    trap.unwrap_or_else(|| error.root_cause().to_string())
}
