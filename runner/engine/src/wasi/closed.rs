use wasmtime::component::types::{ComponentInstance, ComponentItem};
use wasmtime::component::{Component, Linker, LinkerInstance, Resource, ResourceType};
use wasmtime::{Result, bail};
use wasmtime_wasi::filesystem::Descriptor;
use wasmtime_wasi::p2::bindings::filesystem::types::{DirectoryEntryStream, ErrorCode};
use wasmtime_wasi::p2::bindings::sockets::tcp::TcpSocket;
use wasmtime_wasi::p2::bindings::sockets::udp::{
    IncomingDatagramStream, OutgoingDatagramStream, UdpSocket,
};
use wasmtime_wasi_io::streams::Error;

use crate::host_state::HostState;

/// The interfaces whose methods need a file or a socket.
const CLOSED: [&str; 3] =
    ["wasi:filesystem/types@0.2.", "wasi:sockets/tcp@0.2.", "wasi:sockets/udp@0.2."];

/// Links what a component imports of files and sockets. No guest can have either, so that no
/// method of them is ever reached: the engine finds first that the handle is unknown. To
/// compile the stock methods for this host takes a minute, and they are 70 of 120 functions
/// that would be linked for every guest.
pub fn add_to_linker(linker: &mut Linker<HostState>, component: &Component) -> Result<()> {
    let (engine, ty) = (component.engine(), component.component_type());
    for (name, import) in ty.imports(engine) {
        let is_closed = CLOSED.iter().any(|closed| name.starts_with(closed));
        if let (true, ComponentItem::ComponentInstance(interface)) = (is_closed, import.ty) {
            add_interface(&mut linker.instance(name)?, &interface, component)?;
        }
    }
    Ok(())
}

fn add_interface(
    linker: &mut LinkerInstance<'_, HostState>,
    interface: &ComponentInstance,
    component: &Component,
) -> Result<()> {
    for (name, export) in interface.exports(component.engine()) {
        match export.ty {
            ComponentItem::ComponentFunc(_) if name == "filesystem-error-code" => {
                // No stream is one of a file.
                linker.func_wrap(name, |_, (_,): (Resource<Error>,)| Ok((None::<ErrorCode>,)))?;
            }
            ComponentItem::ComponentFunc(_) => {
                let unreachable = format!("{name} was called with no file and no socket");
                linker.func_new(name, move |_, _, _, _| bail!("{unreachable}"))?;
            }
            ComponentItem::Resource(_) => {
                if let Some(resource) = resource(name) {
                    linker.resource(name, resource, |_, _| Ok(()))?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The type of the resource of this name, as the stock interfaces that make one have it.
fn resource(name: &str) -> Option<ResourceType> {
    Some(match name {
        "descriptor" => ResourceType::host::<Descriptor>(),
        "directory-entry-stream" => ResourceType::host::<DirectoryEntryStream>(),
        "tcp-socket" => ResourceType::host::<TcpSocket>(),
        "udp-socket" => ResourceType::host::<UdpSocket>(),
        "incoming-datagram-stream" => ResourceType::host::<IncomingDatagramStream>(),
        "outgoing-datagram-stream" => ResourceType::host::<OutgoingDatagramStream>(),
        _ => return None,
    })
}
