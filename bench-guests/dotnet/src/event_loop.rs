use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Waker};

use pollbench_executor::{Driver, Failure, Handle, Pollable};
use slab::Slab;

use crate::holder::{Holder, Promise, Then};
use crate::task;
use crate::timer_queue::{MILLISECOND, TimerKey, TimerQueue};

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// The event loop with its state. Clones share the same loop.
pub struct EventLoop<H: Driver> {
    shared: Rc<Shared<H>>,
}

struct Shared<H: Driver> {
    host: H,
    /// The tasks by key; an entry is `None` while its task runs.
    tasks: RefCell<Slab<Option<Task>>>,
    running: Cell<usize>,
    /// The queue of the thread pool, whose only thread is this one.
    work: RefCell<VecDeque<Work<H>>>,
    pollables: RefCell<Vec<Rc<Holder<H>>>>,
    check_scheduled: Cell<bool>,
    timers: RefCell<TimerQueue<Callback<H>>>,
}

/// A work item.
enum Work<H: Driver> {
    Run(usize),
    CheckPollables,
    HandleTimers,
    Call(Callback<H>),
}

/// What a timer does when it fires.
pub enum Callback<H: Driver> {
    /// A delay is over.
    Resolve(Rc<Promise>),
    /// The time limit of a pollable has passed.
    Cancel(Rc<Holder<H>>),
}

impl<H: Driver> Clone for EventLoop<H> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone() }
    }
}

impl<H: Driver> EventLoop<H> {
    pub fn new(host: H) -> Self {
        let now = host.now() / MILLISECOND;
        Self {
            shared: Rc::new(Shared {
                host,
                tasks: RefCell::default(),
                running: Cell::default(),
                work: RefCell::default(),
                pollables: RefCell::default(),
                check_scheduled: Cell::default(),
                timers: RefCell::new(TimerQueue::new(now)),
            }),
        }
    }

    pub fn host(&self) -> &H {
        &self.shared.host
    }

    /// Queues the task with this number.
    pub fn start(&self, number: u32) {
        let task = Box::pin(task::task(self.clone(), number));
        let key = self.shared.tasks.borrow_mut().insert(Some(task));
        self.queue(Work::Run(key));
    }

    /// Runs work items until every task has ended. .NET would go on without blocking for
    /// the rest of a quantum of 30 ms, which changes nothing once all tasks have ended.
    pub fn run(&self) -> Result<(), Failure> {
        while !self.shared.tasks.borrow().is_empty() {
            let next = self.shared.work.borrow_mut().pop_front();
            match next {
                Some(Work::Run(task)) => self.run_task(task),
                Some(Work::CheckPollables) => self.check_pollables(),
                Some(Work::HandleTimers) => self.handle_timers(),
                Some(Work::Call(callback)) => self.call(callback),
                None => return Err("every task waits and nothing is registered".into()),
            }
        }
        Ok(())
    }

    /// Queues the running task again, behind the work items that are already queued.
    pub fn queue_running(&self) {
        self.queue(Work::Run(self.shared.running.get()));
    }

    /// A promise for the running task, which resolves once `missing` events have happened.
    pub fn promise(&self, missing: usize) -> Rc<Promise> {
        Promise::new(self.shared.running.get(), missing)
    }

    /// Adds a pollable to the list.
    pub fn register(&self, holder: Holder<H>) -> Rc<Holder<H>> {
        let holder = Rc::new(holder);
        self.shared.pollables.borrow_mut().push(holder.clone());
        self.schedule_check();
        holder
    }

    /// Calls back in `milliseconds`.
    pub fn set_timer(&self, milliseconds: u64, callback: Callback<H>) -> TimerKey {
        let mut timers = self.shared.timers.borrow_mut();
        let (key, wait) = timers.insert(milliseconds, callback, &|| self.ticks());
        drop(timers);
        self.subscribe_timers(wait);
        key
    }

    /// Deletes a timer. If a pollable was made for it, that stays in the list.
    pub fn delete_timer(&self, key: TimerKey) {
        self.shared.timers.borrow_mut().delete(key);
    }

