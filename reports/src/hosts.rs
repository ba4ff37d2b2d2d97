//! What the host makes of it: the same guest under the same workload on each host.

use comfy_table::{CellAlignment, Table, TableStyle};

use crate::format;
use crate::matrix::{Configuration, Matrix, Ratio, Size};

/// The time per event on every other host, as a multiple of that on the first, one
/// table for each workload. `None` when there was one host only.
pub(crate) fn render(matrix: &Matrix, style: TableStyle) -> Option<String> {
    let first = matrix.configurations.first()?.host;
    let mut text = String::new();
    for base in matrix.configurations.iter().filter(|it| it.host == first) {
        let others: Vec<&Configuration> =
            matrix.configurations.iter().filter(|it| it.differs_in_host(base)).collect();
        if !others.is_empty() {
            text += &table(base, &others, matrix, style);
        }
    }
    (!text.is_empty()).then_some(text)
}

fn table(
    base: &Configuration,
    others: &[&Configuration],
    matrix: &Matrix,
    style: TableStyle,
) -> String {
    let mut table = Table::new();
    let host = |it: &&Configuration| it.host.to_string();
    table
        .load_style(style)
        .set_header(["guest".to_string()].into_iter().chain(others.iter().map(host)));
    for size in &base.sizes {
        table.add_row([format!("N = {}", format::count(size.pollables.into()))]);
        for variant in &matrix.variants {
            let Some(entry) = size.entry(variant) else { continue };
            let ratio = |other: &&Configuration| -> Option<Ratio> {
                let same = |it: &&Size| it.pollables == size.pollables;
                let there = other.sizes.iter().find(same)?.entry(variant)?;
                entry.time().and(there.time()).and_then(|_| Ratio::new(there, entry))
            };
            let ratios =
                others.iter().map(|it| ratio(it).map_or("-".into(), |ratio| ratio.to_string()));
            table.add_row([format!("  {}", variant.label)].into_iter().chain(ratios));
        }
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let what = format!("{}: time per event, {} = 1.00", base.what(), base.host);
    format!("{what}\n\n{}\n\n", table.trim_fmt())
}
