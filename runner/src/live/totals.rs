//! What the rounds of a cell add up to.

use pollbench_load::Times;
use pollbench_reports::live::{LiveCell, LiveRound};
use pollbench_reports::summary;

use super::round::Measured;

/// The times of all rounds of a cell.
#[derive(Default)]
pub struct Totals {
    latency: Option<Times>,
    service: Option<Times>,
    lateness: Option<Times>,
}

impl Totals {
    /// Takes a round of a cell.
    pub fn add(&mut self, cell: &mut LiveCell, round: u32, measured: Measured) {
        let Measured { load, cpu } = measured;
        cell.rounds.push(LiveRound {
            round,
            offered: load.offered,
            achieved: load.achieved,
            requests: load.received,
            guest_cpu_ns: cpu.map(|it| it.guest as f64),
            server_cpu_ns: cpu.map(|it| it.process as f64),
            latency_p99_ns: load.latency.quantile(0.99),
            lateness_p99_ns: load.lateness.quantile(0.99),
            generator_is_late: load.is_bottleneck(),
        });
        add(&mut self.latency, load.latency);
        add(&mut self.service, load.service);
        add(&mut self.lateness, load.lateness);
        let packed =
            |it: &Option<Times>| it.as_ref().and_then(|it| summary::latency(&it.histogram));
        cell.latency = packed(&self.latency);
        cell.service = packed(&self.service);
        cell.lateness = packed(&self.lateness);
    }
}

fn add(to: &mut Option<Times>, times: Times) {
    match to {
        Some(sum) => {
            // All of them reach to the same longest time.
            let _ = sum.histogram.add(&times.histogram);
            sum.beyond += times.beyond;
        }
        None => *to = Some(times),
    }
}