    fn queue(&self, work: Work<H>) {
        self.shared.work.borrow_mut().push_back(work);
    }

    fn run_task(&self, key: usize) {
        let Some(mut task) = self.shared.tasks.borrow_mut()[key].take() else { return };
        self.shared.running.set(key);
        let ended = task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
        let mut tasks = self.shared.tasks.borrow_mut();
        if ended {
            tasks.remove(key);
        } else {
            tasks[key] = Some(task);
        }
    }

    fn schedule_check(&self) {
        if !self.shared.check_scheduled.get() && !self.shared.pollables.borrow().is_empty() {
            self.shared.check_scheduled.set(true);
            self.queue(Work::CheckPollables);
        }
    }

    /// One turn of the loop. The tasks of ready pollables run within it, so the pollables
    /// that they register come before those that were not ready.
    fn check_pollables(&self) {
        self.shared.check_scheduled.set(false);
        let mut pollables = self.shared.pollables.borrow_mut();
        let holders: Vec<_> = pollables.drain(..).filter(|it| !it.is_disposed()).collect();
        drop(pollables);
        let mut pending: Vec<Handle> = holders.iter().map(|it| it.handle()).collect();
        if pending.is_empty() {
            return;
        }
        let has_work = !self.shared.work.borrow().is_empty();
        let resolved = has_work.then(|| self.resolved_pollable());
        pending.extend(resolved.as_ref().map(Pollable::handle));
        let mut positions = Vec::new();
        self.host().poll(&pending, &mut positions);
        drop(resolved);
        // The position of the resolved pollable is beyond the holders.
        for holder in positions.iter().filter_map(|it| holders.get(*it as usize)) {
            if holder.dispose() {
                self.follow(&holder.then);
            }
        }
        let left = holders.into_iter().filter(|it| !it.is_disposed());
        self.shared.pollables.borrow_mut().extend(left);
        self.schedule_check();
    }

    fn follow(&self, then: &Then) {
        match then {
            Then::Resolve(promise, number) => self.resolve(promise, *number),
            Then::Timers => self.queue(Work::HandleTimers),
        }
    }

    /// Runs the promise's task at once if this was the last event it waited for.
    fn resolve(&self, promise: &Promise, number: u32) {
        if promise.resolve_one(number) {
            self.run_task(promise.task);
        }
    }

    fn handle_timers(&self) {
        let (fired, wait) = self.shared.timers.borrow_mut().handle(&|| self.ticks());
        self.subscribe_timers(wait);
        let mut fired = fired.into_iter();
        let first = fired.next();
        fired.for_each(|callback| self.queue(Work::Call(callback)));
        if let Some(callback) = first {
            self.call(callback);
        }
    }

    fn call(&self, callback: Callback<H>) {
        match callback {
            Callback::Resolve(promise) => self.resolve(&promise, 0),
            Callback::Cancel(holder) if holder.dispose() => {
                if let Then::Resolve(promise, _) = &holder.then {
                    self.resolve(promise, 1);
                }
            }
            Callback::Cancel(_) => {}
        }
    }

    /// Adds one more pollable for the timers. Earlier ones stay in the list.
    fn subscribe_timers(&self, wait: Option<u64>) {
        let Some(milliseconds) = wait else { return };
        let deadline = self.host().now().saturating_add(milliseconds.saturating_mul(MILLISECOND));
        let pollable = Pollable::timer(self.host(), deadline);
        self.register(Holder::owning(pollable, Then::Timers));
    }

    /// .NET creates one resolved pollable and keeps it. With that, a busy program on
    /// wasmtime never sees its other pollables again, because only a new one lets the host
    /// look for new events. So this guest creates one for each poll.
    fn resolved_pollable(&self) -> Pollable<H> {
        Pollable::timer(self.host(), 0)
    }

    /// `Environment.TickCount64`: the clock, rounded down to milliseconds.
    fn ticks(&self) -> u64 {
        self.host().now() / MILLISECOND
    }
}
