use crate::profile::flame::{Drawn, Flame, FlameError};

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
