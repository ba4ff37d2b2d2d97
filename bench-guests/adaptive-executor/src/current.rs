//! The executor that runs on this thread, by functions.

use std::cell::RefCell;
use std::future::Future;
use std::time::Duration;

use pollbench_executor::{Handle, Pollable as Owned};

use crate::wait::Wait;
use crate::{Elapsed, Executor, JoinHandle, Stalled};

/// The host of this target: in a component WASI, elsewhere one of virtual time.
#[cfg(target_family = "wasm")]
pub type Host = crate::wasi::Wasi;
/// The host of this target: in a component WASI, elsewhere one of virtual time.
#[cfg(not(target_family = "wasm"))]
pub type Host = crate::VirtualHost;

/// A pollable that is dropped when it goes out of scope.
pub type Pollable = Owned<Host>;

thread_local! {
    static CURRENT: RefCell<Option<Executor<Host>>> = const { RefCell::new(None) };
}

/// Ends the run even if `main` panics.
struct Running;

impl Drop for Running {
    fn drop(&mut self) {
        CURRENT.take();
    }
}

/// Runs `main` and the tasks it spawns until `main` has ended; the tasks which
/// have not are dropped.
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
/// Outside of [`run`], as all functions here but that.
pub fn host() -> Host {
    current().host().clone()
}

/// Adds a task; it runs when its turn comes. The handle resolves to its output,
/// and can be dropped.
pub fn spawn<T: 'static>(task: impl Future<Output = T> + 'static) -> JoinHandle<T> {
    current().spawn(task)
}

/// Resolves once a time has passed since it was first polled.
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

/// What `future` comes to, or [`Elapsed`] if a time passes first; the future is
/// dropped then.
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
/// `handle` is that of a pollable of this host, and nobody else owns it: it is dropped with
/// what is returned, and may be another resource's from then on.
///
/// ```compile_fail,E0133
/// use pollbench_adaptive_executor::{adopt, run};
///
/// let _ = run(async { drop(adopt(7)) });
/// ```
pub unsafe fn adopt(handle: u32) -> Pollable {
    Pollable::new(current().host(), Handle(handle))
}

/// Resolves once `pollable` is ready.
pub async fn ready(pollable: &Pollable) {
    current().ready(pollable).await;
}

/// Resolves once a pollable is ready that stays with somebody else, who must not
/// drop it before that: bindings made by wit-bindgen name it `pollable.handle()`.
///
/// # Safety
/// `handle` is that of a pollable of this host, which nobody drops before this future has
/// resolved or is dropped.
///
/// ```compile_fail,E0133
/// use pollbench_adaptive_executor::{ready_raw, run};
///
/// let _ = run(async { ready_raw(7).await });
/// ```
pub async unsafe fn ready_raw(handle: u32) {
    Wait::one(&current(), Handle(handle)).await;
}

/// Whether `pollable` was ready before a time had passed.
pub async fn ready_within(pollable: &Pollable, limit: Duration) -> bool {
    current().ready_within(pollable, limit).await
}

/// Resolves once one of the pollables is ready, to its position. A wake-up costs
/// the same however many there are.
///
/// # Panics
/// If there are none.
pub async fn ready_any(pollables: &[Pollable]) -> usize {
    current().ready_any(pollables).await
}

/// Resolves once each of the pollables has been ready. A wake-up costs the same
/// however many there are.
pub async fn ready_all(pollables: &[Pollable]) {
    current().ready_all(pollables).await;
}
