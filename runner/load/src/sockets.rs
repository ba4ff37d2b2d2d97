use std::io::ErrorKind;
use std::net::TcpStream;
use std::time::Duration;

use mio::event::Event;
use mio::{Events, Interest, Poll, Token};

use crate::clock::Clock;
use crate::connection::{Asked, Connection};
use crate::error::LoadError;
use crate::plan::Plan;

/// What is read or written at once, in bytes.
const BUFFER: usize = 16 << 10;
/// The most events taken from the system at once. With more, those at the end would wait.
const EVENTS: usize = 256;

/// All connections, and what waits for them.
pub(crate) struct Sockets {
    poll: Poll,
    pub connections: Vec<Connection>,
    buffer: Box<[u8]>,
    /// The first connection on which a wrong byte came.
    damaged: Option<usize>,
}

impl Sockets {
    pub(crate) fn new() -> Result<Self, LoadError> {
        let poll =
            Poll::new().map_err(|error| LoadError::system("wait for connections", &error))?;
        let buffer = vec![0; BUFFER].into_boxed_slice();
        Ok(Self { poll, connections: Vec::new(), buffer, damaged: None })
    }

    pub(crate) fn events() -> Events {
        Events::with_capacity(EVENTS)
    }

    /// Takes a connection that is open.
    pub(crate) fn add(&mut self, stream: TcpStream, plan: &Plan) -> Result<(), LoadError> {
        let index = self.connections.len();
        let prepare = || {
            stream.set_nonblocking(true)?;
            // A request is sent when it is due, and not when it has company.
            stream.set_nodelay(true)?;
            let mut stream = mio::net::TcpStream::from_std(stream);
            let interest = Interest::READABLE | Interest::WRITABLE;
            self.poll.registry().register(&mut stream, Token(index), interest)?;
            Ok(stream)
        };
        let stream = prepare().map_err(|error: std::io::Error| {
            LoadError::system(format!("prepare connection {index}"), &error)
        })?;
        self.connections.push(Connection::new(stream, index as u32, plan));
        Ok(())
    }

    /// Waits for events so long; not at all if that is 0.
    pub(crate) fn wait(&mut self, events: &mut Events, time: Duration) -> Result<(), LoadError> {
        match self.poll.poll(events, Some(time)) {
            Err(error) if error.kind() != ErrorKind::Interrupted => {
                Err(LoadError::system("wait for connections", &error))
            }
            _ => Ok(()),
        }
    }

    /// Sends a request, or queues it if the socket is full. Says whether it is queued.
    pub(crate) fn ask(
        &mut self,
        connection: u32,
        planned: u64,
        clock: Clock,
    ) -> Result<bool, LoadError> {
        self.connections[connection as usize].ask(planned, clock, &mut self.buffer)
    }

    /// Does what a connection is ready for. Fails as soon as it is known what went wrong.
    pub(crate) fn serve(
        &mut self,
        event: &Event,
        clock: Clock,
        mut replies: impl FnMut(Asked, u64),
    ) -> Result<(), LoadError> {
        let index = event.token().0;
        let connection = &mut self.connections[index];
        connection.serve(event, clock, &mut self.buffer, &mut replies)?;
        if connection.wire.has_found() {
            self.damaged.get_or_insert(index);
        }
        if connection.has_ended || self.damaged == Some(index) {
            self.fail(index, false)?;
        }
        Ok(())
    }

    /// Whether a wrong byte has come. Then more bytes are waited for, to tell what happened, and
    /// none are sent.
    pub(crate) fn is_damaged(&self) -> bool {
        self.damaged.is_some()
    }

    /// Nothing more is waited for: fails if a wrong byte has come.
    pub(crate) fn give_up(&self) -> Result<(), LoadError> {
        self.damaged.map_or(Ok(()), |index| self.fail(index, true))
    }

    fn fail(&self, index: usize, over: bool) -> Result<(), LoadError> {
        // What came first is told first: one that is damaged may make a server close others.
        let index = self.damaged.unwrap_or(index);
        self.connections[index].failure(over).map_or(Ok(()), Err)
    }
}
