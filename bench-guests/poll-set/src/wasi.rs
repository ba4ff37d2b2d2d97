//! The real host, and the component: `poll-set` is no part of the contract's
//! world, so this has an import and an export of its own.

use std::mem::ManuallyDrop;

use pollbench_executor::Handle;
use pollbench_executor::wasi::bindings::exports::pollbench::bench::executor;
use pollbench_executor::wasi::bindings::wasi::io::poll::Pollable;
use pollbench_executor::wasi::{self, Wasi};

use crate::{DESCRIPTION, Set, SetHost};
use bindings::pollbench::experimental::poll_set::PollSet;

#[allow(missing_docs, unsafe_op_in_unsafe_fn)]
mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/deps/io", "../../wit/deps/poll-set"],
        inline: "
            package pollbench:guest;
            world guest { import pollbench:experimental/poll-set@0.1.0; }
        ",
        with: { "wasi:io/poll@0.2.0": pollbench_executor::wasi::bindings::wasi::io::poll },
        generate_all,
    });
}

/// The set as its bindings have it, for as long as the guest owns it.
fn borrowed(set: Set) -> ManuallyDrop<PollSet> {
    // SAFETY: a `Set` is alive until `drop_set`.
    ManuallyDrop::new(unsafe { PollSet::from_handle(set.0) })
}

impl SetHost for Wasi {
    fn new_set(&self) -> Set {
        Set(PollSet::new().take_handle())
    }

    fn add(&self, set: Set, handle: Handle, token: u32) {
        // SAFETY: the caller owns the handle; this one is not dropped.
        let pollable = ManuallyDrop::new(unsafe { Pollable::from_handle(handle.0) });
        borrowed(set).add(&pollable, token);
    }

    fn remove(&self, set: Set, token: u32) {
        borrowed(set).remove(token);
    }

    fn wait(&self, set: Set, max: u32, tokens: &mut Vec<u32>) {
        *tokens = borrowed(set).wait(max);
    }

    fn ready(&self, set: Set, max: u32, tokens: &mut Vec<u32>) {
        *tokens = borrowed(set).ready(max);
    }

    fn drop_set(&self, set: Set) {
        drop(ManuallyDrop::into_inner(borrowed(set)));
    }
}

struct Component;

impl executor::Guest for Component {
    fn describe() -> executor::Description {
        wasi::describe(DESCRIPTION)
    }

    fn run(tasks: u32, knobs: Vec<u64>) -> Result<(), executor::Failure> {
        crate::run(Wasi, tasks, &knobs).map_err(wasi::failure)
    }
}

pollbench_executor::wasi::bindings::export!(Component with_types_in pollbench_executor::wasi::bindings);
