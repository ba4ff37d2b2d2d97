//! A model of sockets in memory. Whenever the server waits for nothing that has happened, the
//! next act of a client happens; when none is left, time goes on to the next timer.

mod connection;
mod net;

use std::cell::RefCell;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use pollbench_executor::Handle;
use pollbench_live::Timers;

use connection::Connection;
use net::ModelNet;

/// What a client does. A client that has no connection yet sends and takes nothing.
#[derive(Clone, Debug)]
pub enum Act {
    /// It connects, if it has not yet.
    Connect(usize),
    /// It sends these bytes.
    Send(usize, Vec<u8>),
    /// It takes up to so many bytes of what has come back, which makes room.
    Take(usize, usize),
}

/// The run has ended, because nothing is left to happen.
struct Over;

/// Runs a server until nothing is left to happen.
pub fn served(run: impl FnOnce()) {
    let Err(why) = catch_unwind(AssertUnwindSafe(run)) else { return };
    if !why.is::<Over>() {
        resume_unwind(why);
    }
}

/// Clients and their connections.
#[derive(Clone)]
pub struct World(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    now: u64,
    timers: Option<Timers>,
    acts: VecDeque<Act>,
    /// The connections by client.
    clients: HashMap<usize, Connection>,
    /// Clients that have connected and were not accepted.
    waiting: VecDeque<usize>,
    pollables: HashMap<u32, What>,
    next_handle: u32,
    /// What the server did wrong.
    wrong: Vec<String>,
}

/// What a pollable stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum What {
    Acceptable,
    Readable(usize),
    Writable(usize),
    Time(u64),
}

impl World {
    pub fn new(acts: &[Act], timers: Option<Timers>) -> Self {
        let acts = acts.iter().cloned().collect();
        let state = State { acts, timers, now: 1, ..State::default() };
        Self(Rc::new(RefCell::new(state)))
    }

    pub fn net(&self) -> ModelNet {
        ModelNet::new(self.0.clone())
    }

    /// Everything came back, and nothing is left.
    pub fn check(&self, executor: &str) {
        let state = self.0.borrow();
        assert!(state.wrong.is_empty(), "{executor}: {:?}", state.wrong);
        assert!(state.waiting.is_empty(), "{executor}: {:?} were not accepted", state.waiting);
        for (client, it) in &state.clients {
            it.check(&format!("{executor}, client {client}, {:?}", state.timers));
        }
    }
}

impl State {
    fn make(&mut self, what: What) -> Handle {
        self.next_handle += 1;
        self.pollables.insert(self.next_handle, what);
        Handle(self.next_handle)
    }

    fn is_ready(&self, handle: Handle) -> bool {
        match self.pollables[&handle.0] {
            What::Acceptable => !self.waiting.is_empty(),
            What::Readable(client) => self.clients[&client].is_readable(),
            What::Writable(client) => self.clients[&client].room() > 0,
            What::Time(when) => self.now >= when,
        }
    }

    /// The next act happens. Behind the last one, clients take all that comes back, and then
    /// close their connections. Returns false if nothing is left.
    fn act(&mut self) -> bool {
        match self.acts.pop_front() {
            Some(Act::Connect(client)) => {
                if let Entry::Vacant(it) = self.clients.entry(client) {
                    it.insert(Connection::new(self.timers));
                    self.waiting.push_back(client);
                }
            }
            Some(Act::Send(client, bytes)) => self.with(client, |it| it.send(&bytes)),
            Some(Act::Take(client, most)) => self.with(client, |it| it.take(most)),
            None => {
                let mut has_changed = false;
                self.clients.values_mut().for_each(|it| has_changed |= it.end());
                return has_changed;
            }
        }
        true
    }

    /// Time goes on to the first of these timers. Returns false if none of them is one.
    fn pass(&mut self, handles: &[Handle]) -> bool {
        let timers = handles.iter().filter_map(|it| match self.pollables[&it.0] {
            What::Time(when) => Some(when),
            _ => None,
        });
        let first = timers.min();
        self.now = first.map_or(self.now, |it| it.max(self.now));
        first.is_some()
    }

    fn with(&mut self, client: usize, act: impl FnOnce(&mut Connection)) {
        if let Some(connection) = self.clients.get_mut(&client) {
            act(connection);
        }
    }
}
