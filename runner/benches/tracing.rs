//! What `pollbench trace` costs a component: how long it runs when it is traced, as a multiple
//! of how long it runs on the same host without. Both take turns.
//!
//! Run with `cargo bench -p pollbench --bench tracing -- COMPONENT [ARGS…]`, for instance with
//! the echo server of `bench-guests/programs` and `1000 100 100`: connections, active
//! ones, and rounds. With `flood` in place of a component, it is one that only polls: the most
//! that tracing can cost.

#[path = "../tests/suite/support/wat_command.rs"]
mod wat_command;

use std::env;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use pollbench::command::{Network, Surroundings};
use pollbench::trace::{Kept, Limits, Traceable};
use pollbench_reports::stats::median_interval;
use pollbench_reports::trace::{Ended, Recording};
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Config, Engine, Store};
use wasmtime_wasi::p2::bindings::CommandPre;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

const ROUNDS: usize = 31;
const HANDLES: usize = 1_000_000;
static STOP: AtomicBool = AtomicBool::new(false);

/// 10,000 pollables that are never ready, and 200,000 polls of a pollable that is.
const FLOOD: &str = "
    (loop $make
      (drop (call $timer (i64.const 3600000000000)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $make (i32.lt_u (local.get $i) (i32.const 10000))))
    (call $set (i32.const 0) (call $timer (i64.const 0)))
    (local.set $i (i32.const 0))
    (loop $turn
      (drop (call $wait (i32.const 1)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $turn (i32.lt_u (local.get $i) (i32.const 200000))))";

fn main() {
    let mut arguments = env::args().skip(1).filter(|it| it != "--bench");
    let Some(component) = arguments.next().map(PathBuf::from) else {
        println!("nothing is measured: no component is named");
        return;
    };
    let surroundings = Surroundings {
        arguments: ["component".to_string()].into_iter().chain(arguments).collect(),
        network: Network::Loopback,
        ..Surroundings::default()
    };
    let directory = tempfile::tempdir().expect("a directory");
    let component = match component.to_str() {
        Some("flood") => {
            let path = directory.path().join("flood.wasm");
            std::fs::write(&path, wat_command::command(FLOOD)).expect("a file");
            path
        }
        _ => component,
    };
    let (plain, traced) = (Plain::load(&component), Traceable::load(component).expect("a command"));
    let limits = Limits { time: None, stop: &STOP, handles: HANDLES };
    let recording = || Some(Recording::new(16 << 20));
    let trace = |recording, functions| {
        traced_once(&traced, &surroundings, limits, Kept { recording, functions })
    };
    let ways: [&dyn Fn() -> f64; 4] = [
        &|| plain.run(&surroundings),
        &|| trace(None, false),
        &|| trace(recording(), false),
        &|| trace(recording(), true),
    ];
    let mut times: [Vec<f64>; 4] = Default::default();
    for round in 0..ROUNDS {
        for turn in 0..ways.len() {
            let way = (round + turn) % ways.len();
            times[way].push(ways[way]());
        }
    }
    let ratios = |way: usize| -> Vec<f64> {
        times[way].iter().zip(&times[0]).map(|(traced, plain)| traced / plain).collect()
    };
    println!("plain: {:?} s", median_interval(&times[0]));
    println!("traced/plain: {:?}", median_interval(&ratios(1)));
    println!("traced into a file/plain: {:?}", median_interval(&ratios(2)));
    println!("traced for a report/plain: {:?}", median_interval(&ratios(3)));
}

/// Runs it, and returns for how many seconds it ran.
fn traced_once(
    command: &Traceable,
    surroundings: &Surroundings,
    limits: Limits,
    kept: Kept,
) -> f64 {
    let traced = command.trace(surroundings, limits, kept).expect("it runs");
    assert_eq!(traced.ended, Ended::Exited(0));
    traced.nanoseconds as f64 / 1e9
}

/// The component on stock wasmtime-wasi, with nothing in between.
struct Plain(CommandPre<Host>);

struct Host {
    context: WasiCtx,
    table: ResourceTable,
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.context, table: &mut self.table }
    }
}

impl Plain {
    fn load(path: &Path) -> Self {
        let engine = Engine::new(&Config::new()).expect("an engine");
        let component = Component::from_file(&engine, path).expect("a component");
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).expect("a linker");
        let program = linker.instantiate_pre(&component).and_then(CommandPre::new);
        Self(program.expect("a command"))
    }

    /// Runs it, and returns for how many seconds it ran.
    fn run(&self, surroundings: &Surroundings) -> f64 {
        let context = surroundings.context().expect("a context");
        let host = Host { context, table: ResourceTable::new() };
        let mut store = Store::new(self.0.engine(), host);
        store.set_max_component_handles(HANDLES);
        let run = async {
            let command = self.0.instantiate_async(&mut store).await?;
            command.wasi_cli_run().call_run(&mut store).await
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let start = Instant::now();
        let ended = runtime.block_on(run);
        let seconds = start.elapsed().as_secs_f64();
        assert_eq!(ended.expect("it runs"), Ok(()));
        runtime.shutdown_background();
        seconds
    }
}
