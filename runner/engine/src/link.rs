use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Engine, Result};
use wasmtime_wasi_io::bindings::wasi::io::poll;

use super::bindings::pollbench::bench::{driver, stream_driver};
use super::bindings::wasi::clocks::monotonic_clock;
use super::code_cache;
use super::contract::{self, WorldKind};
use super::function_calls;
use super::host_state::HostState;
use super::p3::async_driver;
use super::poll_set::bindings::pollbench::experimental::poll_set;
use super::refusal;
use super::wasi;
use super::world::World;

/// Compiles a component and links it to the host, or says why it can't be.
pub fn link(engine: &Engine, bytes: &[u8]) -> Result<World, String> {
    let component =
        code_cache::compile(engine, bytes).map_err(|error| refusal::not_compiled(bytes, &error))?;
    let kind = contract::check_world(&component, engine)?;
    refusal::check_one_world(&component, kind)?;
    let linker = linker(&component, kind).map_err(|error| error.to_string())?;
    let instance = linker
        .instantiate_pre(&component)
        .map_err(|error| refusal::not_linked(&component, &error))?;
    World::new(kind, instance).map_err(|error| {
        let error = refusal::shown(&error);
        format!("its exports do not fit the contract: {error}; build it from wit/bench.wit")
    })
}

fn linker(component: &Component, kind: WorldKind) -> Result<Linker<HostState>> {
    let mut linker = Linker::new(component.engine());
    wasi::add_to_linker(&mut linker, component)?;
    poll::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut HostState| state)?;
    monotonic_clock::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut HostState| state)?;
    poll_set::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut HostState| state)?;
    driver::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut HostState| state)?;
    stream_driver::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut HostState| state)?;
    function_calls::add_to_linker(&mut linker)?;
    // An engine without concurrency support refuses to link the asynchronous driver.
    if kind == WorldKind::Async {
        async_driver::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut HostState| state)?;
    }
    Ok(linker)
}
