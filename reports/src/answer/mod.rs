//! The answer in words: which guest for which workload and size.
//!
//! A guest is recommended over as many consecutive sizes as possible: it is, at
//! each of them, the best usable one or can't be told apart from it. The floor is
//! never recommended, but the distance to it is given.

mod clause;
mod headline;
mod recommendation;
mod words;

use crate::matrix::{Configuration, Matrix};
use crate::record::Record;

pub use headline::headline;
pub use words::{Span, Words};

/// What the measurement says about one workload configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The configuration's label.
    pub configuration: String,
    /// The answer, without a full stop.
    pub words: Words,
}

/// One answer for each workload configuration, in the order of the run.
pub fn answers(record: &Record) -> Vec<Answer> {
    let matrix = Matrix::new(record);
    matrix.configurations.iter().map(|it| answer(it, record.interrupted)).collect()
}

/// The answer for one configuration.
pub(crate) fn answer(configuration: &Configuration, interrupted: bool) -> Answer {
    let mut words = Words::default();
    for (index, stretch) in recommendation::stretches(configuration).iter().enumerate() {
        if index > 0 {
            words.text("; ");
        }
        clause::write(&mut words, stretch, configuration, interrupted);
    }
    Answer { configuration: configuration.label.clone(), words }
}
