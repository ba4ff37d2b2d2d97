//! The built-in guests. What is said here is from `bench-guests/README.md` and the sources
//! beside it.

mod crates;
mod host;
mod lists;
mod parts;

use super::{Finds, Guest, Host, List, Runs, Setting, Turn, setting};

/// All of them, the simplest first.
pub fn all() -> Vec<Guest> {
    [lists::GUESTS, parts::GUESTS, crates::GUESTS, host::GUESTS].concat()
}

/// The turn that most guests have: it begins when no task is runnable, and two of eight
/// pollables become ready.
const USUAL: Turn = Turn {
    list: List::Kept,
    busy: false,
    ready: &[2, 5],
    host: Host::Looks,
    finds: Finds::Straight,
    runs: Runs::AllReported,
    next: "hand over all 8 again",
};

/// The knobs of `slab` and `slab-list`.
const SETTINGS: &[Setting] = &[
    setting(
        "timers",
        "This says how timers become pollables: a heap or a timing wheel behind one pollable for \
         the earliest deadline, or a pollable for each timer.",
    ),
    setting(
        "busy-poll",
        "This says when the guest polls while tasks are runnable: never, after all that were \
         runnable (batch), after each task, or after so many batches (ticks).",
    ),
    setting("every", "With busy-poll=ticks, this is the number of batches between two polls."),
];
