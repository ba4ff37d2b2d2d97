use itertools::Itertools as _;

use super::super::{Tried, Tuned};

/// Some knobs with their values, as `batch = 32 and slice = 8`.
pub fn settings(settings: &[(&str, u64)]) -> String {
    settings.iter().map(|(knob, value)| format!("{knob} = {value}")).join(" and ")
}

/// What the knob is set to, or both of them: `batch = 32`, `batch = 32 and slice = 8`.
pub fn setting(tuned: &Tuned, value: u64) -> String {
    settings(&tuned.settings(value))
}

/// A value where it is clear whose it is: `32`, but of a grid `batch = 32 and slice = 8`.
pub fn value(tuned: &Tuned, value: u64) -> String {
    match tuned.grid {
        Some(_) => setting(tuned, value),
        None => value.to_string(),
    }
}

/// A value where there is little room: `32`, or the two values of a point, `32 and 8`.
pub fn short(tuned: &Tuned, value: u64, show: impl Fn(u64) -> String) -> String {
    tuned.settings(value).into_iter().map(|it| show(it.1)).join(" and ")
}

/// What is tuned: `batch`, or `batch and slice`.
pub fn knobs(tuned: &Tuned) -> String {
    names(tuned).join(" and ")
}

/// The names of what is tuned: one, or two.
pub fn names(tuned: &Tuned) -> Vec<&str> {
    match &tuned.grid {
        Some(grid) => grid.knobs.iter().map(|it| it.name.as_str()).collect(),
        None => vec![&tuned.knob],
    }
}

/// What can be chosen: values, or the points of a grid.
pub fn choices(tuned: &Tuned) -> &'static str {
    if tuned.grid.is_some() { "points" } else { "values" }
}

/// Some values of a knob, as a range where there are many.
pub fn values(values: &[u64]) -> String {
    match values {
        [] => String::new(),
        [one] => one.to_string(),
        [one, other] => format!("{one}, {other}"),
        [first, .., last] => format!("{first} to {last}"),
    }
}

/// The rows of a table of what was tried: one for each value that was measured, with those
/// that do the same; of a grid, one for each point.
pub fn rows(tuned: &Tuned) -> Vec<Tried<'_>> {
    let is_row = |it: &Tried| tuned.grid.is_some() || it.is_measured();
    tuned.tried().into_iter().filter(is_row).collect()
}

/// How what is in a row compares with the recommended value, in a few words.
pub fn standing(tuned: &Tuned, row: Tried) -> String {
    match row.is_measured() {
        true => super::standing(row.judged).into(),
        false => format!("same as {}", short(tuned, row.judged.value, |it| it.to_string())),
    }
}

/// Some points of a grid, by the values of the first knob: `a = 1 with b = 2 or 4; a = 8 with
/// any b`. `tried` are all points there are.
pub fn points(tuned: &Tuned, points: &[u64], tried: &[u64]) -> String {
    let along = |places: &[u64], first: u64| -> Vec<u64> {
        let here = places.iter().filter(|it| tuned.along(**it) == first);
        here.filter_map(|it| Some(tuned.settings(*it).get(1)?.1)).collect()
    };
    let firsts = points.iter().map(|it| tuned.along(*it)).unique();
    let [one, other] = [0, 1].map(|at| names(tuned).get(at).copied().unwrap_or_default());
    let group = |first: u64| {
        let seconds = along(points, first);
        let which = match seconds.len() > 1 && seconds.len() == along(tried, first).len() {
            true => format!("any {other}"),
            false => format!("{other} = {}", alternatives(&seconds)),
        };
        format!("{one} = {first} with {which}")
    };
    firsts.map(group).join("; ")
}

fn alternatives(values: &[u64]) -> String {
    match values {
        [first @ .., one, last] => {
            first.iter().map(|it| format!("{it}, ")).join("") + &format!("{one} or {last}")
        }
        values => values.iter().join(""),
    }
}
