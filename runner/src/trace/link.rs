use pollbench_reports::trace::PollableKind;
use wasmtime::component::{HasSelf, Lift, Linker, LinkerInstance, Resource};
use wasmtime::{Engine, Result, StoreContextMut};
use wasmtime_wasi::p2;
use wasmtime_wasi::p2::bindings::clocks::monotonic_clock;
use wasmtime_wasi::p2::bindings::sockets::ip_name_lookup::ResolveAddressStream;
use wasmtime_wasi::p2::bindings::sockets::tcp::TcpSocket;
use wasmtime_wasi::p2::bindings::sockets::udp::{
    IncomingDatagramStream, OutgoingDatagramStream, UdpSocket,
};
use wasmtime_wasi_io::bindings::wasi::io::poll;
use wasmtime_wasi_io::poll::{DynPollable, Pollable};
use wasmtime_wasi_io::streams::{DynInputStream, DynOutputStream};

use super::host::TraceHost;
use crate::engine::Call;

/// The version that the engine's bindings have of WASI.
const VERSION: &str = "0.2.12";

/// Links stock WASI 0.2, and in place of what looks at pollables or makes them the same
/// functions, which tell of it.
pub fn linker(engine: &Engine) -> Result<Linker<TraceHost>> {
    let mut linker = Linker::new(engine);
    p2::add_to_linker_async(&mut linker)?;
    linker.allow_shadowing(true);
    poll::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut TraceHost| state)?;
    monotonic_clock::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut TraceHost| state)?;
    let mut streams = interface(&mut linker, "wasi:io/streams")?;
    let stream = PollableKind::Stream;
    method::<DynInputStream>(&mut streams, "input-stream", stream)?;
    method::<DynOutputStream>(&mut streams, "output-stream", stream)?;
    let socket = PollableKind::Socket;
    let mut tcp = interface(&mut linker, "wasi:sockets/tcp")?;
    method::<TcpSocket>(&mut tcp, "tcp-socket", socket)?;
    let mut udp = interface(&mut linker, "wasi:sockets/udp")?;
    method::<UdpSocket>(&mut udp, "udp-socket", socket)?;
    method::<IncomingDatagramStream>(&mut udp, "incoming-datagram-stream", socket)?;
    method::<OutgoingDatagramStream>(&mut udp, "outgoing-datagram-stream", socket)?;
    let mut lookup = interface(&mut linker, "wasi:sockets/ip-name-lookup")?;
    method::<ResolveAddressStream>(&mut lookup, "resolve-address-stream", socket)?;
    linker.allow_shadowing(false);
    Ok(linker)
}

fn interface<'a>(
    linker: &'a mut Linker<TraceHost>,
    name: &str,
) -> Result<LinkerInstance<'a, TraceHost>> {
    linker.instance(&format!("{name}@{VERSION}"))
}

/// Links the method of a resource that makes pollables.
fn method<R: Pollable>(
    interface: &mut LinkerInstance<'_, TraceHost>,
    resource: &str,
    kind: PollableKind,
) -> Result<()>
where
    Resource<R>: Lift,
{
    let subscribe = move |mut store: StoreContextMut<'_, TraceHost>, (it,): (Resource<R>,)| {
        let TraceHost { table, watch, .. } = store.data_mut();
        watch.begin(Call::Other);
        let pollable: Resource<DynPollable> = wasmtime_wasi_io::poll::subscribe(table, it)?;
        watch.made(pollable.rep(), kind, None);
        watch.end();
        Ok((pollable,))
    };
    interface.func_wrap(&format!("[method]{resource}.subscribe"), subscribe)
}
