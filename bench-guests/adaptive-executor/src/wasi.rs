//! The host a component runs on: `wasi:io/poll` and the monotonic clock.

use std::mem::ManuallyDrop;
use std::ptr;

use bindings::wasi::clocks::monotonic_clock;
use bindings::wasi::io::poll::Pollable;
use pollbench_executor::{Handle, PollHost};

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

pub mod realloc;

/// The host a component runs on.
#[derive(Clone, Default)]
pub struct Wasi;

#[link(wasm_import_module = "wasi:io/poll@0.2.0")]
unsafe extern "C" {
    /// The generated binding copies the list into another one for each call;
    /// this is the same import without that.
    #[link_name = "poll"]
    fn import_poll(handles: *const Handle, len: usize, ready: *mut List);
}

/// A `list<u32>` as the canonical ABI returns it.
#[repr(C)]
struct List {
    elements: *mut u32,
    len: usize,
}

impl PollHost for Wasi {
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        ready.clear();
        realloc::offer(ready);
        let mut list = List { elements: ptr::null_mut(), len: 0 };
        // SAFETY: the canonical ABI of `poll`: a handle is an `i32`, and `Handle`
        // is transparent.
        unsafe { import_poll(handles.as_ptr(), handles.len(), &raw mut list) };
        realloc::withdraw();
        if list.elements == ready.as_mut_ptr() {
            // SAFETY: the host has written so many elements into what was offered.
            unsafe { ready.set_len(list.len) };
        } else if list.len > 0 {
            // SAFETY: made by `cabi_realloc` for so many elements, and ours now.
            *ready = unsafe { Vec::from_raw_parts(list.elements, list.len, list.len) };
        }
    }

    fn is_ready(&self, handle: Handle) -> bool {
        // SAFETY: whoever asks owns the handle, and keeps it.
        ManuallyDrop::new(unsafe { Pollable::from_handle(handle.0) }).ready()
    }

    fn now(&self) -> u64 {
        monotonic_clock::now()
    }

    fn subscribe_instant(&self, deadline: u64) -> Handle {
        Handle(monotonic_clock::subscribe_instant(deadline).take_handle())
    }

    fn drop(&self, handle: Handle) {
        // SAFETY: whoever drops a handle owns it.
        drop(unsafe { Pollable::from_handle(handle.0) });
    }
}
