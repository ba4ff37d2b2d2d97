//! Functions that act on the executor running on this thread.

use std::cell::RefCell;
use std::future::Future;
use std::time::Duration;

use pollbench_executor::{Handle, Pollable as Owned};

use crate::wait_future::WaitFuture;
use crate::{Elapsed, Executor, JoinHandle, Stalled};

/// The host of this target: WASI in a component, a host with virtual time elsewhere.
#[cfg(target_family = "wasm")]
pub type Host = crate::wasi::Wasi;
/// The host of this target: WASI in a component, a host with virtual time elsewhere.
#[cfg(not(target_family = "wasm"))]
pub type Host = crate::VirtualHost;

/// A pollable that is dropped when it goes out of scope.
pub type Pollable = Owned<Host>;

thread_local! {
    static CURRENT: RefCell<Option<Executor<Host>>> = const { RefCell::new(None) };
}

/// Clears the thread's executor when dropped, even if `main` panics.
struct Running;

impl Drop for Running {
    fn drop(&mut self) {
        CURRENT.take();
    }
}

/// Runs `main` and the tasks it spawns until `main` has ended; tasks that are still running
/// are dropped.
///
/// # Errors
/// [`Stalled`] if nothing could ever wake any of the tasks.
///
/// # Panics
/// If it is called by a task.
///
/// # Examples
/// ```
/// use pollbench_adaptive_executor::{run, spawn};
///
/// let sum = run(async {
///     let squares = [1, 2, 3].map(|number| spawn(async move { number * number }));
///     let mut sum = 0;
///     for square in squares {
///         sum += square.await;
///     }
///     sum
/// });
/// assert_eq!(sum, Ok(14));
/// ```
pub fn run<T: 'static>(main: impl Future<Output = T> + 'static) -> Result<T, Stalled> {
    let executor = Executor::new(Host::default());
    let before = CURRENT.replace(Some(executor.clone()));
    let _running = Running;
    assert!(before.is_none(), "`run` was called by a task");
    executor.block_on(main)
}

fn current() -> Executor<Host> {
    CURRENT.with_borrow(Clone::clone).expect("called by a task of `run`")
}

/// The host of the executor that is running.
///
/// # Panics
/// When called outside of [`run`], as every other function here except `run`.
pub fn host() -> Host {
    current().host().clone()
}

/// Adds a task to the end of the run queue. The handle resolves to the task's output;
/// dropping it leaves the task running.
pub fn spawn<T: 'static>(task: impl Future<Output = T> + 'static) -> JoinHandle<T> {
    current().spawn(task)
}

/// Resolves once `duration` has passed since the future was first polled.
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use pollbench_adaptive_executor::{run, sleep};
///
/// run(sleep(Duration::from_millis(20)))?;
/// # Ok::<(), pollbench_adaptive_executor::Stalled>(())
/// ```
pub async fn sleep(duration: Duration) {
    current().sleep(duration).await;
}

/// Resolves to the output of `future`, or to [`Elapsed`] if `limit` passes first; `future`
/// is dropped then.
///
/// # Examples
/// ```
/// use std::future::pending;
/// use std::time::Duration;
/// use pollbench_adaptive_executor::{Elapsed, run, timeout};
///
/// let result = run(timeout(Duration::from_secs(1), pending::<()>()))?;
/// assert_eq!(result, Err(Elapsed));
/// # Ok::<(), pollbench_adaptive_executor::Stalled>(())
/// ```
pub async fn timeout<F: Future>(limit: Duration, future: F) -> Result<F::Output, Elapsed> {
    current().timeout(limit, future).await
}

/// Takes ownership of a pollable by the number of its handle, which bindings made
/// by wit-bindgen give away as `pollable.take_handle()`.
///
/// # Safety
/// `handle` must name a pollable of this host that nothing else owns. The pollable is
/// dropped with the returned value, and the host may then reuse the number for another
/// resource.
///
/// ```compile_fail,E0133
/// use pollbench_adaptive_executor::{adopt, run};
///
/// let _ = run(async { drop(adopt(7)) });
/// ```
pub unsafe fn adopt(handle: u32) -> Pollable {
    // SAFETY: the caller upholds the same contract.
    unsafe { Pollable::adopt(current().host(), Handle(handle)) }
}

/// Resolves once `pollable` is ready.
pub async fn ready(pollable: &Pollable) {
    current().ready(pollable).await;
}

/// Resolves once a pollable that the caller keeps is ready. `handle` is the number of its
/// handle, which bindings made by wit-bindgen give as `pollable.handle()`.
///
/// # Safety
/// `handle` must name a pollable of this host that is not dropped before this future has
/// resolved or is dropped itself.
///
/// ```compile_fail,E0133
/// use pollbench_adaptive_executor::{ready_raw, run};
///
/// let _ = run(async { ready_raw(7).await });
/// ```
pub async unsafe fn ready_raw(handle: u32) {
    WaitFuture::one(&current(), Handle(handle)).await;
}

/// Resolves to whether `pollable` was ready before `limit` had passed.
pub async fn ready_within(pollable: &Pollable, limit: Duration) -> bool {
    current().ready_within(pollable, limit).await
}

/// Resolves to the position of the first pollable that is ready. A wake-up costs the same
/// however many pollables there are.
///
/// # Panics
/// If there are no pollables.
pub async fn ready_any(pollables: &[Pollable]) -> usize {
    current().ready_any(pollables).await
}

/// Resolves once each of the pollables has been ready. A wake-up costs the same however
/// many pollables there are.
pub async fn ready_all(pollables: &[Pollable]) {
    current().ready_all(pollables).await;
}
