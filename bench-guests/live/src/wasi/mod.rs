//! What a component has of its host.

mod http;
mod sockets;

pub use http::Outgoing;
pub use sockets::Listener;

/// Makes a type a host whose pollables are those of `wasi:io/poll` and of the monotonic clock.
macro_rules! on_wasi {
    ($host:ty) => {
        impl pollbench_executor::PollHost for $host {
            fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
                pollbench_executor::raw_poll::poll(handles, ready);
            }

            fn is_ready(&self, handle: Handle) -> bool {
                // SAFETY: the caller owns the handle, and keeps it.
                let pollable = unsafe { wasip2::io::poll::Pollable::from_handle(handle.0) };
                std::mem::ManuallyDrop::new(pollable).ready()
            }

            fn now(&self) -> u64 {
                wasip2::clocks::monotonic_clock::now()
            }

            fn subscribe_instant(&self, deadline: u64) -> Handle {
                Handle(wasip2::clocks::monotonic_clock::subscribe_instant(deadline).take_handle())
            }

            fn drop(&self, handle: Handle) {
                // SAFETY: the caller owns the handle, and gives it up.
                drop(unsafe { wasip2::io::poll::Pollable::from_handle(handle.0) });
            }
        }
    };
}

use on_wasi;
