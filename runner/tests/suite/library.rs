//! The library's example: built as an author would build it, and run in an engine
//! with a real clock.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use crate::support::command::Workplace;
use wasmtime::component::{Component, Linker, Resource, ResourceTable};
use wasmtime::{Config, Engine, Store, StoreContextMut};
use wasmtime_wasi_io::IoView;
use wasmtime_wasi_io::poll::{DynPollable, Pollable, subscribe};

struct Host {
    table: ResourceTable,
    began: Instant,
}

impl IoView for Host {
    fn table(&mut self) -> &mut ResourceTable {
        &mut self.table
    }
}

struct Deadline(Instant);

#[wasmtime_wasi_io::async_trait]
impl Pollable for Deadline {
    async fn ready(&mut self) {
        std::future::poll_fn(
            |_| if Instant::now() < self.0 { Poll::Pending } else { Poll::Ready(()) },
        )
        .await;
    }
}

fn build(workplace: &Workplace) -> Vec<u8> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let project =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../bench-guests/adaptive-executor/example");
    let target = workplace.path("target");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release", "--locked", "--target", TARGET, "--target-dir"])
        .arg(&target)
        .current_dir(project)
        .status();
    assert!(status.expect("cargo runs").success());
    let module = fs::read(target.join(TARGET).join("release/napper.wasm")).expect("a module");
    wit_component::ComponentEncoder::default()
        .module(&module)
        .and_then(|encoder| encoder.validate(true).encode())
        .expect("a component")
}

/// Polls as long as it takes: what is waited for here is short.
fn drive<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    loop {
        if let Poll::Ready(result) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return result;
        }
        std::thread::sleep(Duration::from_micros(100));
    }
}

#[test]
fn the_documented_component_runs_in_real_time() {
    let engine = Engine::new(&Config::new()).expect("an engine");
    let component = Component::new(&engine, build(&Workplace::new())).expect("a component");
    let imports: Vec<String> =
        component.component_type().imports(&engine).map(|(name, _)| name.to_string()).collect();
    assert_eq!(imports, ["wasi:io/poll@0.2.0", "wasi:clocks/monotonic-clock@0.2.0"]);

    let mut linker = Linker::<Host>::new(&engine);
    wasmtime_wasi_io::add_to_linker_async(&mut linker).expect("poll");
    let mut clock = linker.instance("wasi:clocks/monotonic-clock@0.2.0").expect("a clock");
    clock
        .func_wrap("now", |store: StoreContextMut<'_, Host>, (): ()| {
            Ok((store.data().began.elapsed().as_nanos() as u64,))
        })
        .expect("now");
    clock
        .func_wrap("subscribe-instant", |mut store: StoreContextMut<'_, Host>, (when,): (u64,)| {
            let host = store.data_mut();
            let deadline = host.began + Duration::from_nanos(when);
            let resource = host.table.push(Deadline(deadline))?;
            let pollable: Resource<DynPollable> = subscribe(&mut host.table, resource)?;
            Ok((pollable,))
        })
        .expect("subscribe-instant");

    let host = Host { table: ResourceTable::new(), began: Instant::now() };
    let mut store = Store::new(&engine, host);
    let woken = drive(async {
        let instance = linker.instantiate_async(&mut store, &component).await?;
        let nap = instance.get_typed_func::<(u32,), (Result<u32, String>,)>(&mut store, "nap")?;
        nap.call_async(&mut store, (100,)).await
    });
    assert_eq!(woken.expect("no trap"), (Ok(100),));
    assert!(store.data().table.is_empty(), "all pollables are dropped");
    assert!(store.data().began.elapsed() >= Duration::from_millis(4), "naps take time");
}
