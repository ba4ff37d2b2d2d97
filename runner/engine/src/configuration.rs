use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

use pollbench_reports::record;
use pollbench_simulation::simulation::{CALL_NANOSECONDS, HANDLE_NANOSECONDS};
use wasmtime::{Config, Engine};

use super::error::LoadError;
use super::hosts::Host;
use super::limits::RunLimits;
use super::run::Lane;
use super::ticker::Ticker;

/// How many frames of a stack are seen: those nearest to what runs.
pub const MOST_FRAMES: usize = 1_000;

/// The engines of a host, one for each lane. That of the counted lane has fuel and epochs.
pub struct Configuration {
    /// The host.
    pub host: Host,
    /// The engine of the timed lane.
    pub timed: Engine,
    /// The engine of the counted lane, which goes first. A guest in an endless loop is
    /// interrupted there, and never reaches the timed lane, which does the same steps.
    pub counted: Engine,
    /// Tells when the time of a run is up.
    pub(super) ticker: Ticker,
}

impl Configuration {
    /// Both engines of the stock host.
    pub fn new() -> Result<Self, LoadError> {
        Self::of(Host::Stock)
    }

    /// Both engines of a host.
    pub fn of(host: Host) -> Result<Self, LoadError> {
        let engine = |config: &Config| Engine::new(config).map_err(LoadError::Engine);
        let mut timed = Config::new();
        timed.concurrency_support(host.is_concurrent());
        let mut checked = timed.clone();
        checked.consume_fuel(true).epoch_interruption(true);
        let counted = engine(&checked)?;
        let ticker = Ticker::start(&counted);
        Ok(Self { host, timed: engine(&timed)?, counted, ticker })
    }

    /// As [`Configuration::of`], but the timed engine has epochs, so that a guest's stack can
    /// be looked at while it runs.
    pub fn sampling(host: Host) -> Result<Self, LoadError> {
        let mut timed = Config::new();
        timed.concurrency_support(host.is_concurrent()).epoch_interruption(true);
        timed.wasm_backtrace_max_frames(NonZeroUsize::new(MOST_FRAMES));
        let timed = Engine::new(&timed).map_err(LoadError::Engine)?;
        Ok(Self { timed, ..Self::of(host)? })
    }

    /// The engine of a lane.
    pub(super) fn engine(&self, lane: Lane) -> &Engine {
        if lane == Lane::Counted { &self.counted } else { &self.timed }
    }

    /// Makes every run with these engines end soon after `stop` is set.
    pub fn stop_when(&self, stop: &'static AtomicBool) {
        self.ticker.stop_when(stop);
    }

    /// The host's name, and what the record says of this configuration.
    pub fn describe(&self, limits: RunLimits) -> (String, record::Host) {
        let concurrency = if self.host.is_concurrent() { "on (default)" } else { "off" };
        let configuration = match self.host {
            Host::StockSync => "wasmtime's default but for concurrency support",
            _ => "wasmtime's default",
        };
        let model = self.host.model();
        let budget = model.budget.map_or_else(|| "any number".into(), |it| it.to_string());
        let settings = [
            ("configuration", configuration.to_string()),
            ("poll", self.host.poll().into()),
            ("concurrency support", concurrency.into()),
            ("consume fuel", "on in the counted lane only".into()),
            ("epoch interruption", "on in the counted lane only".into()),
            ("limit: seconds a run", limits.run.as_secs_f64().to_string()),
            ("limit: bytes of memory", limits.memory.to_string()),
            ("limit: component handles", limits.handles.to_string()),
            ("limit: bytes of output", limits.output.to_string()),
            ("virtual nanoseconds a call", CALL_NANOSECONDS.to_string()),
            ("virtual nanoseconds a handle", HANDLE_NANOSECONDS.to_string()),
            ("reported before the host yields", budget),
            ("timers end at multiples of (ns)", model.timer_resolution.to_string()),
        ];
        let host = record::Host {
            engine: engine_version(),
            settings: settings
                .into_iter()
                .map(|(k, v)| (k.to_string(), v))
                .collect::<BTreeMap<_, _>>(),
        };
        (self.host.name().into(), host)
    }
}

/// The engine that the program is linked with, and its version: that of the bindings crate,
/// which is released together with the engine.
pub fn engine_version() -> String {
    format!("wasmtime {}", env!("POLLBENCH_WASMTIME"))
}
