use std::cell::RefCell;
use std::panic::resume_unwind;
use std::rc::Rc;

use pollbench_executor::{Handle, PollHost};
use pollbench_live::{Net, Read, Socket};

use super::connection::Connection;
use super::{Over, State, What};

/// The server's side of the model.
#[derive(Clone)]
pub struct ModelNet(Rc<RefCell<State>>);

/// A connection that was accepted.
pub struct ModelSocket {
    state: Rc<RefCell<State>>,
    client: usize,
}

impl ModelNet {
    pub(super) fn new(state: Rc<RefCell<State>>) -> Self {
        Self(state)
    }
}

impl PollHost for ModelNet {
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        let mut state = self.0.borrow_mut();
        assert!(!handles.is_empty(), "a poll of nothing traps");
        ready.clear();
        loop {
            let positions = (0_u32..).zip(handles);
            ready.extend(positions.filter(|(_, it)| state.is_ready(**it)).map(|(at, _)| at));
            if !ready.is_empty() {
                return;
            }
            if !state.act() && !state.pass(handles) {
                drop(state);
                resume_unwind(Box::new(Over));
            }
        }
    }

    fn now(&self) -> u64 {
        self.0.borrow().now
    }

    fn subscribe_instant(&self, deadline: u64) -> Handle {
        self.0.borrow_mut().make(What::Time(deadline))
    }

    fn drop(&self, handle: Handle) {
        let mut state = self.0.borrow_mut();
        if state.pollables.remove(&handle.0).is_none() {
            state.wrong.push(format!("{handle:?} was dropped twice"));
        }
    }
}

impl Net for ModelNet {
    type Socket = ModelSocket;

    fn accept(&self) -> Option<ModelSocket> {
        let client = self.0.borrow_mut().waiting.pop_front()?;
        Some(ModelSocket { state: self.0.clone(), client })
    }

    fn acceptable(&self) -> Handle {
        self.0.borrow_mut().make(What::Acceptable)
    }
}

impl ModelSocket {
    fn with<R>(&self, f: impl FnOnce(&mut Connection, u64) -> R) -> R {
        let mut state = self.state.borrow_mut();
        let now = state.now;
        f(state.clients.get_mut(&self.client).expect("it has connected"), now)
    }
}

impl Socket for ModelSocket {
    fn read(&mut self) -> Read {
        self.with(Connection::read)
    }

    fn readable(&self) -> Handle {
        self.state.borrow_mut().make(What::Readable(self.client))
    }

    fn write(&mut self, bytes: &[u8]) -> Option<usize> {
        Some(self.with(|it, now| it.write(bytes, now)))
    }

    fn writable(&self) -> Handle {
        self.state.borrow_mut().make(What::Writable(self.client))
    }

    fn has_left(&mut self) -> bool {
        self.with(|it, _| it.has_left())
    }
}

impl Drop for ModelSocket {
    fn drop(&mut self) {
        let mut state = self.state.borrow_mut();
        let own = [What::Readable(self.client), What::Writable(self.client)];
        if state.pollables.values().any(|it| own.contains(it)) {
            state.wrong.push(format!("connection {} was dropped before its pollable", self.client));
        }
        state.clients.get_mut(&self.client).expect("it has connected").drop_by_server();
    }
}
