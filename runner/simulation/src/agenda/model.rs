/// Those properties of a host's runtime that a guest can notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostModel {
    /// How many pollables are reported before the host has to yield to its runtime; `None`
    /// is any number.
    pub budget: Option<u32>,
    /// Whether the host learns of events only when it yields, because its runtime asks the
    /// system then. Otherwise it learns of them at once.
    pub asks_when_it_yields: bool,
    /// Timers end at whole multiples of this many nanoseconds.
    pub timer_resolution: u64,
    /// Whether time is that of the machine's clock, which the simulation can't move.
    pub is_real: bool,
}

/// How many events tokio lets a task see before the task has to yield (`Budget::initial` in
/// `tokio/src/task/coop/mod.rs`): if more events are ready, further polls report the rest.
pub const TOKIO_BUDGET: u32 = 128;

impl HostModel {
    /// wasmtime-wasi on tokio: a cooperative budget, a driver that runs when the task
    /// yields, and timers of a millisecond (`TimeSource::deadline_to_tick` in
    /// `tokio/src/runtime/time/source.rs`).
    pub const TOKIO: Self = Self {
        budget: Some(TOKIO_BUDGET),
        asks_when_it_yields: true,
        timer_resolution: 1_000_000,
        is_real: false,
    };

    /// A host that knows at once what happens, and reports all of it.
    pub const DIRECT: Self =
        Self { budget: None, asks_when_it_yields: false, timer_resolution: 1, is_real: false };

    /// A real host, which reports events to the guest by itself.
    pub const REAL: Self = Self { is_real: true, ..Self::DIRECT };
}
