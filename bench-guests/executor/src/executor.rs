use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Waker};

use slab::Slab;

use crate::{
    BusyPoll, PollHost, Pollable, Reactor, Ready, Sleep, TimerHeap, Timers, Token, run_queue,
};

#[cfg(test)]
mod policy;
mod waits;

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// The token of the deadline pollable in the reactor; no completion has it.
const DEADLINE: Token = Token(u32::MAX);

/// Every task is waiting, and none of them for anything that the host could report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stalled;

/// A single-threaded executor over one [`Reactor`]. Only one can run on a thread at a time.
/// Clones share the same executor.
pub struct Executor<R: Reactor, H: PollHost, T: Timers<Token> = TimerHeap<Token>> {
    shared: Rc<Shared<R, H, T>>,
}

struct Shared<R: Reactor, H: PollHost, T: Timers<Token>> {
    host: H,
    /// The tasks by key; an entry is `None` while its task runs.
    tasks: RefCell<Slab<Option<Task>>>,
    reactor: RefCell<R>,
    /// The completions by token; each is removed once the waiting future has seen it done.
    completions: RefCell<Slab<Completion>>,
    timers: RefCell<T>,
    deadline: RefCell<Option<Deadline<R, H>>>,
    /// Kept between turns to reuse its memory.
    ready: RefCell<Vec<Token>>,
    /// The most tasks that run in a tick, and the most ticks between two polls.
    tasks_per_tick: usize,
    ticks_per_poll: u64,
}

struct Completion {
    done: bool,
    waker: Waker,
}

/// The earliest deadline of all timers, with the one pollable that stands for it in the
/// reactor.
struct Deadline<R: Reactor, H: PollHost> {
    at: u64,
    key: R::Key,
    pollable: Pollable<H>,
}

impl<R: Reactor, H: PollHost, T: Timers<Token>> Clone for Executor<R, H, T> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone() }
    }
}

impl<R: Reactor, H: PollHost> Executor<R, H> {
    /// Creates an executor without tasks that keeps its timers in a heap.
    pub fn new(host: H, reactor: R) -> Self {
        Self::with(host, reactor, TimerHeap::default(), BusyPoll::default())
    }
}

impl<R: Reactor, H: PollHost, T: Timers<Token>> Executor<R, H, T> {
    /// Creates an executor without tasks that keeps its timers in `timers`, which must be
    /// empty, and polls when `busy_poll` says so.
    pub fn with(host: H, reactor: R, timers: T, busy_poll: BusyPoll) -> Self {
        run_queue::clear();
        let tasks_per_tick = match busy_poll {
            BusyPoll::Task => 1,
            _ => reactor.tasks_per_poll(),
        };
        Self {
            shared: Rc::new(Shared {
                host,
                tasks: RefCell::default(),
                reactor: RefCell::new(reactor),
                completions: RefCell::default(),
                timers: RefCell::new(timers),
                deadline: RefCell::default(),
                ready: RefCell::default(),
                tasks_per_tick,
                ticks_per_poll: busy_poll.ticks(),
            }),
        }
    }

    /// The host that the executor runs on.
    pub fn host(&self) -> &H {
        &self.shared.host
    }

    /// Adds a task to the end of the run queue.
    pub fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        let key = self.shared.tasks.borrow_mut().insert(Some(Box::pin(task)));
        run_queue::push(key as u32);
    }

    /// Resolves once `pollable` is ready.
    pub fn ready<'a>(&'a self, pollable: &'a Pollable<H>) -> Ready<'a, R, H, T> {
        Ready::new(self, pollable.handle())
    }

    /// Resolves once `nanoseconds` have passed since the future was first polled.
    pub fn sleep(&self, nanoseconds: u64) -> Sleep<'_, R, H, T> {
        Sleep::new(self, nanoseconds)
    }

    /// Runs until every task has ended.
    pub fn run(&self) -> Result<(), Stalled> {
        loop {
            self.run_tasks();
            if self.shared.tasks.borrow().is_empty() {
                return Ok(());
            }
            self.turn()?;
        }
    }

    /// Runs tasks until the host is to be polled.
    fn run_tasks(&self) {
        let mut ticks = 0;
        loop {
            self.tick();
            ticks += 1;
            if ticks >= self.shared.ticks_per_poll || run_queue::len() == 0 {
                return;
            }
        }
    }

    /// Runs the tasks that are runnable now; those they wake wait for the next
    /// tick, so that tasks which only yield can't keep the host from being polled.
    fn tick(&self) {
        for _ in 0..run_queue::len().min(self.shared.tasks_per_tick) {
            let Some(key) = run_queue::pop() else { return };
            self.run_task(key);
        }
    }

    fn run_task(&self, key: u32) {
        let slot = key as usize;
        // A waker may outlive its task, so the slot may be empty.
        let Some(mut task) = self.shared.tasks.borrow_mut().get_mut(slot).and_then(Option::take)
        else {
            return;
        };
        let waker = run_queue::waker(key);
        let ended = task.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
        let mut tasks = self.shared.tasks.borrow_mut();
        if ended {
            tasks.remove(slot);
        } else {
            tasks[slot] = Some(task);
        }
    }

    /// Polls the host once: without blocking while a task is runnable, else
    /// until something is ready.
    fn turn(&self) -> Result<(), Stalled> {
        self.arm_deadline();
        let idle = run_queue::len() == 0;
        if self.shared.reactor.borrow().is_empty() {
            return if idle { Err(Stalled) } else { Ok(()) };
        }
        let mut ready = self.shared.ready.take();
        let mut reactor = self.shared.reactor.borrow_mut();
        if !idle || reactor.probes() {
            self.look(&mut reactor, &mut ready);
        }
        if idle && ready.is_empty() {
            reactor.poll(&self.shared.host, None, &mut ready);
        }
        drop(reactor);
        for token in ready.drain(..) {
            match token {
                DEADLINE => self.expire_timers(),
                token => self.complete(token),
            }
        }
        self.shared.ready.replace(ready);
        Ok(())
    }

    /// Polls without blocking. Each poll needs a new marker: a host that learns of events
    /// in its own event loop returns to the loop only for the first poll with a marker.
    fn look(&self, reactor: &mut R, ready: &mut Vec<Token>) {
        if !reactor.look(ready) {
            let host = &self.shared.host;
            let marker = Pollable::timer(host, 0);
            reactor.poll(host, Some(marker.handle()), ready);
        }
    }
}
