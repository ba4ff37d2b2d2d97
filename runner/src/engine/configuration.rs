use std::collections::BTreeMap;

use pollbench_reports::record;
use wasmtime::{Config, Engine};

use super::error::LoadError;
use super::limits::Limits;
use super::ticker::Ticker;

/// How the engine is set up: wasmtime's defaults; fuel and epochs where it counts.
pub struct Configuration {
    /// For the timed lane.
    pub timed: Engine,
    /// For the counted lane, which goes first: a guest in an endless loop is
    /// interrupted here, and never gets into the other, which does the same steps.
    pub counted: Engine,
    /// Tells when the time of a run is up.
    pub(super) ticker: Ticker,
}

/// The name of the one host configuration there is.
pub const STOCK: &str = "stock";

impl Configuration {
    /// Both engines.
    pub fn new() -> Result<Self, LoadError> {
        let engine = |config: &Config| Engine::new(config).map_err(LoadError::Engine);
        let mut checked = Config::new();
        checked.consume_fuel(true).epoch_interruption(true);
        let counted = engine(&checked)?;
        let ticker = Ticker::start(&counted);
        Ok(Self { timed: engine(&Config::new())?, counted, ticker })
    }

    /// What the record says of it.
    pub fn describe(&self, limits: Limits) -> (String, record::Host) {
        let settings = [
            ("configuration", "wasmtime's default".to_string()),
            ("poll", "wasmtime-wasi-io's own, observed by a delegating view".into()),
            ("concurrency support", "on (default)".into()),
            ("consume fuel", "on in the counted lane only".into()),
            ("epoch interruption", "on in the counted lane only".into()),
            ("limit: seconds a run", limits.run.as_secs().to_string()),
            ("limit: bytes of memory", limits.memory.to_string()),
            ("limit: component handles", limits.handles.to_string()),
            ("limit: bytes of output", limits.output.to_string()),
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
