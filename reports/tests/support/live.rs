use hdrhistogram::Histogram;
use pollbench_reports::live::{
    HighestRate, LiveArrivals, LiveCell, LiveGuest, LiveHost, LiveRecord, LiveRound, LiveSettings,
    Processors, RateTried, SCHEMA, Scenario, Simulated, Upper,
};
use pollbench_reports::record::{Cpu, Estimate, LoadAverage};
use pollbench_reports::summary;
use pollbench_reports::trace::Component;

/// Servers under three loads: one that is best, one that can't be told from it, one that takes
/// more with every connection, and one that fails.
pub fn live() -> LiveRecord {
    live_of(["slab-list", "adaptive", "wstd", "mine"])
}

/// The same with guests, and words of theirs, that break out of markup or never end.
pub fn hostile_live(name: &str) -> LiveRecord {
    let mut record = live_of(["a", "b", "c", name]);
    record.command = format!("pollbench live echo --guest {name}");
    for cell in record.cells.iter_mut().filter(|it| it.guest == name) {
        cell.failure = Some(name.repeat(3));
    }
    for it in &mut record.simulated {
        (it.workload, it.host) = (name.into(), name.into());
    }
    record
}

fn live_of(names: [&str; 4]) -> LiveRecord {
    let loads = [(100, 10), (1_000, 100), (5_000, 500)];
    let cells = loads.iter().flat_map(|&(connections, active)| {
        let each = f64::from(connections) * 20.0;
        let noise = |at: u32| 1.0 + 0.01 * f64::from(at % 3);
        let near = |at: u32| if at.is_multiple_of(2) { 1.02 } else { 0.99 };
        [
            cell(names[0], (connections, active), |at| 20_000.0 * noise(at)),
            cell(names[1], (connections, active), move |at| 20_000.0 * noise(at) * near(at)),
            cell(names[2], (connections, active), move |at| (20_000.0 + each) * noise(at)),
            failed(names[3], (connections, active)),
        ]
    });
    LiveRecord {
        live_schema: SCHEMA,
        started: "2026-11-29T08:15:00Z".into(),
        command: "pollbench live echo --connections 100,1000,5000".into(),
        interrupted: false,
        pollbench: "0.1.0".into(),
        engine: "wasmtime 48".into(),
        cpu: Cpu { model: "a processor".into(), cores: 2, governor: None },
        kernel: "Linux 6".into(),
        load_average: LoadAverage { before: Some(0.1), after: None },
        processors: Some(Processors { server: 1, load: 0, upstream: None }),
        scenario: Scenario::Echo,
        settings: LiveSettings {
            host: LiveHost::Stock,
            rate: 1_000.0,
            arrivals: LiveArrivals::Even,
            bytes: 64,
            longest_delay_seconds: None,
            http: None,
            warm_up_seconds: 0.5,
            seconds: 2.0,
            rounds: 7,
            seed: 1,
        },
        guests: names.iter().map(|name| guest(name)).collect(),
        cells: cells.collect(),
        simulated: simulated(names),
    }
}

/// A simulation that has the first and the third guest in another order at 1,000 connections.
fn simulated(names: [&str; 4]) -> Vec<Simulated> {
    let times = [(100, [4e3, 4e3, 5e3]), (1_000, [4e4, 3e4, 3.5e4])];
    let each = times.into_iter().flat_map(|(pollables, times)| {
        names.into_iter().zip(times).map(move |(guest, time)| Simulated {
            guest: guest.into(),
            pollables,
            workload: "idle, 1 active".into(),
            host: "stock".into(),
            time: Estimate { median: time, low: 0.97 * time, high: 1.02 * time, confidence: 0.95 },
        })
    });
    each.collect()
}

fn tried(rate: f64, is_kept: bool) -> RateTried {
    RateTried { rate, achieved: Some(rate), latency_p99_ns: Some(9_000_000), is_kept }
}

fn guest(name: &str) -> LiveGuest {
    let component =
        Component { file: format!("{name}.wasm"), sha256: "0f".repeat(32), bytes: 90_000 };
    LiveGuest { name: name.into(), component }
}

fn cell(guest: &str, (connections, active): (u32, u32), each: impl Fn(u32) -> f64) -> LiveCell {
    let mut latency = Histogram::<u64>::new(3).expect("three digits are possible");
    // Most requests take about as long, and a few very much longer.
    for request in 1..=20_000_u64 {
        let time = each(0) as u64 * 3 + request * request % 50_000 + 400_000_000 / request;
        latency.record(time).expect("it grows");
    }
    let round = |round: u32| LiveRound {
        round,
        offered: 1_000.0,
        achieved: if connections > 1_000 { 900.0 } else { 999.6 },
        requests: 2_000,
        guest_cpu_ns: Some(each(round) * 2_000.0),
        server_cpu_ns: Some(each(round) * 2_900.0),
        latency_p99_ns: latency.value_at_quantile(0.99),
        lateness_p99_ns: 900,
        generator_is_late: round == 3 && connections == 100,
    };
    LiveCell {
        guest: guest.into(),
        connections,
        active,
        failure: None,
        rounds: (0..7).map(round).collect(),
        service: summary::latency(&latency),
        lateness: summary::latency(&latency),
        highest: Some(HighestRate {
            p99_at_most_ns: 20_000_000,
            upper: Upper::Failed,
            tried: vec![tried(2_263.0, true), tried(3_200.0, false)],
        }),
        latency: summary::latency(&latency),
    }
}

fn failed(guest: &str, (connections, active): (u32, u32)) -> LiveCell {
    LiveCell {
        guest: guest.into(),
        connections,
        active,
        failure: Some("connection 3 has lost 12 bytes".into()),
        rounds: Vec::new(),
        latency: None,
        service: None,
        lateness: None,
        highest: None,
    }
}
