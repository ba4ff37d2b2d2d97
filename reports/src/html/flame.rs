use crate::profile::flame::{Drawn, Flame, FlameError};

/// What moves the flame graphs of a page.
pub(super) const FLAMES: &str = include_str!("../../templates/profile/flame.js");

/// A flame graph in a page.
pub(super) struct FlameFigure {
    pub title: String,
    pub drawn: Drawn,
}

impl FlameFigure {
    pub fn new(flame: &Flame) -> Result<Self, FlameError> {
        Ok(Self { title: flame.title(), drawn: flame.drawn()? })
    }
}
