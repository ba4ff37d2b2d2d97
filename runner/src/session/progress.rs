use pollbench_reports::record::Cell;

/// Is told how far a run has come.
pub trait Progress {
    /// A part of the run begins, and the whole run is now thought to take so many
    /// units of work.
    fn begin(&self, what: &str, whole: u64);
    /// So many of them are done.
    fn advance(&self, units: u64);
    /// The run is over.
    fn end(&self);
}

/// Is offered what has been measured so far, whenever nothing is being measured.
pub trait Keeper {
    /// Whether it would take it now.
    fn is_due(&self) -> bool;
    /// Takes every cell, in the order of the matrix.
    fn keep(&self, cells: Vec<Cell>);
}
