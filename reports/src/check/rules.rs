use crate::record::FailureKind;

/// What would have been right, in a sentence: the rule of the contract that a failure of this
/// kind breaks (`wit/README.md`, "What the host checks").
pub fn rule(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Early => {
            "A task runs again only once what it waits for has happened: its pollable is ready, or its time is up."
        }
        FailureKind::Double => {
            "A task runs once for each report of the host, and never after it was told that it is done."
        }
        FailureKind::Unreported => {
            "A task runs for an event only after a poll, `ready` or `block` has reported its pollable."
        }
        FailureKind::WrongOutcome => {
            "A task is told what happened: 0, but for a time-out whose time is up (1) and for a race (the winner's position)."
        }
        FailureKind::Lost => {
            "Before it blocks, an executor runs every task that can run: those whose events were reported, and those that have started or yielded."
        }
        FailureKind::Starved => {
            "While some tasks are busy, an executor still polls, without blocking, and runs every task that can run in its turn."
        }
        FailureKind::Late => {
            "A sleep or a time-out ends when its time is up: the executor blocks no longer than until the first of them."
        }
        FailureKind::OutOfOrderYield => {
            "A task that yields runs again only after every other task that could run when it yielded."
        }
        FailureKind::Deadlock => {
            "An executor blocks only on pollables of which one can become ready: those that its tasks wait for, and its timers."
        }
        FailureKind::Livelock => {
            "A poll that returns lets a task run, and an executor that has nothing to run blocks."
        }
        FailureKind::Lingering => "`run` returns when its last task is done.",
        FailureKind::Unfinished => {
            "`run` returns only when every task is done, those that were spawned included."
        }
        FailureKind::Leaked => {
            "Each pollable is dropped when its step is over, the losers of a race and the timer of a time-out too."
        }
        FailureKind::Hoarded => {
            "A pollable is dropped when its step is over, or soon after, and not only when `run` ends."
        }
        FailureKind::UnknownTask => {
            "`next` is called for tasks 0 up to `tasks`, and for those that a `spawn` has named."
        }
        FailureKind::GuestError => "`run` returns ok when every task is done.",
        FailureKind::Trap => "A guest neither panics nor makes a call that the host must refuse.",
        FailureKind::Exit => "A guest returns from `run`, and does not end its process.",
        FailureKind::EmptyPoll => "`poll` is called with at least one pollable.",
        FailureKind::TimeLimit => "A run this small ends within the limit of --run-limit.",
        FailureKind::MemoryLimit => "A run this small needs no more memory than --memory-limit.",
        FailureKind::HandleLimit => {
            "A run this small needs no more handles than --handle-limit: those of steps that are over are dropped."
        }
        FailureKind::OutputLimit => "A guest prints no more than --output-limit.",
    }
}
