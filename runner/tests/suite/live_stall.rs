//! What a host does to a server of which many sockets are ready at once. It is the host's own
//! doing, and `LIVE.md` says so: if the stock host no longer stalls, that page is out of date.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::command::{Workplace, signal};

/// More than the 128 operations on sockets that tokio lets a task do before it has to block.
const CLIENTS: usize = 200;
/// How long is waited for a server that may be slow.
const LONG: Duration = Duration::from_secs(60);

/// A server, which ends when this value is dropped.
struct Server(Child);

impl Server {
    /// The echo server over `bare`.
    fn start(place: &Workplace, host: &str, address: SocketAddr) -> Self {
        let order = json!({
            "guest": { "built-in": "bare" },
            "scenario": "echo",
            "address": address,
            "arguments": [],
            "host": host,
            "reuse": 1,
            "processor": null,
        });
        let mut command = place.command(&["live-server", &order.to_string()]);
        Self(command.stdout(Stdio::null()).spawn().expect("the binary runs"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An address at which nobody listens.
fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

fn connect(address: SocketAddr) -> TcpStream {
    let until = Instant::now() + LONG;
    loop {
        match TcpStream::connect(address) {
            Ok(stream) => return stream,
            Err(error) => assert!(Instant::now() < until, "{error}"),
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// Whether a byte comes back in time.
fn is_answered(stream: &mut TcpStream, time: Duration) -> bool {
    stream.set_read_timeout(Some(time.max(Duration::from_millis(1)))).expect("a time");
    stream.read_exact(&mut [0]).is_ok()
}

/// How many clients have their reply when the requests of all of them have come before the
/// server looks.
fn answered(host: &str, patience: Duration) -> usize {
    let (place, address) = (Workplace::new(), free_address());
    let server = Server::start(&place, host, address);
    let greeted = |_| {
        let mut stream = connect(address);
        stream.write_all(b"?").expect("a request");
        assert!(is_answered(&mut stream, LONG), "one request at a time is answered");
        stream
    };
    let mut clients: Vec<TcpStream> = (0..CLIENTS).map(greeted).collect();
    signal("STOP", server.0.id());
    clients.iter_mut().for_each(|it| it.write_all(b"!").expect("a request"));
    signal("CONT", server.0.id());
    let until = Instant::now() + patience;
    let time = || until.saturating_duration_since(Instant::now());
    clients.iter_mut().filter_map(|it| is_answered(it, time()).then_some(())).count()
}

#[test]
fn the_stock_host_stalls_and_the_unconstrained_one_does_not() {
    assert_eq!(answered("unconstrained", LONG), CLIENTS);
    // However long one waits: the server spins.
    let stock = answered("stock", Duration::from_secs(3));
    assert!(stock < CLIENTS, "the stock host has answered all of {CLIENTS}");
}
