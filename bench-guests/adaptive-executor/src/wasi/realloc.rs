//! Takes the results of `poll` in memory the caller already has.
//!
//! The host asks the component's `cabi_realloc` for memory before it returns a
//! list. Each `poll` offers the spare capacity of the caller's vector while it
//! lasts; a component that says `reuse_poll_results!()` has a `cabi_realloc` which
//! takes the offer.

use std::cell::Cell;
use std::ptr;

thread_local! {
    /// Where the offer is and how many bytes it has.
    static OFFER: Cell<(*mut u8, usize)> = const { Cell::new((ptr::null_mut(), 0)) };
}

pub(super) fn offer(elements: &mut Vec<u32>) {
    OFFER.set((elements.as_mut_ptr().cast(), elements.capacity() * size_of::<u32>()));
}

/// Nobody but `poll` may take it.
pub(super) fn withdraw() {
    OFFER.set((ptr::null_mut(), 0));
}

/// `cabi_realloc` that takes the offer if it is large enough.
///
/// # Safety
/// The contract of `cabi_realloc` in the canonical ABI.
pub unsafe fn take_offer(old: *mut u8, old_len: usize, align: usize, new_len: usize) -> *mut u8 {
    let (offered, bytes) = OFFER.replace((ptr::null_mut(), 0));
    if old_len == 0 && new_len > 0 && new_len <= bytes && align <= align_of::<u32>() {
        return offered;
    }
    // SAFETY: the same contract.
    unsafe { wit_bindgen::rt::cabi_realloc(old, old_len, align, new_len) }
}
