use crate::format;
use crate::matrix::Matrix;
use crate::names::harmless;
use crate::record::Failure;

/// A cell without a result: its guest broke the contract, or can't express a step.
pub(super) struct FailureRow {
    /// The number of its cell in the record, counted from 1.
    pub number: u64,
    /// Whether the guest did something wrong, so that its last turns can be shown.
    pub has_failed: bool,
    pub guest: String,
    pub workload: String,
    pub pollables: String,
    pub kind: String,
    pub message: String,
    /// What the guest printed and where it was, a line each.
    pub details: String,
}

/// How many characters of a message the page shows.
const MOST_SHOWN: usize = 2_000;

/// All cells without a result, in the order of the matrix.
pub(super) fn failures(matrix: &Matrix<'_>) -> Vec<FailureRow> {
    let mut rows = Vec::new();
    for configuration in &matrix.configurations {
        for size in &configuration.sizes {
            rows.extend(size.entries.iter().filter(|it| it.failed() || it.not_supported()).map(
                |entry| {
                    let failure = entry.cell.failure.as_ref();
                    FailureRow {
                        number: entry.number,
                        has_failed: entry.failed(),
                        guest: entry.variant.label.clone(),
                        workload: configuration.label.clone(),
                        pollables: format::count(size.pollables.into()),
                        kind: match failure {
                            Some(failure) => failure.kind.to_string(),
                            None if entry.not_supported() => "not supported".into(),
                            None => "unknown".into(),
                        },
                        message: match failure {
                            Some(failure) => harmless(&failure.message, MOST_SHOWN),
                            None => {
                                let why = entry.cell.not_supported.as_deref();
                                harmless(why.unwrap_or_default(), MOST_SHOWN)
                            }
                        },
                        details: failure.map(details).unwrap_or_default(),
                    }
                },
            ));
        }
    }
    rows
}

fn details(failure: &Failure) -> String {
    let lines = failure.details().into_iter();
    lines.map(|line| harmless(&line, MOST_SHOWN)).collect::<Vec<_>>().join("\n")
}
