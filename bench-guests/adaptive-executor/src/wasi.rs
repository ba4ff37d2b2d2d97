//! The host a component runs on: `wasi:io/poll` and the monotonic clock.

use std::mem::ManuallyDrop;

use bindings::wasi::clocks::monotonic_clock;
use bindings::wasi::io::poll::Pollable;
use pollbench_executor::{Handle, PollHost, raw_poll};

#[allow(missing_docs, unsafe_op_in_unsafe_fn)]
pub mod bindings {
    wit_bindgen::generate!({
        inline: "
            package pollbench:adaptive-executor;
            world imports {
                import wasi:io/poll@0.2.0;
                import wasi:clocks/monotonic-clock@0.2.0;
            }
        ",
        path: ["../../wit/deps/io", "../../wit/deps/clocks"],
        world: "pollbench:adaptive-executor/imports",
        generate_all,
    });
}

/// The host a component runs on.
#[derive(Clone, Default)]
pub struct Wasi;

impl PollHost for Wasi {
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        raw_poll::poll(handles, ready);
    }

    fn is_ready(&self, handle: Handle) -> bool {
        // SAFETY: the caller owns the handle, and keeps it.
        ManuallyDrop::new(unsafe { Pollable::from_handle(handle.0) }).ready()
    }

    fn now(&self) -> u64 {
        monotonic_clock::now()
    }

    fn subscribe_instant(&self, deadline: u64) -> Handle {
        Handle(monotonic_clock::subscribe_instant(deadline).take_handle())
    }

    fn drop(&self, handle: Handle) {
        // SAFETY: the caller owns the handle, and gives it up.
        drop(unsafe { Pollable::from_handle(handle.0) });
    }
}
