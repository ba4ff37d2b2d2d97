use crate::matrix::{Configuration, Figures, Size, Variant};

/// Consecutive sizes that share an answer.
#[derive(Debug)]
pub(super) struct Stretch<'m, 'a> {
    /// The sizes, smallest first.
    pub sizes: &'m [Size<'a>],
    /// What is said about these sizes.
    pub advice: Advice<'a>,
}

/// What can be said of some sizes.
#[derive(Debug)]
pub(super) enum Advice<'a> {
    /// The guest to use.
    Take(Variant<'a>),
    /// Usable guests were timed, and none is shown to be the best or level with it.
    CantTell,
    /// No usable guest was timed.
    Nothing,
}

/// Cuts a configuration's sizes into the fewest stretches over each of which one
/// guest is always among the best.
pub(super) fn stretches<'m, 'a>(configuration: &'m Configuration<'a>) -> Vec<Stretch<'m, 'a>> {
    let mut rest = configuration.sizes.as_slice();
    let mut stretches = Vec::new();
    while let Some(first) = rest.first() {
        let mut candidates = among_the_best(first);
        let mut length = 1;
        // Always take the longest prefix: no other way of cutting needs fewer stretches.
        while let Some(next) = rest.get(length) {
            let here = among_the_best(next);
            let kept: Vec<_> = candidates.iter().filter(|it| here.contains(it)).cloned().collect();
            let neither = candidates.is_empty() && here.is_empty();
            let alike = neither && first.best().is_some() == next.best().is_some();
            if kept.is_empty() && !alike {
                break;
            }
            candidates = kept;
            length += 1;
        }
        let (sizes, after) = rest.split_at(length);
        let advice = match closest_to_best(candidates, sizes) {
            Some(pick) => Advice::Take(pick),
            None if first.best().is_some() => Advice::CantTell,
            None => Advice::Nothing,
        };
        stretches.push(Stretch { sizes, advice });
        rest = after;
    }
    stretches
}

/// The usable guests that are shown to be the best of a size or level with it.
pub(super) fn among_the_best<'a>(size: &Size<'a>) -> Vec<Variant<'a>> {
    let level = size.entries.iter().filter(|it| it.is_ranked());
    level
        .filter(|entry| Figures::new(entry, size).level_with_best())
        .map(|entry| entry.variant.clone())
        .collect()
}

/// The candidate with the lowest geometric mean of ratios to the best; at equal means, the
/// one that is the best more often.
fn closest_to_best<'a>(candidates: Vec<Variant<'a>>, sizes: &[Size]) -> Option<Variant<'a>> {
    let distance = |variant: &Variant| -> (f64, usize) {
        let figures = sizes.iter().filter_map(|it| Some(Figures::new(it.entry(variant)?, it)));
        let ratios = figures.clone().filter_map(|it| it.to_best);
        let behind = figures.filter(|it| !it.is_best).count();
        (ratios.map(|it| it.value.ln().max(0.0)).sum(), behind)
    };
    let closer =
        |(a, behind_a): (f64, usize), (b, behind_b)| a.total_cmp(&b).then(behind_a.cmp(&behind_b));
    candidates.into_iter().min_by(|a, b| closer(distance(a), distance(b)))
}
