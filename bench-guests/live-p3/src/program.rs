//! What the component exports: the program, which is `wasi:cli/run` of WASI 0.3, and the handler.

use std::convert::Infallible;
use std::net::SocketAddrV4;

use futures::future::join;
use pollbench_live_orders::Timers;
use wasip3::cli::{environment, stderr};
use wasip3::http::types::{ErrorCode, Request, Response};
use wasip3::sockets::types::{
    self as sockets, IpAddressFamily, IpSocketAddress, Ipv4SocketAddress, TcpSocket,
};
use wasip3::wit_bindgen::{StreamReader, spawn_local};
use wasip3::wit_stream;

use crate::echo::echo;
use crate::handler;

/// How many connections may wait to be accepted.
const BACKLOG: u64 = 4_096;

struct Program;

wasip3::cli::command::export!(Program);
wasip3::http::service::export!(Program);

impl wasip3::exports::cli::run::Guest for Program {
    async fn run() -> Result<(), ()> {
        let Err(why) = serve().await;
        complain(&format!("p3: {why}\n")).await;
        Err(())
    }
}

impl wasip3::exports::http::handler::Guest for Program {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        Ok(handler::handle(request).await)
    }
}

/// Serves at the address that the first argument has, with the timers that the others name.
async fn serve() -> Result<Infallible, String> {
    let arguments = environment::get_arguments();
    let [_, address, others @ ..] = arguments.as_slice() else {
        return Err("name the address to listen at, such as 127.0.0.1:8080".into());
    };
    let timers = Timers::parse(others)?;
    let address: SocketAddrV4 = address.parse().map_err(|error| format!("{address:?}: {error}"))?;
    let mut connections =
        listen(address).map_err(|error| format!("can't listen at {address}: {error}"))?;
    while let Some(connection) = connections.next().await {
        spawn_local(echo(connection, timers));
    }
    Err("the host accepts no more connections".into())
}

fn listen(address: SocketAddrV4) -> Result<StreamReader<TcpSocket>, sockets::ErrorCode> {
    let socket = TcpSocket::create(IpAddressFamily::Ipv4)?;
    let [a, b, c, d] = address.ip().octets();
    let address = Ipv4SocketAddress { port: address.port(), address: (a, b, c, d) };
    socket.set_listen_backlog_size(BACKLOG)?;
    socket.bind(IpSocketAddress::Ipv4(address))?;
    socket.listen()
}

async fn complain(words: &str) {
    let (mut output, printed) = wit_stream::new();
    let words = words.as_bytes().to_vec();
    // What was printed ends when `output` is dropped.
    let write = async move { output.write_all(words).await };
    // If this can't be written, nobody is left to be told.
    let _ = join(stderr::write_via_stream(printed).into_future(), write).await;
}
