use super::kind::PollableKind;

/// Timers that are due within so many nanoseconds when they are made serve to look without
/// waiting: such a pollable is called a marker. wasmtime's timers end at whole milliseconds.
pub const MARKER: u64 = 1_000;

/// What is known of a pollable when it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    /// What it stands for.
    pub kind: PollableKind,
    /// Of a timer, the nanoseconds until it is due.
    pub due: Option<u64>,
}

impl Made {
    /// Whether the pollable is a timer that is due as soon as it is made.
    pub fn is_marker(self) -> bool {
        self.due.is_some_and(|due| due <= MARKER)
    }
}

/// How long the host took for a call, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Took {
    /// The time that it worked.
    pub worked: u64,
    /// The time that it waited for something to become ready.
    pub blocked: u64,
}

/// A call that looks at pollables. A pollable is named by its place in the host's table,
/// which is free again once it is dropped, as the number of a file descriptor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look<'a> {
    /// The function that was called.
    pub function: Function,
    /// The pollables that were passed, in their order. There is at least one.
    pub list: &'a [u32],
    /// The positions in the list of those that were ready.
    pub ready: &'a [u32],
    /// The calls of other host functions since the last look, without those of clocks and
    /// those that make or drop pollables.
    pub calls: u64,
    /// How long it took.
    pub took: Took,
}

/// The functions of `wasi:io/poll` that look at pollables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `poll`.
    Poll,
    /// `pollable.ready`.
    Ready,
    /// `pollable.block`.
    Block,
}

/// Something that happened to pollables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A pollable was made.
    Made(u32, Made),
    /// A pollable was dropped.
    Dropped(u32),
    /// Pollables were looked at; the fields are those of [`Look`].
    Looked {
        /// The function that was called.
        function: Function,
        /// The pollables that were passed.
        list: Vec<u32>,
        /// The positions in the list of those that were ready.
        ready: Vec<u32>,
        /// The calls of other host functions since the last look.
        calls: u64,
        /// How long it took.
        took: Took,
    },
}

/// An event and when it began, in nanoseconds since the trace began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamped {
    /// When it began.
    pub at: u64,
    /// What happened.
    pub event: Event,
}
