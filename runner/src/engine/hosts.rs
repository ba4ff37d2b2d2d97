use crate::matrix::InputError;

/// What a guest runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// wasmtime as it comes.
    Stock,
    /// The same without support for concurrent calls, which WASI 0.2 has no use for.
    StockSync,
    /// wasmtime as it comes, with a `poll` of our own that does the least.
    Lean,
}

impl Host {
    /// Every host, the usual one first.
    pub const ALL: [Self; 3] = [Self::Stock, Self::StockSync, Self::Lean];

    /// Those of some names, or of `all`, each once, the usual one first.
    pub fn named(names: &[String]) -> Result<Vec<Self>, InputError> {
        let has = |host: &Self, name: &String| name == "all" || name == host.name();
        let unknown = |name: &&String| !Self::ALL.iter().any(|host| has(host, name));
        if let Some(name) = names.iter().find(unknown) {
            let known = Self::ALL.map(|host| host.name().into()).into();
            return Err(InputError::Unknown { what: "host", name: name.clone(), known });
        }
        let wanted = |host: &Self| names.iter().any(|name| has(host, name));
        Ok(Self::ALL.into_iter().filter(wanted).collect())
    }

    /// Names it on the command line and in records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stock => "stock",
            Self::StockSync => "stock-sync",
            Self::Lean => "lean",
        }
    }

    /// One line.
    pub fn summary(self) -> &'static str {
        match self {
            Self::Stock => "wasmtime's defaults, and its own poll",
            Self::StockSync => {
                "the same, with concurrency support off: synchronous calls are cheaper"
            }
            Self::Lean => "wasmtime's defaults, and a poll that tests one bit for each handle",
        }
    }

    /// Whether the engine supports concurrent calls, as WASI 0.3 needs it to.
    pub fn is_concurrent(self) -> bool {
        self != Self::StockSync
    }

    /// Whether code compiled for the one runs on the other.
    pub(super) fn runs_code_of(self, other: Self) -> bool {
        self.is_concurrent() == other.is_concurrent()
    }

    /// How it polls, for the record.
    pub(super) fn poll(self) -> &'static str {
        match self {
            Self::Stock | Self::StockSync => {
                "wasmtime-wasi-io's own, observed by a delegating view"
            }
            Self::Lean => "pollbench's own, over a bitmap of what is ready",
        }
    }
}
