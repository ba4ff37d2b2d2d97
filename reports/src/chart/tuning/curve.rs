use std::collections::BTreeMap;

use crate::tuning::{Tried, Tuned, words};

/// What was tried under a load that differs in one knob alone: a line of a chart.
pub(super) struct Curve<'a> {
    pub tuned: &'a Tuned,
    /// What it is called in the legend.
    pub name: String,
    /// The number that its looks go by.
    pub index: usize,
    /// What was tried, by the value of the knob along the horizontal axis.
    pub tried: Vec<(u64, Tried<'a>)>,
}

/// The curves of some loads of the same knob: one for each load, or, of a grid, one for each
/// value of the second knob. Loads of which nothing was judged have none.
pub(super) fn curves<'a>(loads: &[&'a Tuned]) -> Vec<Curve<'a>> {
    let mut all: Vec<Curve> = Vec::new();
    for (index, &tuned) in loads.iter().enumerate() {
        let mut by_second: BTreeMap<Option<u64>, Vec<(u64, Tried)>> = BTreeMap::new();
        for it in tuned.tried() {
            let settings = tuned.settings(it.value);
            let second = settings.get(1).map(|it| it.1);
            by_second.entry(second).or_default().push((settings[0].1, it));
        }
        for (at, (second, tried)) in by_second.into_iter().enumerate() {
            let (name, index) = match (second, words::names(tuned).as_slice()) {
                (Some(second), [_, name]) => (format!("{name} = {second}"), at),
                _ => (words::load(tuned), index),
            };
            all.push(Curve { tuned, name, index, tried });
        }
    }
    all
}

/// The name of the knob along the horizontal axis, which is the first of two.
pub(super) fn axis_name(tuned: &Tuned) -> &str {
    words::names(tuned).first().copied().unwrap_or_default()
}
