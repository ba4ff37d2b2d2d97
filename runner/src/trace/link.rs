use pollbench_reports::trace::PollableKind;
use wasmtime::component::{Lift, Linker, LinkerInstance, Resource};
use wasmtime::{Result, StoreContextMut};
use wasmtime_wasi::p2::bindings::clocks::monotonic_clock;
use wasmtime_wasi::p2::bindings::sockets::ip_name_lookup::ResolveAddressStream;
use wasmtime_wasi::p2::bindings::sockets::tcp::TcpSocket;
use wasmtime_wasi::p2::bindings::sockets::udp::{
    IncomingDatagramStream, OutgoingDatagramStream, UdpSocket,
};
use wasmtime_wasi_http::p2::body::HostFutureTrailers;
use wasmtime_wasi_http::p2::types::HostFutureIncomingResponse;
use wasmtime_wasi_io::bindings::wasi::io::poll;
use wasmtime_wasi_io::poll::{DynPollable, Pollable};
use wasmtime_wasi_io::streams::{DynInputStream, DynOutputStream};

use super::view::{TraceView, Traced, view};
use crate::command::Host;
use crate::engine::Call;

/// The version that the engine's bindings have of WASI.
const VERSION: &str = "0.2.12";

/// Links, in place of the stock functions that look at pollables or make them, the same
/// functions, which tell of it.
pub fn observe(linker: &mut Linker<Host>) -> Result<()> {
    linker.allow_shadowing(true);
    poll::add_to_linker::<_, Traced>(linker, view)?;
    monotonic_clock::add_to_linker::<_, Traced>(linker, view)?;
    let mut streams = interface(linker, "wasi:io/streams")?;
    let stream = PollableKind::Stream;
    method::<DynInputStream>(&mut streams, "input-stream", stream)?;
    method::<DynOutputStream>(&mut streams, "output-stream", stream)?;
    let socket = PollableKind::Socket;
    let mut tcp = interface(linker, "wasi:sockets/tcp")?;
    method::<TcpSocket>(&mut tcp, "tcp-socket", socket)?;
    let mut udp = interface(linker, "wasi:sockets/udp")?;
    method::<UdpSocket>(&mut udp, "udp-socket", socket)?;
    method::<IncomingDatagramStream>(&mut udp, "incoming-datagram-stream", socket)?;
    method::<OutgoingDatagramStream>(&mut udp, "outgoing-datagram-stream", socket)?;
    let mut lookup = interface(linker, "wasi:sockets/ip-name-lookup")?;
    method::<ResolveAddressStream>(&mut lookup, "resolve-address-stream", socket)?;
    let http = PollableKind::Http;
    let mut types = interface(linker, "wasi:http/types")?;
    method::<HostFutureIncomingResponse>(&mut types, "future-incoming-response", http)?;
    method::<HostFutureTrailers>(&mut types, "future-trailers", http)?;
    linker.allow_shadowing(false);
    Ok(())
}

fn interface<'a>(linker: &'a mut Linker<Host>, name: &str) -> Result<LinkerInstance<'a, Host>> {
    linker.instance(&format!("{name}@{VERSION}"))
}

/// Links the method of a resource that makes pollables.
fn method<R: Pollable>(
    interface: &mut LinkerInstance<'_, Host>,
    resource: &str,
    kind: PollableKind,
) -> Result<()>
where
    Resource<R>: Lift,
{
    let subscribe = move |mut store: StoreContextMut<'_, Host>, (it,): (Resource<R>,)| {
        let TraceView { table, watch, .. } = view(store.data_mut());
        watch.begin(Call::Other);
        let pollable: Resource<DynPollable> = wasmtime_wasi_io::poll::subscribe(table, it)?;
        watch.made(pollable.rep(), kind, None);
        watch.end();
        Ok((pollable,))
    };
    interface.func_wrap(&format!("[method]{resource}.subscribe"), subscribe)
}
