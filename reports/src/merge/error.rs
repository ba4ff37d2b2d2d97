use crate::record::Difference;

/// Why records can't be joined.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// There are no records.
    #[error("there is no record to merge: name some")]
    Nothing,
    /// A cell has two different results.
    #[error(
        "{first} and {second} both have {cell}, with different results: a record holds a cell once, so leave one of them out"
    )]
    Twice {
        /// The cell.
        cell: String,
        /// The first record that has the cell.
        first: String,
        /// The other.
        second: String,
    },
    /// Two components under one name.
    #[error(
        "{first} and {second} can't be merged: {} is {} in the one and {} in the other; measure one of them again",
        .difference.what, .difference.here, .difference.there
    )]
    OtherGuest {
        /// A record.
        first: String,
        /// The other.
        second: String,
        /// The guest.
        difference: Difference,
    },
}
