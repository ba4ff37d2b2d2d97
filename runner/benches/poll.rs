//! What the host's side of `wasi:io/poll` costs, without a guest: one call of the
//! stock implementation against the length of the list, the share that is ready,
//! the share that is listed twice, and the order.
//!
//! Run with `cargo bench -p pollbench --bench poll`.

mod support;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use support::{fill, poll_once};
use wasmtime::component::ResourceTable;

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

criterion_group!(benches, list_length, share_ready, duplicates, order);
criterion_main!(benches);
