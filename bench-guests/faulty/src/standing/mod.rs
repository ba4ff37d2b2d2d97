//! Executors that do not make one mistake at one moment but always behave wrongly.

mod host;
#[cfg(test)]
mod tests;

use pollbench_executor::{Driver, Failure, Strategy};

pub use host::Standing;

/// What an executor always does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandingFault {
    /// Polls only when no task is runnable.
    NeverPolls,
    /// Polls without blocking by one pollable that it keeps.
    KeptMarker,
    /// Of what is ready serves only what became so last.
    NewestFirst,
    /// Rounds every deadline up to a whole second.
    RoundsDeadlines,
    /// Makes every sleep and time-out last a thousand times as long.
    SlowTimers,
    /// When no task is runnable, lets all run as if what they wait for had happened.
    Guesses,
    /// Takes a pollable that was ready once for one that is ready for ever.
    ReadyForEver,
    /// Does not return before the time of every cancelled timer has passed.
    WaitsOutTimers,
    /// Asks one pollable again and again whether it is ready, and never polls.
    AsksInALoop,
    /// Drops no pollable before all tasks are done.
    Hoards,
    /// Counts the milliseconds of a timer in 31 bits, so that one which does not fit ends at
    /// once, as a negative time.
    OverflowsTimers,
}

/// Every standing fault, with the word its knob has for it.
pub const STANDING_FAULTS: [(&str, StandingFault); 11] = [
    ("never-polls", StandingFault::NeverPolls),
    ("kept-marker", StandingFault::KeptMarker),
    ("newest-first", StandingFault::NewestFirst),
    ("rounds-deadlines", StandingFault::RoundsDeadlines),
    ("slow-timers", StandingFault::SlowTimers),
    ("guesses", StandingFault::Guesses),
    ("ready-for-ever", StandingFault::ReadyForEver),
    ("waits-out-timers", StandingFault::WaitsOutTimers),
    ("asks-in-a-loop", StandingFault::AsksInALoop),
    ("hoards", StandingFault::Hoards),
    ("overflows-timers", StandingFault::OverflowsTimers),
];

/// Runs tasks 0 up to `tasks` on the executor `E` with a standing fault.
///
/// # Errors
/// Those of the executor.
pub fn run_standing<E: Strategy, H: Driver>(
    host: H,
    fault: StandingFault,
    tasks: u32,
    knobs: &[u64],
) -> Result<(), Failure> {
    let host = Standing::new(host, fault);
    E::run(host.clone(), tasks, knobs)?;
    host.wait_out_timers();
    host.drop_hoard();
    Ok(())
}
