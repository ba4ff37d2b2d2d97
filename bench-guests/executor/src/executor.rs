use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Waker};

use slab::Slab;

use crate::timers::{TimerKey, Timers};
use crate::{Handle, PollHost, Pollable, Reactor, Ready, Sleep, Token, run_queue};

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// What the reactor calls the deadline pollable; no completion has this token.
const DEADLINE: Token = Token(u32::MAX);

/// Every task is waiting, and for nothing that the host could report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stalled;

/// A single-threaded executor over one [`Reactor`]; one at a time can run on a
/// thread. A clone is another name for the same executor.
pub struct Executor<R: Reactor, H: PollHost> {
    shared: Rc<Shared<R, H>>,
}

struct Shared<R: Reactor, H: PollHost> {
    host: H,
    /// By task; empty while the task runs.
    tasks: RefCell<Slab<Option<Task>>>,
    reactor: RefCell<R>,
    /// By token, until the future that waits has seen it done.
    completions: RefCell<Slab<Completion>>,
    timers: RefCell<Timers<Token>>,
    deadline: RefCell<Option<Deadline<R, H>>>,
    /// Always ready; made when it is first needed.
    marker: RefCell<Option<Pollable<H>>>,
    /// Kept between turns for its memory.
    ready: RefCell<Vec<Token>>,
}

struct Completion {
    done: bool,
    waker: Waker,
}

/// The earliest of all timers, as the one pollable the reactor knows of.
struct Deadline<R: Reactor, H: PollHost> {
    at: u64,
    key: R::Key,
    pollable: Pollable<H>,
}

impl<R: Reactor, H: PollHost> Clone for Executor<R, H> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone() }
    }
}

impl<R: Reactor, H: PollHost> Executor<R, H> {
    /// An executor without tasks.
    pub fn new(host: H, reactor: R) -> Self {
        run_queue::clear();
        Self {
            shared: Rc::new(Shared {
                host,
                tasks: RefCell::default(),
                reactor: RefCell::new(reactor),
                completions: RefCell::default(),
                timers: RefCell::default(),
                deadline: RefCell::default(),
                marker: RefCell::default(),
                ready: RefCell::default(),
            }),
        }
    }

    /// The host it runs on.
    pub fn host(&self) -> &H {
        &self.shared.host
    }

    /// Adds a task; it runs when its turn comes.
    pub fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        let key = self.shared.tasks.borrow_mut().insert(Some(Box::pin(task)));
        run_queue::push(key as u32);
    }

    /// Resolves once `pollable` is ready.
    pub fn ready<'a>(&'a self, pollable: &'a Pollable<H>) -> Ready<'a, R, H> {
        Ready::new(self, pollable.handle())
    }

    /// Resolves once `nanoseconds` have passed since it was first polled.
    pub fn sleep(&self, nanoseconds: u64) -> Sleep<'_, R, H> {
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

    /// Runs the tasks that are runnable now; those they wake wait for the next
    /// turn, so that tasks which only yield can't keep the host from being polled.
    fn run_tasks(&self) {
        let most = self.shared.reactor.borrow().tasks_per_poll();
        for _ in 0..run_queue::len().min(most) {
            let Some(key) = run_queue::pop() else { return };
            self.run_task(key);
        }
    }

    fn run_task(&self, key: u32) {
        let slot = key as usize;
        // A waker may outlive its task.
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
        let marker = if idle { None } else { Some(self.marker()) };
        let mut ready = self.shared.ready.take();
        self.shared.reactor.borrow_mut().poll(&self.shared.host, marker, &mut ready);
        for token in ready.drain(..) {
            match token {
                DEADLINE => self.expire_timers(),
                token => self.complete(token),
            }
        }
        self.shared.ready.replace(ready);
        Ok(())
    }

    /// Makes the deadline pollable stand for the earliest timer there is now.
    fn arm_deadline(&self) {
        let earliest = self.shared.timers.borrow_mut().earliest();
        let mut deadline = self.shared.deadline.borrow_mut();
        if deadline.as_ref().map(|deadline| deadline.at) == earliest {
            return;
        }
        let mut reactor = self.shared.reactor.borrow_mut();
        if let Some(Deadline { key, pollable, .. }) = deadline.take() {
            reactor.remove(key);
            drop(pollable);
        }
        *deadline = earliest.map(|at| {
            let pollable = Pollable::new(self.host(), self.host().subscribe_instant(at));
            Deadline { at, key: reactor.insert(pollable.handle(), DEADLINE), pollable }
        });
    }

    /// The deadline pollable was reported, which ended its registration.
    fn expire_timers(&self) {
        self.shared.deadline.take();
        let now = self.host().now();
        loop {
            let Some(token) = self.shared.timers.borrow_mut().pop_expired(now) else { return };
            self.complete(token);
        }
    }

    fn complete(&self, token: Token) {
        let mut completions = self.shared.completions.borrow_mut();
        let completion = &mut completions[token.0 as usize];
        completion.done = true;
        completion.waker.wake_by_ref();
    }

    fn marker(&self) -> Handle {
        let mut marker = self.shared.marker.borrow_mut();
        marker
            .get_or_insert_with(|| Pollable::new(self.host(), self.host().subscribe_instant(0)))
            .handle()
    }

    fn new_completion(&self, waker: &Waker) -> Token {
        let completion = Completion { done: false, waker: waker.clone() };
        Token(self.shared.completions.borrow_mut().insert(completion) as u32)
    }

    /// Waits for `handle` in the reactor.
    pub(crate) fn register(&self, handle: Handle, waker: &Waker) -> (Token, R::Key) {
        let token = self.new_completion(waker);
        (token, self.shared.reactor.borrow_mut().insert(handle, token))
    }

    /// Waits for a time in the timers.
    pub(crate) fn register_timer(&self, deadline: u64, waker: &Waker) -> (Token, TimerKey) {
        let token = self.new_completion(waker);
        (token, self.shared.timers.borrow_mut().insert(deadline, token))
    }

    /// Whether what `token` stands for has happened; if so the token is given
    /// back, if not `waker` is woken when it does.
    pub(crate) fn take_completion(&self, token: Token, waker: &Waker) -> bool {
        let mut completions = self.shared.completions.borrow_mut();
        let completion = &mut completions[token.0 as usize];
        if completion.done {
            completions.remove(token.0 as usize);
            return true;
        }
        completion.waker.clone_from(waker);
        false
    }

    /// Ends a wait in the reactor that nobody is interested in any more.
    pub(crate) fn deregister(&self, token: Token, key: R::Key) {
        if !self.shared.completions.borrow_mut().remove(token.0 as usize).done {
            self.shared.reactor.borrow_mut().remove(key);
        }
    }

    /// Ends a wait in the timers that nobody is interested in any more.
    pub(crate) fn deregister_timer(&self, token: Token, key: TimerKey) {
        if !self.shared.completions.borrow_mut().remove(token.0 as usize).done {
            self.shared.timers.borrow_mut().cancel(key);
        }
    }
}
