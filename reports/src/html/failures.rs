use crate::format;
use crate::matrix::Matrix;

/// A cell whose guest broke the contract.
pub(super) struct FailureRow<'a> {
    pub guest: String,
    pub workload: String,
    pub pollables: String,
    pub kind: String,
    pub message: &'a str,
}

/// All of them, in the order of the matrix.
pub(super) fn failures<'a>(matrix: &Matrix<'a>) -> Vec<FailureRow<'a>> {
    let mut rows = Vec::new();
    for configuration in &matrix.configurations {
        for size in &configuration.sizes {
            rows.extend(size.entries.iter().filter(|entry| entry.failed()).map(|entry| {
                let failure = entry.cell.failure.as_ref();
                FailureRow {
                    guest: entry.variant.label.clone(),
                    workload: configuration.label.clone(),
                    pollables: format::count(size.pollables.into()),
                    kind: failure.map_or_else(|| "unknown".into(), |it| it.kind.to_string()),
                    message: failure.map_or("", |it| &it.message),
                }
            }));
        }
    }
    rows
}
