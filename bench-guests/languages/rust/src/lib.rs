//! An executor over Rust's standard library, for the target `wasm32-wasip2`: a future and a
//! waker for each task, and a reactor that polls what the futures wait for.

mod reactor;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use exports::pollbench::bench::executor::{Description, Failure, Guest};
use pollbench::bench::driver::Step;
use pollbench::bench::stream_driver::{StreamStep, next};
use reactor::Reactor;
use wasi::clocks::monotonic_clock::subscribe_duration;
use wasi::io::streams::InputStream;

wit_bindgen::generate!({ world: "guest-streams", generate_all });

struct RustStd;
export!(RustStd);

/// The numbers of the tasks that can run. Wakers have to be `Send` and `Sync`, though a
/// component has one thread.
type Queue = Arc<Mutex<VecDeque<u32>>>;

/// Puts its task into the queue, once until the task has run.
struct TaskWaker {
    task: u32,
    is_queued: AtomicBool,
    queue: Queue,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        if !self.is_queued.swap(true, Ordering::Relaxed) {
            self.queue.lock().unwrap_or_else(PoisonError::into_inner).push_back(self.task);
        }
    }
}

struct Task {
    future: Pin<Box<dyn Future<Output = ()>>>,
    waker: Arc<TaskWaker>,
}

/// What the futures share with the loop.
#[derive(Clone, Default)]
struct Executor {
    queue: Queue,
    /// By number; nothing where a task has ended, runs, or was never started.
    tasks: Rc<RefCell<Vec<Option<Task>>>>,
    reactor: Rc<Reactor>,
}

impl Executor {
    fn spawn(&self, task: u32) {
        let future = Box::pin(script(self.clone(), task));
        let waker =
            Arc::new(TaskWaker { task, is_queued: false.into(), queue: self.queue.clone() });
        let mut tasks = self.tasks.borrow_mut();
        if task as usize >= tasks.len() {
            tasks.resize_with(task as usize + 1, || None);
        }
        waker.clone().wake();
        tasks[task as usize] = Some(Task { future, waker });
    }

    fn runnable(&self) -> VecDeque<u32> {
        std::mem::take(&mut self.queue.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn run_task(&self, number: u32) {
        let slot = || self.tasks.borrow_mut();
        let Some(mut task) = slot()[number as usize].take() else { return };
        task.waker.is_queued.store(false, Ordering::Relaxed);
        let waker = Waker::from(task.waker.clone());
        if task.future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
            slot()[number as usize] = Some(task);
        }
    }
}

impl Guest for RustStd {
    fn describe() -> Description {
        Description {
            name: "rust-std".into(),
            strategy: "a map".into(),
            summary: "futures and wakers of the standard library".into(),
            knobs: vec![],
        }
    }

    fn run(tasks: u32, _knobs: Vec<u64>) -> Result<(), Failure> {
        let executor = Executor::default();
        (0..tasks).for_each(|task| executor.spawn(task));
        loop {
            executor.runnable().into_iter().for_each(|task| executor.run_task(task));
            let is_busy = !executor.queue.lock().unwrap_or_else(PoisonError::into_inner).is_empty();
            if !executor.reactor.turn(is_busy) && !is_busy {
                // Nobody can run and nobody waits: all have ended.
                return Ok(());
            }
        }
    }
}

/// A task: it does what the host says until that is `done`.
async fn script(executor: Executor, task: u32) {
    let reactor = &executor.reactor;
    let mut kept = None;
    let mut outcome = 0;
    loop {
        let step = match next(task, outcome) {
            StreamStep::Plain(step) => step,
            StreamStep::Read(stream) => {
                kept = None;
                outcome = read(reactor, &stream).await;
                continue;
            }
        };
        if !matches!(step, Step::Again) {
            kept = None;
        }
        outcome = 0;
        match step {
            Step::Wait(pollable) => {
                let pollable = Rc::new(pollable);
                reactor.ready(Rc::clone(&pollable)).await;
                kept = Some(pollable);
            }
            Step::Again => {
                if let Some(pollable) = &kept {
                    reactor.ready(Rc::clone(pollable)).await;
                }
            }
            Step::Sleep(nanoseconds) => {
                reactor.first(vec![subscribe_duration(nanoseconds)]).await;
            }
            Step::Timeout((pollable, nanoseconds)) => {
                outcome = reactor.first(vec![pollable, subscribe_duration(nanoseconds)]).await;
            }
            Step::Race(pollables) => outcome = reactor.first(pollables).await,
            Step::Join(pollables) => reactor.every(pollables).await,
            Step::Yield => yield_now().await,
            Step::Spawn(other) => executor.spawn(other),
            Step::Done => return,
        }
    }
}

/// Reads a stream to its end, and returns the number of bytes.
async fn read(reactor: &Reactor, stream: &InputStream) -> u32 {
    let pollable = Rc::new(stream.subscribe());
    let mut bytes = 0;
    loop {
        reactor.ready(Rc::clone(&pollable)).await;
        match stream.read(64 * 1024) {
            Ok(chunk) => bytes += chunk.len(),
            Err(_) => return bytes as u32,
        }
    }
}

/// Lets every other task that can run go first.
async fn yield_now() {
    let mut has_yielded = false;
    poll_fn(|context| {
        if std::mem::replace(&mut has_yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
