use std::cell::RefCell;
use std::rc::Rc;

use pollbench_executor::{Driver, Failure};
use pollbench_foreign::{Spawn, task};
use wstd::runtime::{Task, spawn};

use crate::Wstd;

type Running = Task<Result<(), Failure>>;

/// The tasks of wstd that nobody has awaited yet.
struct Spawned<H> {
    host: H,
    running: Rc<RefCell<Vec<Running>>>,
}

impl<H: Driver> Clone for Spawned<H> {
    fn clone(&self) -> Self {
        Self { host: self.host.clone(), running: self.running.clone() }
    }
}

impl<H: Driver> Spawn for Spawned<H> {
    fn spawn(&self, number: u32) {
        let running = spawn(task(self.host.clone(), Wstd, self.clone(), number));
        self.running.borrow_mut().push(running);
    }
}

/// Runs tasks 0 up to `tasks`, and those they spawn, each as a task of wstd.
pub async fn spawned<H: Driver>(host: H, tasks: u32) -> Result<(), Failure> {
    let spawned = Spawned { host, running: Rc::default() };
    (0..tasks).for_each(|number| spawned.spawn(number));
    loop {
        let Some(task) = spawned.running.borrow_mut().pop() else { return Ok(()) };
        task.await?;
    }
}
