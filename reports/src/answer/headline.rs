use crate::matrix::{MARGIN, Matrix, Size, Variant, Why};
use crate::record::Record;

use super::doubt;
use super::recommendation::among_the_best;
use super::words::{NAMED, Words};

/// The answer over the whole matrix: in how many of its combinations of workload and size
/// each of the leading guests is shown to be the best usable one or level with it, and in
/// how many that can't be told. `None` when no usable guest was timed.
pub fn headline(record: &Record) -> Option<Words> {
    headline_of(&Matrix::new(record), record)
}

/// Like [`headline`], for a record whose matrix exists already.
pub(crate) fn headline_of(matrix: &Matrix, record: &Record) -> Option<Words> {
    let sizes: Vec<&Size> = matrix.configurations.iter().flat_map(|it| &it.sizes).collect();
    sizes.iter().find_map(|size| size.best())?;
    let which = if record.environments.is_empty() { "" } else { ", run" };
    let combinations = format!("{} combinations of workload{which} and size", sizes.len());
    let wins = wins(matrix, &sizes);
    let doubts: Vec<Why> = sizes.iter().filter_map(|size| doubt::why(size)).collect();
    let mut words = Words::default();
    // If most combinations are in doubt, that comes first.
    if 2 * doubts.len() > sizes.len() {
        words.text(format!("Can't tell which guest is best in {} of {combinations}", doubts.len()));
        say_why(&mut words, &doubts);
        words.text(".");
        if !wins.is_empty() {
            words.text(" ");
            say_wins(&mut words, &wins, "");
            words.text(".");
        }
        return Some(words);
    }
    say_wins(&mut words, &wins, &format!(" of {combinations}"));
    if !doubts.is_empty() {
        words.text(format!("; can't tell in {}", doubts.len()));
        say_why(&mut words, &doubts);
    }
    words.text(".");
    Some(words)
}

/// The guests that are among the best anywhere, with how often, the most frequent first.
fn wins<'m, 'a>(matrix: &'m Matrix<'a>, sizes: &[&Size<'a>]) -> Vec<(&'m Variant<'a>, usize)> {
    let mut wins: Vec<(&Variant, usize)> = matrix.variants.iter().map(|it| (it, 0)).collect();
    for variant in sizes.iter().flat_map(|size| among_the_best(size)) {
        wins[variant.index].1 += 1;
    }
    wins.retain(|&(_, count)| count > 0);
    wins.sort_by_key(|&(variant, count)| (std::cmp::Reverse(count), variant.index));
    wins
}

fn say_wins(words: &mut Words, wins: &[(&Variant, usize)], of: &str) {
    words.text(format!("Best, or within {} % of the best: ", MARGIN * 100.0));
    for (index, (variant, count)) in wins.iter().take(NAMED).enumerate() {
        if index > 0 {
            words.text(", ");
        }
        words.guest(&variant.label);
        words.text(format!(" in {count}{}", if index == 0 { of } else { "" }));
    }
    match wins.len().saturating_sub(NAMED) {
        0 => {}
        1 => words.text(", one other in no more than that"),
        others => words.text(format!(", {others} others in no more than that")),
    }
}

fn say_why(words: &mut Words, doubts: &[Why]) {
    if let Some(why) = doubt::foremost(doubts) {
        words.marked(&format!(" ({why})"));
    }
}
