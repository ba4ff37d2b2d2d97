//! The effect of the host: compares the same guest under the same workload on each host.

use comfy_table::{CellAlignment, Table, TableStyle};

use crate::format;
use crate::matrix::ranking::{Comparison, compare};
use crate::matrix::{Configuration, Matrix, Size};

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
    // One pair for each size, guest and host; the ratios of a table are corrected together.
    let mut pairs = Vec::new();
    let mut rows: Vec<(String, usize)> = Vec::new();
    for size in &base.sizes {
        rows.push((format!("N = {}", format::count(size.pollables.into())), 0));
        for variant in &matrix.variants {
            let Some(entry) = size.entry(variant) else { continue };
            rows.push((format!("  {}", variant.label), others.len()));
            pairs.extend(others.iter().map(|other| {
                let same = |it: &&Size| it.pollables == size.pollables;
                let there = other.sizes.iter().find(same)?.entry(variant)?;
                entry.time().and(there.time())?;
                Some(Comparison { guest: there.rounds(), other: entry.rounds(), chosen_among: 1 })
            }));
        }
    }
    let mut ratios = compare(&pairs).into_iter();
    for (label, count) in rows {
        let row: Vec<String> = ratios
            .by_ref()
            .take(count)
            .map(|ratio| ratio.map_or("-".into(), |ratio| ratio.to_string()))
            .collect();
        table.add_row([label].into_iter().chain(row));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let what = format!("{}: time per event, {} = 1.00", base.what(), base.host);
    format!("{what}\n\n{}\n\n", table.trim_fmt())
}
