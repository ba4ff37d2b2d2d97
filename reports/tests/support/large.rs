use pollbench_reports::record::{
    Cell, Counters, KnobValue, PhaseCounters, Record, Repetition, Split,
};
use pollbench_reports::summary;

use super::sample::{Cost, Sample, Workload};

/// Guests, each with the cost of an event.
const GUESTS: [(&str, Cost); 12] = [
    ("bare", |n, a| 90.0 * n / a + 300.0),
    ("vector-scan", |n, a| 150.0 * n / a + 420.0),
    ("slab", |n, a| 120.0 * n / a + 520.0),
    ("slab-list", |n, a| 98.0 * n / a + 450.0),
    ("batched", |n, a| 99.0 * n / a + 900.0 * (a / n).sqrt() + 300.0),
    ("tiered", |n, a| 101.0 * n / a + 480.0),
    ("adaptive", |n, a| 97.0 * n / a + 430.0),
    ("dotnet", |n, a| 160.0 * n / a + 2_100.0),
    ("wstd", |n, a| 130.0 * n / a + 900.0),
    ("spin-executor", |n, a| 170.0 * n / a + 1_100.0),
    ("wasi-async-runtime", |n, a| 180.0 * n / a + 1_300.0),
    ("p3", |n, a| 0.2 * n / a + 2_000.0),
];

const WORKLOADS: [&str; 11] = [
    "idle", "burst", "churn", "fan-out", "timers", "chain", "skew", "wakes", "shared", "arrivals",
    "spawn",
];
const SIZES: [u32; 5] = [100, 300, 1_000, 3_000, 10_000];
const ACTIVE: [u32; 3] = [1, 10, 100];
/// A parameter of the workloads.
const BURST: [u64; 2] = [1, 16];
const HOSTS: [&str; 3] = ["stock", "stock-sync", "lean"];
/// Repetitions of each kind.
const ROUNDS: u32 = 15;

/// A record of so many cells, at most 11,880: as many workload configurations as it
/// takes for twelve guests at five sizes, with noise of its own in every cell.
pub fn large(cells: usize) -> Record {
    let mut noise = Noise(1);
    let mut record = sample(0, &[]).record();
    let stock = record.environment.hosts["stock"].clone();
    record.environment.hosts = HOSTS.map(|host| (host.to_owned(), stock.clone())).into();
    let parameters = || BURST.iter().flat_map(|&burst| ACTIVE.map(|active| (burst, active)));
    let all = HOSTS.iter().flat_map(|host| parameters().map(move |it| (*host, it)));
    for (host, (burst, active)) in all {
        for workload in WORKLOADS {
            if record.cells.len() >= cells {
                record.cells.truncate(cells);
                return record;
            }
            let part = sample(active, &[workload]).record();
            record.cells.extend(part.cells.into_iter().map(|mut cell| {
                cell.host = host.into();
                cell.parameters.insert("burst".into(), KnobValue::Integer(burst));
                disturbed(cell, &mut noise)
            }));
        }
    }
    record.cells.truncate(cells);
    record
}

fn sample(active: u32, workloads: &[&'static str]) -> Sample {
    Sample {
        guests: GUESTS.map(|(name, cost)| (name.to_owned(), cost)).into(),
        workloads: workloads.iter().map(|name| Workload(name, Some(active))).collect(),
        sizes: SIZES.into(),
        rounds: ROUNDS,
    }
}

/// Numbers without a pattern, the same every time (Steele, Lea & Flood, Fast Splittable
/// Pseudorandom Number Generators, 2014).
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Between 1 - `part` and 1 + `part`.
    fn around_one(&mut self, part: f64) -> f64 {
        1.0 + part * ((self.next() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0)
    }

    fn count(&mut self, of: u64) -> u64 {
        (of as f64 * self.around_one(0.1)) as u64
    }
}

/// The cell with other numbers, as different as those of real cells are.
fn disturbed(mut cell: Cell, noise: &mut Noise) -> Cell {
    let level = noise.around_one(0.15);
    cell.time = cell.time.and_then(|time| {
        let repetitions = time.repetitions.into_iter();
        summary::time(repetitions.map(|it| repetition(it, level, noise)).collect())
    });
    cell.counters = cell.counters.map(|it| counters(it, noise));
    cell.poll_instructions = Some(noise.count(40_000 * u64::from(cell.pollables)));
    cell.lateness_ns = cell.latency_ns.clone().filter(|_| cell.workload == "timers");
    if cell.workload == "skew" {
        cell.cold_latency_ns = cell.latency_ns.clone();
        cell.cold_latency_polls = cell.latency_polls.clone();
    }
    cell
}

fn repetition(it: Repetition, level: f64, noise: &mut Noise) -> Repetition {
    // One in 32 was disturbed by something else on the machine.
    let disturbance = if noise.next().is_multiple_of(32) { 1.3 } else { 1.0 };
    let factor = level * disturbance * noise.around_one(0.03);
    let part = |value: f64, noise: &mut Noise| value * factor * noise.around_one(0.02);
    Repetition {
        nanoseconds: (it.nanoseconds as f64 * factor) as u64,
        split: it.split.map(|split| Split {
            guest: part(split.guest, noise),
            poll_boundary: part(split.poll_boundary, noise),
            other_boundary: part(split.other_boundary, noise),
            poll: part(split.poll, noise),
            other_host: part(split.other_host, noise),
            driver: part(split.driver, noise),
            ..split
        }),
        ..it
    }
}

fn counters(mut it: Counters, noise: &mut Noise) -> Counters {
    let PhaseCounters { events, poll_calls, .. } = it.window;
    let window = PhaseCounters {
        pollable_events: events,
        looks: poll_calls + noise.count(events),
        guest_fuel: noise.count(it.window.guest_fuel),
        spurious_wakeups: noise.count(3),
        clock_calls: noise.count(events * 2),
        subscriptions: noise.count(events),
        drops: noise.count(events),
        ..it.window
    };
    it.guest_memory_peak_bytes += 65_536 * (noise.next() % 40);
    Counters { window, whole_run: PhaseCounters { events: events * 2, ..window }, ..it }
}
