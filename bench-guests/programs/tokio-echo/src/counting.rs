//! Stands between wasi-libc and the import of `wasi:io/poll`.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

static POLLS: AtomicU64 = AtomicU64::new(0);
static HANDLES: AtomicU64 = AtomicU64::new(0);

/// A list, as wasi-libc has it.
#[repr(C)]
pub struct List {
    pointer: *mut u32,
    length: usize,
}

unsafe extern "C" {
    fn __real_poll_poll(pollables: *mut List, ready: *mut List);
}

/// # Safety
///
/// As that of `poll_poll`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __wrap_poll_poll(pollables: *mut List, ready: *mut List) {
    POLLS.fetch_add(1, Relaxed);
    // SAFETY: both are what the caller has passed.
    unsafe {
        HANDLES.fetch_add((*pollables).length as u64, Relaxed);
        __real_poll_poll(pollables, ready);
    }
}

/// The calls of `poll` so far, and the handles that they were passed.
pub fn counted() -> (u64, u64) {
    (POLLS.load(Relaxed), HANDLES.load(Relaxed))
}
