//! How far from the best a guest is in its worst cells.

use crate::format;
use crate::matrix::{Figures, Matrix, Ratio};
use crate::record::Record;

use super::words::Words;

/// The cell in which a guest has the largest ratio.
struct Worst<'a> {
    ratio: Ratio,
    /// The workload configuration and the size.
    place: String,
    /// The guest that it is compared with.
    other: &'a str,
}

/// A guest's worst cells, a line each: the largest ratio to the best competitor, the
/// largest ratio to the floor, and how many cells have no ratio. `None` if the record has
/// no such guest.
pub fn worst(record: &Record, guest: &str) -> Option<Vec<Words>> {
    let matrix = Matrix::new(record);
    if !matrix.variants.iter().any(|variant| variant.label == guest) {
        return None;
    }
    let (mut to_best, mut to_floor) = (None, None);
    let (mut cells, mut without) = (0, 0);
    for configuration in &matrix.configurations {
        for size in &configuration.sizes {
            let Some(entry) = size.entries.iter().find(|it| it.variant.label == guest) else {
                continue;
            };
            cells += 1;
            let figures = Figures::new(entry, size);
            without += usize::from(figures.to_best.is_none());
            let pollables = format::count(size.pollables.into());
            let place = format!("{}, {pollables} pollables", configuration.label);
            for (worst, ratio, other) in [
                (&mut to_best, figures.to_best, size.best()),
                (&mut to_floor, figures.to_floor, size.floor()),
            ] {
                let other = other.map_or("", |it| it.variant.guest);
                keep_worse(worst, ratio, &place, other);
            }
        }
    }
    let mut lines = vec![line(guest, "the best of WASI 0.2", to_best)];
    lines.push(line(guest, "the floor", to_floor));
    if without > 0 {
        let mut words = Words::default();
        words.guest(guest);
        words.text(format!(": {without} of its {cells} cells have no ratio"));
        lines.push(words);
    }
    Some(lines)
}

fn keep_worse<'a>(
    worst: &mut Option<Worst<'a>>,
    ratio: Option<Ratio>,
    place: &str,
    other: &'a str,
) {
    let Some(ratio) = ratio else { return };
    if worst.as_ref().is_none_or(|it| it.ratio.value < ratio.value) {
        *worst = Some(Worst { ratio, place: place.into(), other });
    }
}

fn line(guest: &str, against: &str, worst: Option<Worst>) -> Words {
    let mut words = Words::default();
    words.guest(guest);
    let Some(Worst { ratio, place, other }) = worst else {
        words.text(format!(": no ratio to {against}"));
        return words;
    };
    words.text(format!(": at worst {ratio} of {against} ("));
    words.guest(other);
    words.text(format!("; {place})"));
    words
}
