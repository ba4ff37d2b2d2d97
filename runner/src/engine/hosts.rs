use pollbench_simulation::agenda::HostModel;

use super::real::Flavor;

/// What a guest runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// wasmtime as it comes.
    Stock,
    /// The same without support for concurrent calls, which WASI 0.2 has no use for.
    StockSync,
    /// wasmtime as it comes, over pollables that are known to be ready at once and all
    /// reported: none of tokio's.
    Unbudgeted,
    /// wasmtime as it comes, with a `poll` of our own that does the least.
    Lean,
    /// wasmtime as it comes, on a real tokio runtime with worker threads.
    Real,
    /// The same on a runtime of one thread.
    RealCurrentThread,
}

impl Host {
    /// Every host, the usual one first.
    pub const ALL: [Self; 6] = [
        Self::Stock,
        Self::StockSync,
        Self::Unbudgeted,
        Self::Lean,
        Self::Real,
        Self::RealCurrentThread,
    ];

    /// Names it on the command line and in records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stock => "stock",
            Self::StockSync => "stock-sync",
            Self::Unbudgeted => "unbudgeted",
            Self::Lean => "lean",
            Self::Real => "real",
            Self::RealCurrentThread => "real-current-thread",
        }
    }

    /// One line.
    pub fn summary(self) -> &'static str {
        match self {
            Self::Stock => {
                "wasmtime's defaults and its own poll, over pollables that act as tokio's do"
            }
            Self::StockSync => {
                "the same, with concurrency support off: synchronous calls are cheaper"
            }
            Self::Unbudgeted => {
                "the same as stock, over pollables without tokio's budget and driver"
            }
            Self::Real => {
                "wasmtime's defaults on a real tokio runtime, over real descriptors and timers"
            }
            Self::RealCurrentThread => "the same on a runtime of one thread",
            Self::Lean => "wasmtime's defaults, and a poll that tests one bit for each handle",
        }
    }

    /// Whether the engine supports concurrent calls, as WASI 0.3 needs it to.
    pub fn is_concurrent(self) -> bool {
        self != Self::StockSync
    }

    /// The runtime it is on, where that is a real one.
    pub fn runtime(self) -> Option<Flavor> {
        match self {
            Self::Real => Some(Flavor::MultiThread),
            Self::RealCurrentThread => Some(Flavor::CurrentThread),
            _ => None,
        }
    }

    /// Whether code compiled for the one runs on the other.
    pub(super) fn runs_code_of(self, other: Self) -> bool {
        self.is_concurrent() == other.is_concurrent()
    }

    /// What of its runtime a guest can notice.
    pub fn model(self) -> HostModel {
        match self {
            Self::Stock | Self::StockSync => HostModel::TOKIO,
            Self::Unbudgeted | Self::Lean => HostModel::DIRECT,
            Self::Real | Self::RealCurrentThread => HostModel::REAL,
        }
    }

    /// How it polls, for the record.
    pub(super) fn poll(self) -> &'static str {
        match self {
            Self::Stock
            | Self::StockSync
            | Self::Unbudgeted
            | Self::Real
            | Self::RealCurrentThread => "wasmtime-wasi-io's own, observed by a delegating view",
            Self::Lean => "pollbench's own, over a bitmap of what is ready",
        }
    }
}
