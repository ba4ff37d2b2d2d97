use pollbench_simulation::agenda::HostModel;

use super::real::Flavor;

/// The host that a guest runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// wasmtime with its defaults.
    Stock,
    /// The stock host without support for concurrent calls, which WASI 0.2 does not need.
    StockSync,
    /// wasmtime with its defaults, over pollables which, unlike tokio's, are known to be
    /// ready at once and are all reported.
    Unbudgeted,
    /// wasmtime with its defaults, but with pollbench's own `poll`, which does as little as
    /// it can.
    Lean,
    /// wasmtime with its defaults, on a real tokio runtime with worker threads.
    Real,
    /// wasmtime with its defaults, on a real tokio runtime of one thread.
    RealCurrentThread,
}

impl Host {
    /// Every host, the stock host first.
    pub const ALL: [Self; 6] = [
        Self::Stock,
        Self::StockSync,
        Self::Unbudgeted,
        Self::Lean,
        Self::Real,
        Self::RealCurrentThread,
    ];

    /// The host of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|host| host.name() == name)
    }

    /// The host's name on the command line and in records.
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

    /// What the host is, in one line.
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

    /// The tokio runtime of a real host; `None` for a simulated host.
    pub fn runtime(self) -> Option<Flavor> {
        match self {
            Self::Real => Some(Flavor::MultiThread),
            Self::RealCurrentThread => Some(Flavor::CurrentThread),
            _ => None,
        }
    }

    /// The host on which a guest that is to run on this one is counted and checked. Counts on
    /// a real host differ from run to run, so that is the stock host instead.
    pub fn counting(self) -> Self {
        if self.runtime().is_some() { Self::Stock } else { self }
    }

    /// Whether this host runs code that was compiled for the other.
    pub(super) fn runs_code_of(self, other: Self) -> bool {
        self.is_concurrent() == other.is_concurrent()
    }

    /// What a guest can notice of the host's runtime.
    pub fn model(self) -> HostModel {
        match self {
            Self::Stock | Self::StockSync => HostModel::TOKIO,
            Self::Unbudgeted | Self::Lean => HostModel::DIRECT,
            Self::Real | Self::RealCurrentThread => HostModel::REAL,
        }
    }

    /// How the host polls, for the record.
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
