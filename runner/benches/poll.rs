//! What the host's side of `wasi:io/poll` costs, without a guest: one call of the
//! stock implementation against the length of the list, the share that is ready,
//! the share that is listed twice and the order; and what observing it adds.
//!
//! Run with `cargo bench -p pollbench --bench poll`.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use pollbench::engine::{HostState, Limits, Observer};
use pollbench::simulation::Simulation;
use pollbench::workload::{CATALOGUE, Shape};
use wasmtime::component::{Resource, ResourceTable};
use wasmtime_wasi_io::bindings::wasi::io::poll::Host;
use wasmtime_wasi_io::poll::{DynPollable, Pollable, subscribe};

/// Ready or not, for ever.
struct Fixed(bool);

#[wasmtime_wasi_io::async_trait]
impl Pollable for Fixed {
    async fn ready(&mut self) {
        if !self.0 {
            std::future::pending().await
        }
    }
}

/// Fills a table with `count` pollables, of which `ready` are, evenly spread, and
/// returns what to list.
fn fill(table: &mut ResourceTable, count: u32, ready: u32) -> Vec<u32> {
    let push = |number: u32| {
        let is_ready = number * ready / count != (number + 1) * ready / count;
        let source = table.push(Fixed(is_ready)).expect("room in the table");
        subscribe(table, source).expect("room in the table").rep()
    };
    (0..count).map(push).collect()
}

/// One call of `poll`, as far as it gets at once.
fn poll_once(host: &mut impl Host, list: &[u32]) {
    let list: Vec<Resource<DynPollable>> =
        list.iter().map(|rep| Resource::new_borrow(*rep)).collect();
    let call = pin!(host.poll(list));
    let _ = black_box(call.poll(&mut Context::from_waker(Waker::noop())));
}

fn list_length(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("length, one ready");
    for length in [1, 10, 100, 1_000, 10_000, 100_000] {
        let mut table = ResourceTable::new();
        let list = fill(&mut table, length, 1);
        group.throughput(Throughput::Elements(length.into()));
        group.bench_function(BenchmarkId::from_parameter(length), |bencher| {
            bencher.iter(|| poll_once(&mut table, &list));
        });
    }
    group.finish();
}

fn share_ready(criterion: &mut Criterion) {
    const LENGTH: u32 = 1_000;
    let mut group = criterion.benchmark_group("share ready, of 1000");
    group.throughput(Throughput::Elements(LENGTH.into()));
    for percent in [0, 1, 10, 50, 100] {
        let mut table = ResourceTable::new();
        let list = fill(&mut table, LENGTH, LENGTH * percent / 100);
        group.bench_function(BenchmarkId::from_parameter(format!("{percent}%")), |bencher| {
            bencher.iter(|| poll_once(&mut table, &list));
        });
    }
    group.finish();
}

fn duplicates(criterion: &mut Criterion) {
    const LENGTH: u32 = 1_000;
    let mut group = criterion.benchmark_group("listed twice, of 1000");
    group.throughput(Throughput::Elements(LENGTH.into()));
    for percent in [0, 10, 50, 100] {
        let distinct = LENGTH - LENGTH * percent / 100 / 2;
        let mut table = ResourceTable::new();
        let once = fill(&mut table, distinct, 1);
        let list: Vec<u32> = once.iter().cycle().copied().take(LENGTH as usize).collect();
        group.bench_function(BenchmarkId::from_parameter(format!("{percent}%")), |bencher| {
            bencher.iter(|| poll_once(&mut table, &list));
        });
    }
    group.finish();
}

/// A list in the order in which its pollables were made, and one in none.
fn order(criterion: &mut Criterion) {
    const LENGTH: u32 = 10_000;
    /// Coprime to the length, and so a permutation without a pattern to speak of.
    const STRIDE: u32 = 6_173;
    let mut group = criterion.benchmark_group("order, of 10000");
    let mut table = ResourceTable::new();
    let ascending = fill(&mut table, LENGTH, 1);
    let scattered: Vec<u32> =
        (0..LENGTH).map(|i| ascending[(i * STRIDE % LENGTH) as usize]).collect();
    for (name, list) in [("ascending", &ascending), ("scattered", &scattered)] {
        group.bench_function(name, |bencher| bencher.iter(|| poll_once(&mut table, list)));
    }
    group.finish();
}

/// A host whose simulation is at its beginning.
fn host(observer: Observer) -> HostState {
    let kind = &CATALOGUE[0];
    let parameters: BTreeMap<String, u64> =
        kind.parameters.iter().map(|p| (p.name.to_string(), p.default)).collect();
    let workload = (kind.build)(&Shape { pollables: 1, active: 1, parameters, effort: 1 });
    HostState::new(Simulation::new(workload, None), observer, Limits::RAISED)
}

/// The stock implementation called directly, and through the view of a plain and
/// of a profiled repetition. The ratio is what observing a poll costs.
fn observing(criterion: &mut Criterion) {
    /// Fewer than the polls in a row that are called a livelock.
    const POLLS: u64 = 5_000;
    let clock = quanta::Clock::new();
    for length in [1, 100, 1_000] {
        let mut group = criterion.benchmark_group(format!("observing, of {length}"));
        let mut table = ResourceTable::new();
        let list = fill(&mut table, length, 1);
        group.bench_function("stock", |bencher| bencher.iter(|| poll_once(&mut table, &list)));
        for (name, profiled) in [("plain", false), ("profiled", true)] {
            let observer = || match profiled {
                true => Observer::profiled(clock.clone()),
                false => Observer::plain(clock.clone()),
            };
            let polls = |polls: u64| {
                let mut host = host(observer());
                let list = fill(&mut host.table, length, 1);
                let begun = Instant::now();
                (0..polls).for_each(|_| poll_once(&mut host, &list));
                begun.elapsed()
            };
            group.bench_function(name, |bencher| {
                bencher.iter_custom(|iterations| {
                    let rest = polls(iterations % POLLS);
                    (0..iterations / POLLS).map(|_| polls(POLLS)).sum::<Duration>() + rest
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, list_length, share_ready, duplicates, order, observing);
criterion_main!(benches);
