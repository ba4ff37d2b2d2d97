use crate::matrix::{Matrix, Variant};
use crate::record::Record;

use super::recommendation::among_the_best;
use super::words::{NAMED, Words};

/// The answer over the whole matrix: in how many of its combinations of workload
/// and size each of the leading guests is the best usable one or can't be told
/// apart from it. `None` when no usable guest was timed.
pub fn headline(record: &Record) -> Option<Words> {
    let matrix = Matrix::new(record);
    let sizes = || matrix.configurations.iter().flat_map(|it| &it.sizes);
    let total = sizes().count();
    let which = if record.environments.is_empty() { "" } else { ", run" };
    let mut wins: Vec<(&Variant, usize)> = matrix.variants.iter().map(|it| (it, 0)).collect();
    for variant in sizes().flat_map(among_the_best) {
        wins[variant.index].1 += 1;
    }
    wins.retain(|&(_, count)| count > 0);
    wins.sort_by_key(|&(variant, count)| (std::cmp::Reverse(count), variant.index));
    if wins.is_empty() {
        return None;
    }
    let mut words = Words::default();
    words.text("Best, or level with the best: ");
    for (index, (variant, count)) in wins.iter().take(NAMED).enumerate() {
        if index > 0 {
            words.text(", ");
        }
        words.guest(&variant.label);
        match index {
            0 => words
                .text(format!(" in {count} of {total} combinations of workload{which} and size")),
            _ => words.text(format!(" in {count}")),
        }
    }
    match wins.len().saturating_sub(NAMED) {
        0 => {}
        1 => words.text(", one other in no more than that"),
        others => words.text(format!(", {others} others in no more than that")),
    }
    words.text(".");
    Some(words)
}
