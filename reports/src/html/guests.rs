use crate::format;
use crate::record::{Guest, Record};

/// A guest and its size as text.
pub(super) struct GuestRow<'a> {
    pub guest: &'a Guest,
    pub size: String,
}

/// All guests, in the order of the run.
pub(super) fn guests(record: &Record) -> Vec<GuestRow<'_>> {
    let guests = record.guests().into_iter();
    guests.map(|guest| GuestRow { guest, size: format::bytes(guest.bytes) }).collect()
}
