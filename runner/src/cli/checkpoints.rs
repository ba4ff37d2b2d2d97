use std::cell::Cell as Slot;
use std::path::Path;
use std::time::{Duration, Instant};

use pollbench_reports::record::Cell;

use super::draft::Draft;
use super::failures;
use super::progress::Display;
use crate::session::Keeper;

/// Writes the record of a run while it goes on, so that a run which is killed leaves what
/// it has measured.
pub struct Checkpoints<'a> {
    draft: &'a Draft,
    path: &'a Path,
    display: &'a Display,
    /// When the next checkpoint is due.
    due: Slot<Instant>,
    /// When it was last asked whether a checkpoint is due, which is when that begins.
    begun: Slot<Instant>,
    has_complained: Slot<bool>,
}

/// The least time between two checkpoints.
const LEAST: Duration = Duration::from_secs(1);
/// After each checkpoint comes a pause of at least this many times its duration.
const SHARE: u32 = 100;

impl<'a> Checkpoints<'a> {
    /// The first checkpoint is due at once.
    pub fn new(draft: &'a Draft, path: &'a Path, display: &'a Display) -> Self {
        let now = Slot::new(Instant::now());
        let begun = now.clone();
        Self { draft, path, display, due: now, begun, has_complained: Slot::new(false) }
    }
}

impl Keeper for Checkpoints<'_> {
    fn is_due(&self) -> bool {
        self.begun.set(Instant::now());
        self.begun >= self.due
    }

    /// A full disk does not end the run: the disk may have room again when the run is over.
    fn keep(&self, mut cells: Vec<Cell>) {
        let written = failures::keep(&mut cells, self.path)
            .and_then(|()| self.draft.record(cells, true).write(self.path));
        if let Err(error) = written
            && !self.has_complained.replace(true)
        {
            self.display.say(&format!("pollbench: {error}; the run goes on, and tries again"));
        }
        let end = Instant::now();
        self.due.set(end + pause_after(end - self.begun.get()));
    }
}

/// How long to wait after a checkpoint that took the time `cost`.
fn pause_after(cost: Duration) -> Duration {
    LEAST.max(cost * SHARE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_after_a_checkpoint_grows_with_its_cost() {
        assert_eq!(pause_after(Duration::ZERO), LEAST);
        assert_eq!(pause_after(Duration::from_millis(3)), LEAST);
        assert_eq!(pause_after(Duration::from_millis(70)), Duration::from_secs(7));
    }
}
