use crate::format;

/// A part of a time, as a row with a bar.
pub(super) struct PartRow {
    pub name: &'static str,
    pub class: &'static str,
    pub time: String,
    pub share: String,
    /// The length of its bar in per cent.
    pub width: f64,
}

impl PartRow {
    /// A part that takes so many nanoseconds, which is this share of all.
    pub fn new(name: &'static str, class: &'static str, time: f64, share: f64) -> Self {
        Self {
            name,
            class,
            time: format::duration(time),
            share: format::percent(share),
            width: (share * 1_000.0).round() / 10.0,
        }
    }
}
