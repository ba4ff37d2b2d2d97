use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// Resolves to the output of a task. Dropping the handle leaves the task running.
pub struct JoinHandle<T> {
    result: Rc<RefCell<Outcome<T>>>,
}

enum Outcome<T> {
    /// The waker of the task that awaits the handle, if there is one.
    Running(Option<Waker>),
    Ended(T),
    Taken,
}

impl<T> JoinHandle<T> {
    pub(crate) fn has_ended(&self) -> bool {
        matches!(*self.result.borrow(), Outcome::Ended(_))
    }

    /// Takes the output, if the task has ended and it was not taken before.
    pub(crate) fn take(&self) -> Option<T> {
        match self.result.replace(Outcome::Taken) {
            Outcome::Ended(value) => Some(value),
            _ => None,
        }
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ended = !matches!(*self.result.borrow(), Outcome::Running(_));
        f.debug_struct("JoinHandle").field("ended", &ended).finish_non_exhaustive()
    }
}

/// Returns a join handle and the task to spawn, which stores the output of `task` for the
/// handle.
pub(crate) fn new<T>(task: impl Future<Output = T>) -> (JoinHandle<T>, impl Future<Output = ()>) {
    let result = Rc::new(RefCell::new(Outcome::Running(None)));
    let handle = JoinHandle { result: result.clone() };
    let task = async move {
        let outcome = result.replace(Outcome::Ended(task.await));
        if let Outcome::Running(Some(waker)) = outcome {
            waker.wake();
        }
    };
    (handle, task)
}

impl<T> Future for JoinHandle<T> {
    type Output = T;

    /// # Panics
    /// When it is polled after it has resolved.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let mut result = self.result.borrow_mut();
        match std::mem::replace(&mut *result, Outcome::Taken) {
            Outcome::Running(_) => {
                *result = Outcome::Running(Some(cx.waker().clone()));
                Poll::Pending
            }
            Outcome::Ended(value) => Poll::Ready(value),
            Outcome::Taken => panic!("a join handle was polled after it had resolved"),
        }
    }
}
