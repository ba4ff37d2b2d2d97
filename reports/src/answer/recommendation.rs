use crate::matrix::{Configuration, Entry, Figures, Size, Variant};

/// Consecutive sizes with one recommendation.
#[derive(Debug)]
pub(super) struct Stretch<'m, 'a> {
    /// The sizes, smallest first.
    pub sizes: &'m [Size<'a>],
    /// The guest to take, or `None` where no usable guest was timed.
    pub pick: Option<Variant<'a>>,
}

/// Cuts a configuration's sizes into the fewest stretches over each of which one
/// guest is always among the best.
pub(super) fn stretches<'m, 'a>(configuration: &'m Configuration<'a>) -> Vec<Stretch<'m, 'a>> {
    let mut rest = configuration.sizes.as_slice();
    let mut stretches = Vec::new();
    while let Some(first) = rest.first() {
        let mut candidates = among_the_best(first);
        let mut length = 1;
        // Longest prefix first: no other cutting needs fewer stretches.
        while let Some(next) = rest.get(length) {
            let here = among_the_best(next);
            let kept: Vec<_> = candidates.iter().filter(|it| here.contains(it)).cloned().collect();
            if kept.is_empty() && !(candidates.is_empty() && here.is_empty()) {
                break;
            }
            candidates = kept;
            length += 1;
        }
        let (sizes, after) = rest.split_at(length);
        stretches.push(Stretch { sizes, pick: closest_to_best(candidates, sizes) });
        rest = after;
    }
    stretches
}

/// The best usable guest of a size and those which can't be told apart from it.
pub(super) fn among_the_best<'a>(size: &Size<'a>) -> Vec<Variant<'a>> {
    let usable = size.entries.iter().filter(|entry| entry.variant.competes());
    usable
        .filter(|entry| Figures::new(entry, size).level_with_best())
        .map(|entry| entry.variant.clone())
        .collect()
}

/// The one with the lowest geometric mean of ratios to the best.
fn closest_to_best<'a>(candidates: Vec<Variant<'a>>, sizes: &[Size]) -> Option<Variant<'a>> {
    let distance = |variant: &Variant| -> f64 {
        let ratio = |size: &Size| {
            let entry: &Entry = size.entry(variant)?;
            Some(Figures::new(entry, size).to_best?.value.ln())
        };
        sizes.iter().filter_map(ratio).sum()
    };
    candidates.into_iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))
}
