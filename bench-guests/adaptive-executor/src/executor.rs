use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use pollbench_executor::{PollHost, Pollable, run_queue};
use slab::Slab;

use crate::reactor::{Reactor, TIMER};
use crate::wait_future::{WaitFuture, nanoseconds};
use crate::{Elapsed, JoinHandle, Stalled, join_handle};

/// While tasks stay runnable, the host is polled once at least this many have run.
const TASKS_PER_POLL: usize = 64;

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// A single-threaded executor. Only one can run on a thread at a time. Clones share the
/// same executor.
///
/// In a component the functions at the root of this crate are enough. This type is for
/// running on another host, mostly in tests.
pub struct Executor<H: PollHost> {
    shared: Rc<Shared<H>>,
}

struct Shared<H: PollHost> {
    host: H,
    /// The tasks by key; an entry is `None` while its task runs.
    tasks: RefCell<Slab<Option<Task>>>,
    reactor: RefCell<Reactor<H>>,
}

impl<H: PollHost> Clone for Executor<H> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone() }
    }
}

impl<H: PollHost> Executor<H> {
    /// Creates an executor without tasks, and clears the thread's run queue.
    pub fn new(host: H) -> Self {
        run_queue::clear();
        let reactor = RefCell::new(Reactor::new(host.clone()));
        Self { shared: Rc::new(Shared { host, tasks: RefCell::default(), reactor }) }
    }

    /// The host that the executor runs on.
    pub fn host(&self) -> &H {
        &self.shared.host
    }

    /// Adds a task to the end of the run queue.
    pub fn spawn<T: 'static>(&self, task: impl Future<Output = T> + 'static) -> JoinHandle<T> {
        let (handle, task) = join_handle::new(task);
        self.spawn_detached(task);
        handle
    }

    /// Like [`Executor::spawn`], but without a join handle, which saves an allocation.
    pub fn spawn_detached(&self, task: impl Future<Output = ()> + 'static) {
        let key = self.shared.tasks.borrow_mut().insert(Some(Box::pin(task)));
        run_queue::push(key as u32);
    }

    /// Resolves once `pollable` is ready.
    pub async fn ready(&self, pollable: &Pollable<H>) {
        WaitFuture::one(self, pollable.handle()).await;
    }

    /// Resolves once `duration` has passed since the future was first polled.
    pub async fn sleep(&self, duration: Duration) {
        WaitFuture::timer(self, nanoseconds(duration)).await;
    }

    /// Resolves to whether `pollable` was ready before `limit` had passed.
    pub async fn ready_within(&self, pollable: &Pollable<H>, limit: Duration) -> bool {
        WaitFuture::one_or_timer(self, pollable.handle(), nanoseconds(limit)).await != TIMER
    }

    /// Resolves to the output of `future`, or to [`Elapsed`] if `limit` passes first. For a
    /// pollable, [`Executor::ready_within`] is cheaper.
    pub async fn timeout<F: Future>(
        &self,
        limit: Duration,
        future: F,
    ) -> Result<F::Output, Elapsed> {
        let mut future = pin!(future);
        let mut sleep = pin!(self.sleep(limit));
        poll_fn(|cx| match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending => sleep.as_mut().poll(cx).map(|()| Err(Elapsed)),
        })
        .await
    }

    /// Resolves to the position of the first pollable that is ready.
    ///
    /// # Panics
    /// If there are no pollables.
    pub async fn ready_any(&self, pollables: &[Pollable<H>]) -> usize {
        assert!(!pollables.is_empty(), "nothing to wait for");
        WaitFuture::any(self, pollables).await as usize
    }

    /// Resolves once each of the pollables has been ready.
    pub async fn ready_all(&self, pollables: &[Pollable<H>]) {
        if !pollables.is_empty() {
            WaitFuture::all(self, pollables).await;
        }
    }

    /// Runs until `main` has ended, and drops the tasks that are still running.
    ///
    /// # Errors
    /// [`Stalled`] if nothing could ever wake any of the tasks.
    pub fn block_on<T: 'static>(
        &self,
        main: impl Future<Output = T> + 'static,
    ) -> Result<T, Stalled> {
        let main = self.spawn(main);
        self.run_until(|| main.has_ended())?;
        main.take().ok_or(Stalled)
    }

    /// Runs until every task has ended.
    ///
    /// # Errors
    /// [`Stalled`] if nothing could ever wake any of the tasks.
    pub fn run(&self) -> Result<(), Stalled> {
        self.run_until(|| self.shared.tasks.borrow().is_empty())
    }

    pub(crate) fn reactor(&self) -> &RefCell<Reactor<H>> {
        &self.shared.reactor
    }

    fn run_until(&self, ended: impl Fn() -> bool) -> Result<(), Stalled> {
        let result = loop {
            let work = self.run_tasks();
            if ended() {
                break Ok(());
            }
            if let Err(stalled) = self.turn(work) {
                break Err(stalled);
            }
        };
        // Take the tasks out before dropping them: a destructor inside a task may call the
        // executor, which borrows `tasks`.
        let tasks = self.shared.tasks.take();
        drop(tasks);
        self.shared.reactor.borrow_mut().close();
        result
    }

    /// Runs the runnable tasks in batches until `TASKS_PER_POLL` have run or none is
    /// runnable. Returns how many have run.
    fn run_tasks(&self) -> usize {
        let mut ran = 0;
        while ran < TASKS_PER_POLL && run_queue::len() > 0 {
            for _ in 0..run_queue::len() {
                let Some(key) = run_queue::pop() else { break };
                self.run_task(key);
                ran += 1;
            }
        }
        ran
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

    fn turn(&self, work: usize) -> Result<(), Stalled> {
        let idle = run_queue::len() == 0;
        let mut reactor = self.shared.reactor.borrow_mut();
        let result = reactor.turn(idle, work);
        let mut woken = std::mem::take(&mut reactor.woken);
        drop(reactor);
        // Wake after the borrow of the reactor has ended: a custom waker may call the
        // executor.
        woken.drain(..).for_each(Waker::wake);
        self.shared.reactor.borrow_mut().woken = woken;
        result
    }
}
