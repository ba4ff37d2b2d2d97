use crate::format;
use crate::matrix::{Configuration, Figures, MARGIN, Ratio, Size, Variant};

use super::doubt;
use super::recommendation::{Advice, Stretch, among_the_best};
use super::words::Words;

/// Writes what is said about one stretch of sizes.
pub(super) fn write(
    words: &mut Words,
    stretch: &Stretch,
    configuration: &Configuration,
    interrupted: bool,
) {
    words.text(place(stretch.sizes, &configuration.sizes));
    words.text(" ");
    match &stretch.advice {
        Advice::Take(pick) => recommend(words, pick, stretch.sizes),
        Advice::CantTell => doubt::write(words, stretch.sizes),
        Advice::Nothing => excuse(words, stretch.sizes, interrupted),
    }
}

/// Where on the axis of sizes a stretch lies: `up to 1,000 pollables`.
fn place(sizes: &[Size], all: &[Size]) -> String {
    let number = |size: Option<&Size>| format::count(size.map_or(0, |it| it.pollables).into());
    let (first, last) = (number(sizes.first()), number(sizes.last()));
    if sizes.len() == 1 {
        format!("at {first} pollables")
    } else if sizes.len() == all.len() {
        "at every size".into()
    } else if sizes.first().map(|it| it.pollables) == all.first().map(|it| it.pollables) {
        format!("up to {last} pollables")
    } else if sizes.last().map(|it| it.pollables) == all.last().map(|it| it.pollables) {
        format!("from {first} pollables")
    } else {
        format!("from {first} to {last} pollables")
    }
}

fn recommend(words: &mut Words, pick: &Variant, sizes: &[Size]) {
    let figures: Vec<Figures> =
        sizes.iter().filter_map(|size| Some(Figures::new(size.entry(pick)?, size))).collect();
    words.guest(&pick.label);
    words.text(if is_only_choice(pick, sizes) { ", the only one timed (" } else { " (" });
    words.text(doubt::time_range(figures.iter().copied()).unwrap_or_default());
    words.text(" per event");
    distance_to_floor(words, &figures, sizes);
    words.text(")");
    ties(words, pick, sizes);
}

fn lowest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(f64::INFINITY, f64::min)
}

fn highest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(f64::NEG_INFINITY, f64::max)
}

fn is_only_choice(pick: &Variant, sizes: &[Size]) -> bool {
    let mut timed = sizes.iter().flat_map(|it| &it.entries).filter(|it| it.time().is_some());
    timed.all(|entry| entry.variant == *pick || !entry.variant.competes())
}

fn distance_to_floor(words: &mut Words, figures: &[Figures], sizes: &[Size]) {
    let Some(floor) = sizes.iter().find_map(Size::floor) else { return };
    let ratios: Vec<_> = figures.iter().filter_map(|it| it.to_floor).collect();
    if ratios.is_empty() {
        return;
    }
    words.text(", ");
    if !ratios.iter().any(Ratio::is_told) {
        words.text("can't be told apart from the floor ");
    } else {
        let values = || ratios.iter().map(|ratio| ratio.value);
        let (low, high) = (format::ratio(lowest(values())), format::ratio(highest(values())));
        words.text(if low == high { low } else { format!("{low} to {high}") });
        words.text(" of the floor ");
    }
    words.guest(&floor.variant.label);
}

/// Names the other guests that are among the best, and at which sizes: first those that are
/// at every size.
fn ties(words: &mut Words, pick: &Variant, sizes: &[Size]) {
    let mut level: Vec<(Variant, Vec<u32>)> = Vec::new();
    for size in sizes {
        for variant in among_the_best(size).into_iter().filter(|it| it != pick) {
            match level.iter_mut().find(|(known, _)| *known == variant) {
                Some((_, places)) => places.push(size.pollables),
                None => level.push((variant, vec![size.pollables])),
            }
        }
    }
    level.sort_by_key(|(variant, places)| (std::cmp::Reverse(places.len()), variant.index));
    for (index, group) in level.chunk_by(|(_, a), (_, b)| a == b).enumerate() {
        let places = &group[0].1;
        words.text(if index == 0 { "; " } else { ", " });
        words.guests(group.iter().map(|(variant, _)| variant.label.as_str()));
        if index == 0 {
            let verb = if group.len() == 1 { "is" } else { "are" };
            words.text(format!(" {verb} within {} % of the best", MARGIN * 100.0));
        }
        if places.len() < sizes.len() {
            let numbers: Vec<String> =
                places.iter().map(|&place| format::count(place.into())).collect();
            words.text(format!(" at {}", numbers.join(" and ")));
        }
    }
}

/// Says why there is nothing to recommend.
fn excuse(words: &mut Words, sizes: &[Size], interrupted: bool) {
    let usable = sizes.iter().flat_map(|it| &it.entries).filter(|it| it.variant.competes());
    if usable.clone().next().is_none() {
        match sizes.iter().find_map(Size::floor) {
            Some(floor) => {
                words.text("only the floor ");
                words.guest(&floor.variant.label);
                words.text(" was measured, which is no usable executor");
            }
            None => words.text("no usable guest was measured"),
        }
    } else if usable.clone().all(|entry| entry.failed()) {
        words.text("no usable guest passed the checks");
    } else if interrupted {
        words.text("nothing can be said: the run was stopped before a usable guest was timed");
    } else {
        words.text("nothing can be said: no usable guest was timed");
    }
}
