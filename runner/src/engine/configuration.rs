use std::collections::BTreeMap;

use pollbench_reports::record;
use wasmtime::{Config, Engine};

use super::error::LoadError;

/// How the engine is set up: wasmtime's defaults, and fuel where it is counted.
pub struct Configuration {
    /// For the timed lane.
    pub timed: Engine,
    /// For the counted lane.
    pub counted: Engine,
}

/// What a store allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Live component handles; `None` for what an embedder gets who sets nothing.
    pub handles: Option<usize>,
}

impl Limits {
    /// Enough for any number of pollables that memory has room for. A `poll`
    /// lends every handle once more while it lasts.
    pub const RAISED: Self = Self { handles: Some(50_000_000) };
    /// wasmtime's own.
    pub const STOCK: Self = Self { handles: None };
}

/// The name of the one host configuration there is.
pub const STOCK: &str = "stock";

impl Configuration {
    /// Both engines.
    pub fn new() -> Result<Self, LoadError> {
        let engine = |config: &Config| Engine::new(config).map_err(LoadError::Engine);
        let mut fuel = Config::new();
        fuel.consume_fuel(true);
        Ok(Self { timed: engine(&Config::new())?, counted: engine(&fuel)? })
    }

    /// What the record says of it.
    pub fn describe(&self, limits: Limits) -> (String, record::Host) {
        let handles = match limits.handles {
            Some(handles) => handles.to_string(),
            None => "wasmtime's default".into(),
        };
        let settings = [
            ("configuration", "wasmtime's default".to_string()),
            ("poll", "wasmtime-wasi-io's own, observed by a delegating view".into()),
            ("concurrency support", "on (default)".into()),
            ("consume fuel", "on in the counted lane only".into()),
            ("component handles", handles),
            ("virtual nanoseconds a call", crate::simulation::CALL_NANOSECONDS.to_string()),
        ];
        let host = record::Host {
            engine: format!("wasmtime {}", wasmtime_version()),
            settings: settings
                .into_iter()
                .map(|(k, v)| (k.to_string(), v))
                .collect::<BTreeMap<_, _>>(),
        };
        (STOCK.into(), host)
    }
}

/// The version the program is linked with: that of the bindings crate, which is
/// released together with the engine.
fn wasmtime_version() -> &'static str {
    env!("POLLBENCH_WASMTIME")
}
