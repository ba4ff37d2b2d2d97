//! A guest of the contract's second world, broken on purpose in the way its knob
//! says, to see that each fault is caught and named.

/// A mistake such a guest can make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// None: it is in order.
    Nothing,
    /// Never goes on after an event.
    LoseWakeup,
    /// Waits for something else than its sleep.
    ForgetSleep,
    /// Sleeps for half the time.
    SleepHalf,
    /// Calls `next` while the call before still waits.
    NextTwice,
    /// Tells a task the wrong outcome.
    WrongOutcome,
    /// Does not cancel the loser of a timeout.
    ForgetCancel,
    /// Returns when the first task has ended.
    ReturnEarly,
    /// Yields for ever.
    YieldForEver,
    /// Calls `next` for a task that was never started.
    UnknownTask,
    /// Calls `ready` for an event that no step has named.
    UnknownEvent,
    /// Panics.
    Panic,
    /// Returns an error.
    Fail,
    /// Says that it can't do what it could.
    Refuse,
}

/// Every fault, with the word its knob has for it.
pub const FAULTS: [(&str, Fault); 14] = [
    ("nothing", Fault::Nothing),
    ("lose-wakeup", Fault::LoseWakeup),
    ("forget-sleep", Fault::ForgetSleep),
    ("sleep-half", Fault::SleepHalf),
    ("next-twice", Fault::NextTwice),
    ("wrong-outcome", Fault::WrongOutcome),
    ("forget-cancel", Fault::ForgetCancel),
    ("return-early", Fault::ReturnEarly),
    ("yield-for-ever", Fault::YieldForEver),
    ("unknown-task", Fault::UnknownTask),
    ("unknown-event", Fault::UnknownEvent),
    ("panic", Fault::Panic),
    ("fail", Fault::Fail),
    ("refuse", Fault::Refuse),
];

#[cfg(target_family = "wasm")]
mod component;
#[cfg(target_family = "wasm")]
mod task;
