//! The net of a component: `wasi:sockets`, and the streams of its connections.

use std::net::SocketAddrV4;
use std::rc::Rc;

use pollbench_executor::Handle;
use wasip2::io::streams::{InputStream, OutputStream};
use wasip2::sockets::instance_network::instance_network;
use wasip2::sockets::network::{ErrorCode, IpAddressFamily, IpSocketAddress, Ipv4SocketAddress};
use wasip2::sockets::tcp::TcpSocket;
use wasip2::sockets::tcp_create_socket::create_tcp_socket;

use super::on_wasi;
use crate::net::{Net, Read, Socket};

/// How many bytes are read at once.
const MOST_BYTES: u64 = 65_536;
/// How many connections may wait to be accepted.
const BACKLOG: u64 = 4_096;

/// A listener.
#[derive(Clone)]
pub struct Listener(Rc<TcpSocket>);

/// A connection. The fields are dropped in their order: the streams before what they belong to.
pub struct Stream {
    input: InputStream,
    output: OutputStream,
    _socket: TcpSocket,
}

impl Listener {
    /// Listens at an address.
    pub fn bind(address: SocketAddrV4) -> Result<Self, ErrorCode> {
        let socket = create_tcp_socket(IpAddressFamily::Ipv4)?;
        let [a, b, c, d] = address.ip().octets();
        let address = Ipv4SocketAddress { port: address.port(), address: (a, b, c, d) };
        socket.set_listen_backlog_size(BACKLOG)?;
        socket.start_bind(&instance_network(), IpSocketAddress::Ipv4(address))?;
        finished(&socket, TcpSocket::finish_bind)?;
        socket.start_listen()?;
        finished(&socket, TcpSocket::finish_listen)?;
        Ok(Self(Rc::new(socket)))
    }
}

/// Waits until what was begun has ended.
fn finished(
    socket: &TcpSocket,
    finish: impl Fn(&TcpSocket) -> Result<(), ErrorCode>,
) -> Result<(), ErrorCode> {
    loop {
        match finish(socket) {
            Err(ErrorCode::WouldBlock) => socket.subscribe().block(),
            finished => return finished,
        }
    }
}

impl Net for Listener {
    type Socket = Stream;

    fn accept(&self) -> Option<Stream> {
        loop {
            match self.0.accept() {
                Ok((socket, input, output)) => {
                    return Some(Stream { input, output, _socket: socket });
                }
                // The client has gone before it was accepted.
                Err(ErrorCode::ConnectionAborted) => {}
                // What else may fail, such as a limit of the host, may succeed later.
                Err(_) => return None,
            }
        }
    }

    fn acceptable(&self) -> Handle {
        Handle(self.0.subscribe().take_handle())
    }
}

impl Socket for Stream {
    fn read(&mut self) -> Read {
        match self.input.read(MOST_BYTES) {
            Ok(bytes) if bytes.is_empty() => Read::Nothing,
            Ok(bytes) => Read::Bytes(bytes),
            Err(_) => Read::End,
        }
    }

    fn readable(&self) -> Handle {
        Handle(self.input.subscribe().take_handle())
    }

    fn write(&mut self, bytes: &[u8]) -> Option<usize> {
        let room = usize::try_from(self.output.check_write().ok()?).unwrap_or(usize::MAX);
        let bytes = &bytes[..bytes.len().min(room)];
        if !bytes.is_empty() {
            self.output.write(bytes).ok()?;
        }
        Some(bytes.len())
    }

    fn writable(&self) -> Handle {
        Handle(self.output.subscribe().take_handle())
    }

    fn has_left(&mut self) -> bool {
        // A connection that is broken has nothing more to send.
        self.output.flush().is_err() || self.output.check_write().map_or(true, |room| room > 0)
    }
}

on_wasi!(Listener);
