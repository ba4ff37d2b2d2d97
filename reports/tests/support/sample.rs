use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use pollbench_reports::record::{
    Cell, Clock, Counters, Cpu, Environment, Failure, FailureKind, Guest, Host, Interface, Knob,
    KnobValue, LoadAverage, Measures, PhaseCounters, Record, Repetition, RepetitionKind, SCHEMA,
    Split, Status, Time,
};
use pollbench_reports::summary;

/// Events in the measured window of a repetition.
const EVENTS: u64 = 1000;

/// Nanoseconds per event for so many pollables, of which so many are active.
pub type Cost = fn(f64, f64) -> f64;

/// What a made-up record holds.
pub struct Sample {
    /// Guests: a name and a cost.
    pub guests: Vec<(String, Cost)>,
    /// Workload configurations.
    pub workloads: Vec<Workload>,
    /// Numbers of pollables.
    pub sizes: Vec<u32>,
    /// Repetitions of each kind.
    pub rounds: u32,
}

/// A workload and its number of active tasks, `None` for all of them.
pub struct Workload(pub &'static str, pub Option<u32>);

/// The default matrix: 75 cells.
pub fn typical() -> Sample {
    let guests: [(&str, Cost); 5] = [
        ("bare", |n, a| 90.0 * n / a + 300.0),
        ("vector-scan", |n, a| 150.0 * n / a + 420.0),
        ("slab", |n, a| 120.0 * n / a + 520.0),
        ("slab-list", |n, a| 98.0 * n / a + 450.0),
        ("batched", |n, a| 99.0 * n / a + 900.0 * (a / n).sqrt() + 300.0),
    ];
    Sample {
        guests: guests.map(|(name, cost)| (name.to_owned(), cost)).into(),
        workloads: vec![
            Workload("idle", Some(1)),
            Workload("idle", Some(100)),
            Workload("burst", None),
            Workload("churn", Some(10)),
            Workload("mixed", Some(50)),
        ],
        sizes: vec![100, 1000, 10_000],
        rounds: 7,
    }
}

impl Sample {
    /// Every guest under every workload at every size.
    pub fn record(&self) -> Record {
        let mut cells = Vec::new();
        for workload in &self.workloads {
            for &size in &self.sizes {
                cells.extend(self.guests.iter().map(|(name, cost)| {
                    let active = workload.1.unwrap_or(size);
                    self.cell(name, workload.0, size, active, cost(size.into(), active.into()))
                }));
            }
        }
        Record {
            schema: SCHEMA,
            interrupted: false,
            merged: None,
            environment: self.environment(),
            environments: Vec::new(),
            cells,
        }
    }

    fn cell(&self, guest: &str, workload: &str, size: u32, active: u32, ns: f64) -> Cell {
        let turns = EVENTS / u64::from(active.min(64));
        Cell {
            guest: guest.into(),
            workload: workload.into(),
            pollables: size,
            active,
            parameters: BTreeMap::from([("events".into(), KnobValue::Integer(EVENTS))]),
            effort: Some(40_000),
            knobs: knobs(guest).iter().map(|it| (it.name.clone(), it.default.clone())).collect(),
            host: "stock".into(),
            environment: None,
            measures: Measures::Io,
            status: Status::Ok,
            not_supported: None,
            failure: None,
            counters: Some(counters(size, turns, ns)),
            poll_instructions: None,
            noisy: Vec::new(),
            time: self.time(guest, size, turns, ns),
            latency_ns: summary::latency(&waits(ns)),
            latency_polls: summary::latency(&waits(2.0)),
            lateness_ns: None,
            still_waiting: 0,
            cold_latency_ns: None,
            cold_latency_polls: None,
        }
    }

    fn time(&self, guest: &str, size: u32, turns: u64, ns: f64) -> Option<Time> {
        let repetitions = (0..self.rounds).flat_map(|round| {
            // As reproducible as noise can be: different for every guest, size and round.
            let name = guest.bytes().fold(0.0, |sum, byte| sum * 1.3 + f64::from(byte));
            let seed = name + f64::from(size) * 0.31 + f64::from(round) * 2.3;
            let plain = Repetition {
                round,
                effort: None,
                kind: RepetitionKind::Plain,
                nanoseconds: (ns * EVENTS as f64 * (1.0 + 0.02 * seed.sin())) as u64,
                waited: 0,
                events: EVENTS,
                poll_calls: turns,
                handles_passed: turns * u64::from(size),
                split: None,
            };
            let observation = 24.0 * 4.0 * EVENTS as f64;
            let window = plain.nanoseconds as f64;
            let profiled = Repetition {
                kind: RepetitionKind::Profiled,
                nanoseconds: plain.nanoseconds + observation as u64,
                split: Some(split(guest, window, observation)),
                ..plain.clone()
            };
            [plain, profiled]
        });
        summary::time(repetitions.collect())
    }

    fn environment(&self) -> Environment {
        let settings = BTreeMap::from([("max component handles".into(), "1,000,000".into())]);
        let engine = "wasmtime 48.0.1".into();
        Environment {
            started: "2026-11-22T08:15:00Z".into(),
            command: "pollbench run --workloads idle,burst,churn --pollables 100,1000,10000".into(),
            pollbench: "0.1.0".into(),
            compiler: "rustc 1.95.0".into(),
            cpu: Cpu { model: "Example CPU @ 2.50GHz".into(), cores: 2, governor: None },
            load_average: LoadAverage { before: Some(0.12), after: Some(1.04) },
            kernel: "Linux 6.1".into(),
            clock: Clock {
                source: "CLOCK_MONOTONIC".into(),
                observation_ns: 24.0,
                crossing_ns: 9.0,
            },
            hosts: BTreeMap::from([("stock".into(), Host { engine, settings })]),
            guests: self.guests.iter().map(|(name, _)| guest(name)).collect(),
            resumed: None,
            busy_elsewhere: Some(0.01),
            stolen: Some(0.0),
            debug_build: false,
            no_instructions: Some("this machine has no such counter".into()),
            seconds: Some(50.0),
            budget_seconds: None,
        }
    }
}

fn guest(name: &str) -> Guest {
    Guest {
        name: name.into(),
        strategy: "made up".into(),
        summary: "Polls everything it has, and runs what became ready.".into(),
        interface: if name == "p3" { Interface::Async } else { Interface::Poll },
        origin: "built in".into(),
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        bytes: 48_213,
        compiler: "rustc 1.95.0".into(),
        knobs: knobs(name),
    }
}

fn knobs(guest: &str) -> Vec<Knob> {
    let batch = Knob {
        name: "batch".into(),
        summary: "pollables checked at once".into(),
        range: "1 to 4096".into(),
        default: KnobValue::Integer(64),
        integers: Some([1, 4096]),
    };
    if guest == "batched" { vec![batch] } else { Vec::new() }
}

fn counters(size: u32, turns: u64, ns: f64) -> Counters {
    let window = PhaseCounters {
        events: EVENTS,
        steps: EVENTS,
        poll_calls: turns,
        handles_passed: turns * u64::from(size),
        ready_returned: EVENTS,
        guest_fuel: (ns * 700.0) as u64,
        ..PhaseCounters::default()
    };
    Counters {
        window,
        handles_peak: u64::from(size) + 1,
        handles_leaked: 0,
        stream_handles_left: 0,
        guest_memory_peak_bytes: 1_114_112 + u64::from(size) * 96,
        whole_run: PhaseCounters { events: EVENTS * 2, ..window },
    }
}

/// A long-tailed distribution around a latency.
fn waits(middle: f64) -> Histogram<u64> {
    let mut waits = Histogram::new(3).expect("three digits are allowed");
    for event in 0..EVENTS * 5 {
        let quantile = (event as f64 + 0.5) / (EVENTS * 5) as f64;
        let wait = middle * (0.6 + 0.5 / (1.0 - quantile).powf(0.35));
        waits.record(wait as u64).expect("the histogram grows");
    }
    waits
}

fn split(guest: &str, window: f64, observation: f64) -> Split {
    let in_guest = 0.1 + 0.03 * (guest.len() % 5) as f64;
    Split {
        guest: window * in_guest,
        poll_boundary: window * 0.22,
        other_boundary: window * 0.05,
        poll: window * (0.60 - in_guest),
        other_host: window * 0.07,
        driver: window * 0.06,
        waiting: 0.0,
        observation,
    }
}

impl Sample {
    /// The record with one of its cells failed, and what the guest is said to have done.
    pub fn with_failure(&self, index: usize, kind: FailureKind, message: &str) -> Record {
        let mut record = self.record();
        let cell = &mut record.cells[index];
        cell.status = Status::Failed;
        cell.failure = Some(Failure::new(kind, message));
        (cell.counters, cell.time, cell.latency_ns, cell.latency_polls) = (None, None, None, None);
        record
    }

    /// The record with one of its cells not supported, and the guest's reason.
    pub fn not_supported(&self, index: usize, reason: &str) -> Record {
        let mut record = self.record();
        let cell = &mut record.cells[index];
        cell.status = Status::NotSupported;
        cell.not_supported = Some(reason.into());
        (cell.counters, cell.time, cell.latency_ns, cell.latency_polls) = (None, None, None, None);
        record
    }

    /// The record of a run that was stopped: its later half has no times.
    pub fn interrupted(&self) -> Record {
        let mut record = self.record();
        record.interrupted = true;
        let half = record.cells.len() / 2;
        for cell in &mut record.cells[half..] {
            (cell.time, cell.latency_ns) = (None, None);
        }
        record
    }
}
