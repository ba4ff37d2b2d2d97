//! The answer in words: which guest for which workload and size.
//!
//! A guest is recommended over as many consecutive sizes as possible: at each of them it is
//! shown to be the best usable guest or level with it. Where no guest is shown to be, the
//! answer says that it can't be told, and what is missing. The floor is never recommended,
//! but the distance to it is given.

mod clause;
mod crossover;
mod doubt;
mod headline;
mod recommendation;
mod words;
mod worst;

use crate::matrix::{Configuration, Matrix, Variant};
use crate::record::Record;

pub use headline::headline;
pub(crate) use headline::headline_of;
pub use words::{Span, Words};
pub use worst::worst;

use crossover::crossovers;

/// What the measurement says about one workload configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The configuration's label.
    pub configuration: String,
    /// The answer, without a full stop.
    pub words: Words,
    /// For each guest of another interface than WASI 0.2's, how it compares with the best
    /// guest of WASI 0.2, without a full stop.
    pub crossovers: Vec<Words>,
}

/// One answer for each workload configuration, in the order of the run.
pub fn answers(record: &Record) -> Vec<Answer> {
    answers_of(&Matrix::new(record), record)
}

/// Like [`answers`], for a record whose matrix exists already.
pub(crate) fn answers_of(matrix: &Matrix, record: &Record) -> Vec<Answer> {
    let answer = |it| answer(it, &matrix.variants, record.interrupted);
    matrix.configurations.iter().map(answer).collect()
}

/// The answer for one configuration.
pub(crate) fn answer(
    configuration: &Configuration,
    variants: &[Variant],
    interrupted: bool,
) -> Answer {
    let mut words = Words::default();
    for (index, stretch) in recommendation::stretches(configuration).iter().enumerate() {
        if index > 0 {
            words.text("; ");
        }
        clause::write(&mut words, stretch, configuration, interrupted);
    }
    Answer {
        configuration: configuration.label.clone(),
        words,
        crossovers: crossovers(configuration, variants),
    }
}
