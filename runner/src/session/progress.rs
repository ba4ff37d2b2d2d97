use pollbench_reports::record::Cell;

/// Something that is told how far a run has come.
pub trait Progress {
    /// A part of the run begins, and the whole run is now expected to take `whole` units of
    /// work.
    fn begin(&self, what: &str, whole: u64);
    /// This many more units of work are done.
    fn advance(&self, units: u64);
    /// The run is over.
    fn end(&self);
}

/// Something that is offered what has been measured so far, whenever nothing is being
/// measured.
pub trait Keeper {
    /// Whether the keeper would take the cells now.
    fn is_due(&self) -> bool;
    /// Takes every cell, in the order of the plan.
    fn keep(&self, cells: Vec<Cell>);
}
