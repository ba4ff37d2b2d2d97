use std::cell::RefCell;
use std::rc::Rc;

use pollbench_executor::{Driver, Handle, PollHost, Step};

use crate::connection::{Awaited, Connection};
use crate::net::Net;
use crate::no_streams::NoStreams;
use pollbench_live_orders::Timers;

/// The number of the task that accepts connections. Each of the others has one connection.
const ACCEPTS: u32 = 0;

/// An echo server, as the driver of an executor's tasks: it sends back every byte of every
/// connection, at once or after a timer, and never ends by itself.
pub struct Echo<N: Net> {
    net: N,
    shared: Rc<RefCell<Shared<N>>>,
}

struct Shared<N: Net> {
    /// The connections by the number of their task less one; `None` once one has ended. So each
    /// connection leaves a few bytes behind, for the number of a task is used once.
    connections: Vec<Option<Box<Connection<N::Socket>>>>,
    /// Whether the accepting task still has the pollable that it has waited for.
    keeps_acceptable: bool,
    /// Whether the executor can wait for a pollable again.
    waits_again: bool,
    timers: Option<Timers>,
}

impl<N: Net> Echo<N> {
    /// A server that has no connection yet. `waits_again` says whether the executor can wait
    /// for one pollable again and again; otherwise it gets a new one each time, as a program
    /// over it has to make one. With `timers`, a request is answered when its own has ended.
    pub fn new(net: N, waits_again: bool, timers: Option<Timers>) -> Self {
        let shared =
            Shared { connections: Vec::new(), keeps_acceptable: false, waits_again, timers };
        Self { net, shared: Rc::new(RefCell::new(shared)) }
    }

    fn accept(&self, shared: &mut Shared<N>) -> Step {
        if let Some(socket) = self.net.accept() {
            shared.keeps_acceptable = false;
            shared.connections.push(Some(Box::new(Connection::new(socket, shared.timers))));
            return Step::Spawn(shared.connections.len() as u32);
        }
        if shared.keeps_acceptable && shared.waits_again {
            return Step::Again;
        }
        shared.keeps_acceptable = true;
        Step::Wait(self.net.acceptable())
    }
}

impl<N: Net> Shared<N> {
    fn serve(&mut self, net: &N, task: u32) -> Step {
        let place = &mut self.connections[task as usize - 1];
        let Some(connection) = place.as_mut().filter(|it| !it.has_ended()) else {
            *place = None;
            return Step::Done;
        };
        match connection.go_on() {
            // The executor drops the pollable of the connection only after this step, and it
            // has to be dropped before the connection is. So the task waits once more, for a
            // moment that has passed.
            None => Step::Wait(net.subscribe_instant(0)),
            Some(Awaited::Timer(nanoseconds)) => Step::Sleep(nanoseconds),
            Some(Awaited::Side(side)) if self.waits_again => {
                connection.pollable(side).map_or(Step::Again, Step::Wait)
            }
            Some(Awaited::Side(side)) => Step::Wait(connection.fresh(side)),
        }
    }
}

impl<N: Net> Clone for Echo<N> {
    fn clone(&self) -> Self {
        Self { net: self.net.clone(), shared: self.shared.clone() }
    }
}

impl<N: Net> Driver for Echo<N> {
    type Streams = NoStreams;

    fn next(&self, task: u32, _outcome: u32) -> Step {
        let mut shared = self.shared.borrow_mut();
        match task {
            ACCEPTS => self.accept(&mut shared),
            task => shared.serve(&self.net, task),
        }
    }

    fn streams(&self) -> &NoStreams {
        &NoStreams
    }
}

impl<N: Net> PollHost for Echo<N> {
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        self.net.poll(handles, ready);
    }

    fn is_ready(&self, handle: Handle) -> bool {
        self.net.is_ready(handle)
    }

    fn now(&self) -> u64 {
        self.net.now()
    }

    fn subscribe_instant(&self, deadline: u64) -> Handle {
        self.net.subscribe_instant(deadline)
    }

    fn drop(&self, handle: Handle) {
        self.net.drop(handle);
    }
}
