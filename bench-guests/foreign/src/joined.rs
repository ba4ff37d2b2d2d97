use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use pollbench_executor::{Driver, Failure};

use crate::{Runtime, Spawn, task};

/// The tasks that are started, until they are polled for the first time.
#[derive(Clone, Default)]
struct Started(Rc<RefCell<Vec<u32>>>);

impl Spawn for Started {
    fn spawn(&self, number: u32) {
        self.0.borrow_mut().push(number);
    }
}

impl Started {
    fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }
}

/// Runs tasks 0 up to `tasks`, and those they spawn, as one future: a
/// `FuturesUnordered`, which polls those that were woken. Ends with the first
/// failure, and all tasks with it.
pub async fn joined<H: Driver, R: Runtime>(host: H, runtime: R, tasks: u32) -> Result<(), Failure> {
    let started = Started::default();
    (0..tasks).for_each(|number| started.spawn(number));
    let mut running = FuturesUnordered::new();
    poll_fn(|cx| {
        loop {
            for number in started.0.take() {
                running.push(task(host.clone(), runtime.clone(), started.clone(), number));
            }
            match running.poll_next_unpin(cx) {
                Poll::Ready(Some(Err(failure))) => return Poll::Ready(Err(failure)),
                Poll::Ready(None) if started.is_empty() => return Poll::Ready(Ok(())),
                Poll::Pending if started.is_empty() => return Poll::Pending,
                _ => {}
            }
        }
    })
    .await
}
