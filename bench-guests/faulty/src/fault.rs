/// A mistake an executor can make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Never wakes a task for its event.
    LoseWakeup,
    /// Runs a task twice for one event.
    ResumeTwice,
    /// Keeps a pollable for ever.
    ForgetDrop,
    /// Takes another position, half the list away, for the one that was reported.
    WrongIndex,
    /// Tells a task the wrong outcome.
    WrongOutcome,
    /// Says that the time is up before it is.
    ExpireEarly,
    /// Goes on with a task that yielded at once.
    IgnoreYield,
    /// Looks at a task's pollable long after it has become ready.
    Starve,
    /// Never makes a timer.
    ForgetTimer,
    /// From then on polls nothing but a pollable that is always ready.
    Spin,
    /// From then on takes every task for done.
    ReturnEarly,
    /// Runs a task that there isn't.
    UnknownTask,
    /// Drops a stream before the pollable of the stream, for which the host traps.
    DropStreamFirst,
    /// Returns an error.
    Fail,
    /// Panics.
    Panic,
}

/// Every fault, with the word its knob has for it.
pub const FAULTS: [(&str, Fault); 15] = [
    ("lose-wakeup", Fault::LoseWakeup),
    ("resume-twice", Fault::ResumeTwice),
    ("forget-drop", Fault::ForgetDrop),
    ("wrong-index", Fault::WrongIndex),
    ("wrong-outcome", Fault::WrongOutcome),
    ("expire-early", Fault::ExpireEarly),
    ("ignore-yield", Fault::IgnoreYield),
    ("starve", Fault::Starve),
    ("forget-timer", Fault::ForgetTimer),
    ("spin", Fault::Spin),
    ("return-early", Fault::ReturnEarly),
    ("unknown-task", Fault::UnknownTask),
    ("drop-stream-first", Fault::DropStreamFirst),
    ("fail", Fault::Fail),
    ("panic", Fault::Panic),
];
