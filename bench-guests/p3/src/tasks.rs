//! Starting tasks, and knowing when all have ended.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use crate::task::task;

/// The tasks that have not ended. Clones share the same state.
#[derive(Clone, Default)]
pub struct Tasks(Rc<Alive>);

#[derive(Default)]
struct Alive {
    count: Cell<usize>,
    /// The waker to wake when no task is left.
    waiting: RefCell<Option<Waker>>,
}

impl Tasks {
    /// Starts the task with this number.
    pub fn spawn(&self, number: u32) {
        let tasks = self.clone();
        tasks.0.count.update(|count| count + 1);
        wit_bindgen::spawn_local(async move {
            task(tasks.clone(), number).await;
            tasks.ended();
        });
    }

    /// Resolves when no task is left.
    pub async fn all_ended(&self) {
        poll_fn(|cx| {
            if self.0.count.get() == 0 {
                return Poll::Ready(());
            }
            self.0.waiting.replace(Some(cx.waker().clone()));
            Poll::Pending
        })
        .await;
    }

    fn ended(&self) {
        self.0.count.update(|count| count - 1);
        if self.0.count.get() == 0
            && let Some(waiting) = self.0.waiting.take()
        {
            waiting.wake();
        }
    }
}
