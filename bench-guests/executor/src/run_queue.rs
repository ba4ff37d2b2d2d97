//! The queue of runnable tasks, and wakers that put a task into it.
//!
//! A waker is only a task's number: no allocation, no reference count. It puts the task
//! into the queue of the thread on which it is woken, which makes the safe `Waker` type
//! sound here without a lock.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ptr;
use std::task::{RawWaker, RawWakerVTable, Waker};

#[derive(Default)]
struct RunQueue {
    runnable: VecDeque<u32>,
    /// By task: whether it is in `runnable`, so that it is there only once.
    queued: Vec<bool>,
}

thread_local! {
    static QUEUE: RefCell<RunQueue> = RefCell::default();
}

/// Forgets every runnable task.
pub fn clear() {
    QUEUE.with_borrow_mut(|queue| *queue = RunQueue::default());
}

/// Makes `task` runnable.
pub fn push(task: u32) {
    QUEUE.with_borrow_mut(|queue| {
        let index = task as usize;
        if index >= queue.queued.len() {
            queue.queued.resize(index + 1, false);
        }
        if !queue.queued[index] {
            queue.queued[index] = true;
            queue.runnable.push_back(task);
        }
    });
}

/// Takes the task that has been runnable for longest.
pub fn pop() -> Option<u32> {
    QUEUE.with_borrow_mut(|queue| {
        let task = queue.runnable.pop_front()?;
        queue.queued[task as usize] = false;
        Some(task)
    })
}

/// How many tasks are runnable.
pub fn len() -> usize {
    QUEUE.with_borrow(|queue| queue.runnable.len())
}

/// A waker that makes `task` runnable.
pub fn waker(task: u32) -> Waker {
    const VTABLE: RawWakerVTable = RawWakerVTable::new(
        |data| RawWaker::new(data, &VTABLE),
        |data| push(data.addr() as u32),
        |data| push(data.addr() as u32),
        |_| {},
    );
    let data = ptr::without_provenance(task as usize);
    // SAFETY: the functions never dereference the data, and touch only the
    // queue of the thread they are called on.
    unsafe { Waker::from_raw(RawWaker::new(data, &VTABLE)) }
}
