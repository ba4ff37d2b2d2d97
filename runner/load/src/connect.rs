use std::io::ErrorKind;
use std::net::TcpStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::io::Errno;

use crate::clock::Clock;
use crate::error::LoadError;
use crate::plan::Plan;
use crate::sockets::Sockets;

/// Connections that the server may not have answered yet. If more were under way, they would
/// overflow the queue of a server that accepts slowly (128 in wasmtime-wasi), and the system
/// tries again only a second later.
const AT_ONCE: usize = 64;
/// From one try to the next while nothing listens.
const RETRY: Duration = Duration::from_millis(5);

/// Opens all connections, and has one request answered on each, the greeting: then the server
/// has accepted them, and not only its system.
pub(crate) fn connect(plan: &Plan) -> Result<Sockets, LoadError> {
    let mut sockets = Sockets::new()?;
    let mut greeter =
        Greeter { plan, clock: Clock::start(), deadline: Instant::now() + plan.connect, served: 0 };
    for connection in 0..plan.connections {
        greeter.serve(&mut sockets, connection as usize, AT_ONCE - 1)?;
        let stream = greeter.open(connection)?;
        sockets.add(stream, plan)?;
        sockets.ask(connection, 0, greeter.clock)?;
    }
    greeter.serve(&mut sockets, plan.connections as usize, 0)?;
    Ok(sockets)
}

struct Greeter<'a> {
    plan: &'a Plan,
    clock: Clock,
    deadline: Instant,
    served: usize,
}

impl Greeter<'_> {
    /// Waits until at most so many of the connections that are open are not answered.
    fn serve(&mut self, sockets: &mut Sockets, open: usize, most: usize) -> Result<(), LoadError> {
        let mut events = Sockets::events();
        while open - self.served > most || sockets.is_damaged() {
            let left = self.deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                sockets.give_up()?;
                let waiting = sockets.connections.iter().find(|it| it.answered() == 0);
                return Err(self.not_served(waiting.map_or(0, |it| it.number)));
            }
            sockets.wait(&mut events, left)?;
            for event in &events {
                sockets.serve(event, self.clock, |_, _| self.served += 1)?;
            }
        }
        Ok(())
    }

    fn open(&self, connection: u32) -> Result<TcpStream, LoadError> {
        let Plan { address, connections, connect, .. } = *self.plan;
        loop {
            let left = self.deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(match connection {
                    0 => LoadError::NotListening { address, waited: connect },
                    _ => self.not_served(connection),
                });
            }
            match TcpStream::connect_timeout(&address, left) {
                Ok(stream) if is_with_itself(&stream) => {}
                Ok(stream) => return Ok(stream),
                Err(error) => match (error.kind(), Errno::from_io_error(&error)) {
                    (ErrorKind::TimedOut | ErrorKind::Interrupted, _) => {}
                    (ErrorKind::ConnectionRefused, _) if connection == 0 => {}
                    (ErrorKind::ConnectionRefused, _) => {
                        return Err(LoadError::Refused { address, connection });
                    }
                    (_, Some(limit @ (Errno::MFILE | Errno::NFILE))) => {
                        let of_system = limit == Errno::NFILE;
                        return Err(LoadError::Descriptors { connection, connections, of_system });
                    }
                    (ErrorKind::AddrNotAvailable, _) => {
                        return Err(LoadError::Ports { address, connection });
                    }
                    _ => {
                        let doing = format!("open connection {connection} to {address}");
                        return Err(LoadError::system(doing, &error));
                    }
                },
            }
            sleep(RETRY.min(left));
        }
    }

    fn not_served(&self, connection: u32) -> LoadError {
        LoadError::NotServed {
            served: self.served as u32,
            connections: self.plan.connections,
            connection,
            waited: self.plan.connect,
        }
    }
}

/// Where nothing listens, TCP may connect a port with itself if it draws the very port that is
/// called.
fn is_with_itself(stream: &TcpStream) -> bool {
    matches!((stream.local_addr(), stream.peer_addr()), (Ok(local), Ok(peer)) if local == peer)
}
