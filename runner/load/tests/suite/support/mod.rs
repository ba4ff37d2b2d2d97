//! An echo server of threads, and a plan for it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use pollbench_load::{Arrivals, Plan};

/// The size of a request. It is no multiple of a word.
pub const BYTES: u32 = 27;

/// What a server does with each request: the number of the connection and of the request on it,
/// its bytes, and where replies go. It goes on until it is told not to.
pub trait Serve: Fn(u64, u64, &[u8], &mut TcpStream) -> Goes + Clone + Send + 'static {}
impl<F: Fn(u64, u64, &[u8], &mut TcpStream) -> Goes + Clone + Send + 'static> Serve for F {}

/// Whether a connection goes on.
#[derive(PartialEq)]
pub enum Goes {
    On,
    Away,
}

/// Serves each connection on a thread of its own, numbered as they are accepted.
pub fn start(bytes: u32, serve: impl Serve) -> SocketAddr {
    start_at(TcpListener::bind("127.0.0.1:0").expect("a port"), bytes, serve)
}

pub fn start_at(listener: TcpListener, bytes: u32, serve: impl Serve) -> SocketAddr {
    let address = listener.local_addr().expect("its address");
    thread::spawn(move || {
        for (connection, stream) in (0..).zip(listener.incoming()) {
            let (mut stream, serve) = (stream.expect("a client"), serve.clone());
            stream.set_nodelay(true).expect("an option");
            thread::spawn(move || {
                let mut request = vec![0; bytes as usize];
                for number in 0.. {
                    if stream.read_exact(&mut request).is_err()
                        || serve(connection, number, &request, &mut stream) == Goes::Away
                    {
                        break;
                    }
                }
            });
        }
    });
    address
}

/// Sends back what came. A client that has gone away is no fault of a server.
pub fn reply(bytes: &[u8], stream: &mut TcpStream) -> Goes {
    if stream.write_all(bytes).is_ok() { Goes::On } else { Goes::Away }
}

pub fn sound(_: u64, _: u64, request: &[u8], stream: &mut TcpStream) -> Goes {
    reply(request, stream)
}

/// A short run. Its times bound how long a test takes and decide none.
pub fn plan(address: SocketAddr) -> Plan {
    Plan {
        address,
        connections: 4,
        active: 4,
        rate: 4_000.0,
        arrivals: Arrivals::Even,
        bytes: BYTES,
        longest_delay: Duration::ZERO,
        http: None,
        connect: Duration::from_secs(20),
        warm_up: Duration::from_millis(50),
        time: Duration::from_millis(250),
        grace: Duration::from_secs(20),
        seed: 7,
    }
}
