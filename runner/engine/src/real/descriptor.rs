use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use pollbench_simulation::agenda::{Event, Watch, Watching};
use rustix::event::{EventfdFlags, eventfd};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// Registers a descriptor with the driver of the current runtime, to learn when it is
/// readable.
pub fn readable(descriptor: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    // SAFETY: an `OwnedFd` is one descriptor for as long as it lives, and is never replaced.
    Ok(unsafe { AsyncFd::register_with_interest(descriptor, Interest::READABLE) }?)
}

/// An eventfd that is registered with the runtime's driver.
struct Eventfd(AsyncFd<OwnedFd>);

impl Eventfd {
    fn new() -> io::Result<Self> {
        let descriptor = eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)?;
        Ok(Self(readable(descriptor)?))
    }

    fn write(&self) {
        // Only a full counter refuses a write, and that is readable anyway.
        let _ = rustix::io::write(self.0.get_ref(), &1_u64.to_ne_bytes());
    }

    /// Reads what was written, and forgets that the driver may have found it.
    fn clear(&self) {
        let _ = rustix::io::read(self.0.get_ref(), &mut [0_u8; 8]);
        self.forget_readiness();
    }

    fn forget_readiness(&self) {
        let nothing: io::Result<()> =
            self.0.try_io(Interest::READABLE, |_| Err(ErrorKind::WouldBlock.into()));
        debug_assert!(nothing.is_err());
    }
}

impl Watch for Eventfd {
    fn changed(&self, _key: u32, ready: bool) {
        match ready {
            true => self.write(),
            false => self.clear(),
        }
    }
}

/// An event of a workload behind a real descriptor, which is written to when the event
/// becomes ready and read when it is consumed.
pub struct Descriptor {
    event: Arc<Event>,
    eventfd: Option<Arc<Eventfd>>,
    watching: Watching,
    pool: Pool,
}

/// Descriptors that are not in use: a new pollable takes one of them, so that churn costs
/// no system calls which a server would not make.
#[derive(Clone, Default)]
pub struct Pool(Arc<Mutex<Vec<Arc<Eventfd>>>>);

impl Pool {
    /// A descriptor for an event. Has to be called within the runtime whose driver is to
    /// watch it.
    pub fn descriptor(&self, event: Arc<Event>) -> io::Result<Descriptor> {
        let free = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let eventfd = match free {
            Some(eventfd) => eventfd,
            None => Arc::new(Eventfd::new()?),
        };
        let watching = event.watch(eventfd.clone(), 0);
        Ok(Descriptor { event, eventfd: Some(eventfd), watching, pool: self.clone() })
    }
}

impl Descriptor {
    /// Resolves when the driver has found the descriptor readable and the event is still
    /// ready.
    pub fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(eventfd) = &self.eventfd else { return Poll::Pending };
        loop {
            match eventfd.0.poll_read_ready(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(_) if self.event.is_ready() => return Poll::Ready(()),
                // What the driver found may have been read meanwhile, as from a socket that
                // another task reads.
                Poll::Ready(_) => eventfd.forget_readiness(),
            }
        }
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        self.event.unwatch(self.watching);
        if let Some(eventfd) = self.eventfd.take() {
            if self.event.is_ready() {
                eventfd.clear();
            }
            self.pool.0.lock().unwrap_or_else(PoisonError::into_inner).push(eventfd);
        }
    }
}
