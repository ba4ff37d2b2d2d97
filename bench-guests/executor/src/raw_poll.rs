//! The import `wasi:io/poll#poll`, without the copies a generated binding makes.
//!
//! The host asks the guest's `cabi_realloc` for memory before it returns the list of what
//! is ready. Each [`poll`] offers the capacity of the caller's vector while the call lasts;
//! a component that uses `reuse_poll_results!()` has a `cabi_realloc` that takes the offer.
//! All others have the one of wit-bindgen, which allocates.

use std::cell::Cell;
use std::ptr;

use crate::Handle;

#[link(wasm_import_module = "wasi:io/poll@0.2.0")]
unsafe extern "C" {
    #[link_name = "poll"]
    fn import_poll(handles: *const Handle, len: usize, ready: *mut List);
}

/// A `list<u32>` as the canonical ABI returns it.
#[repr(C)]
struct List {
    elements: *mut u32,
    len: usize,
}

thread_local! {
    static OFFER: Cell<*mut u8> = const { Cell::new(ptr::null_mut()) };
    /// The size of the offer in bytes; 0 if there is no offer.
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

/// `PollHost::poll` of a component.
pub fn poll(handles: &[Handle], ready: &mut Vec<u32>) {
    ready.clear();
    OFFER.set(ready.as_mut_ptr().cast());
    BYTES.set(ready.capacity() * size_of::<u32>());
    let mut list = List { elements: ptr::null_mut(), len: 0 };
    // SAFETY: the canonical ABI of `poll`: a handle is an `i32`, and `Handle`
    // is transparent.
    unsafe { import_poll(handles.as_ptr(), handles.len(), &raw mut list) };
    // The host has asked for memory by now, and nothing but this `poll` may take the offer.
    BYTES.set(0);
    if list.elements == ready.as_mut_ptr() {
        // SAFETY: the host has written `list.len` elements into the offered memory.
        unsafe { ready.set_len(list.len) };
    } else if list.len > 0 {
        // SAFETY: `cabi_realloc` allocated it for `list.len` elements, and the caller owns
        // it now.
        *ready = unsafe { Vec::from_raw_parts(list.elements, list.len, list.len) };
    }
}

/// `cabi_realloc` that takes the offer if it is large enough.
///
/// # Safety
/// The contract of `cabi_realloc` in the canonical ABI.
pub unsafe fn take_offer(old: *mut u8, old_len: usize, align: usize, new_len: usize) -> *mut u8 {
    // A length of 0 never takes the offer, because the subtraction wraps.
    if old_len == 0 && new_len.wrapping_sub(1) < BYTES.get() && align <= align_of::<u32>() {
        return OFFER.get();
    }
    // SAFETY: the caller upholds the contract of `cabi_realloc`.
    unsafe { wit_bindgen::rt::cabi_realloc(old, old_len, align, new_len) }
}
