//! Servers under load from outside: what components over different executors cost on real
//! sockets, side by side.
//!
//! The guests take turns in rounds. In each round every guest serves the same load in a fresh
//! process, so that what slows the machine slows all of them, and cancels out in the ratios.

mod highest;
mod read;
mod record;
mod simulated;
mod size;
mod text;
mod words;

pub use highest::{HighestRate, RateTried, Upper};
pub use read::ReadLiveError;
pub use record::{
    HttpSettings, LiveArrivals, LiveCell, LiveGuest, LiveHost, LiveRecord, LiveRound, LiveSettings,
    Processors, SCHEMA, Scenario,
};
pub use simulated::{Beside, Pair, Simulated, beside};
pub use size::{Cpu, Entry, Ratio, Size, sizes};
pub use words::{BEHIND, agreement, answers, asked, doubts, highest_rates};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Cpu, LoadAverage};

    /// A cell with one round for each processor time of the guest, in nanoseconds a request.
    pub fn cell(guest: &str, connections: u32, each: &[f64]) -> LiveCell {
        let round = |(round, each): (usize, &f64)| LiveRound {
            round: round as u32,
            offered: 100.0,
            achieved: 100.0,
            requests: 200,
            guest_cpu_ns: Some(each * 200.0),
            server_cpu_ns: Some(each * 300.0),
            latency_p99_ns: 1_000_000,
            lateness_p99_ns: 1_000,
            generator_is_late: false,
        };
        LiveCell {
            guest: guest.into(),
            connections,
            active: 1,
            failure: None,
            rounds: each.iter().enumerate().map(round).collect(),
            latency: None,
            service: None,
            lateness: None,
            highest: None,
        }
    }

    pub fn record(cells: Vec<LiveCell>) -> LiveRecord {
        LiveRecord {
            live_schema: SCHEMA,
            started: "2026-11-29T03:00:00Z".into(),
            command: "pollbench live echo".into(),
            interrupted: false,
            pollbench: "0.1.0".into(),
            engine: "wasmtime 48".into(),
            cpu: Cpu { model: "some".into(), cores: 2, governor: None },
            kernel: "Linux".into(),
            load_average: LoadAverage { before: None, after: None },
            processors: Some(Processors { server: 0, load: 1, upstream: None }),
            scenario: Scenario::Echo,
            settings: LiveSettings {
                host: LiveHost::Stock,
                rate: 100.0,
                arrivals: LiveArrivals::Even,
                bytes: 64,
                longest_delay_seconds: None,
                http: None,
                warm_up_seconds: 0.5,
                seconds: 2.0,
                rounds: 7,
                seed: 1,
            },
            guests: Vec::new(),
            cells,
            simulated: Vec::new(),
        }
    }
}
