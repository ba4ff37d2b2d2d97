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

/// The curves of some loads of the same knob: one for each load, or, of a grid, those of its
/// second knob. Loads of which nothing was judged have none.
pub(super) fn curves<'a>(loads: &[&'a Tuned]) -> Vec<Curve<'a>> {
    let of_load = |(index, tuned): (usize, &&'a Tuned)| match tuned.tried() {
        tried if tried.is_empty() => Vec::new(),
        tried if tuned.grid.is_some() => of_second_knob(tuned, tried),
        tried => {
            let tried = tried.into_iter().map(|it| (it.value, it)).collect();
            vec![Curve { tuned, name: words::load(tuned), index, tried }]
        }
    };
    loads.iter().enumerate().flat_map(of_load).collect()
}

/// A value of the second knob with what was tried beside it, as a curve has it.
type OfSecond<'a> = (u64, Vec<(u64, Tried<'a>)>);

/// A curve for each value of the second knob, or for several next to each other with which
/// the guest does the same all along the first.
fn of_second_knob<'a>(tuned: &'a Tuned, tried: Vec<Tried<'a>>) -> Vec<Curve<'a>> {
    let mut by_second: BTreeMap<u64, Vec<(u64, Tried)>> = BTreeMap::new();
    for it in tried {
        if let [(_, first), (_, second)] = tuned.settings(it.value)[..] {
            by_second.entry(second).or_default().push((first, it));
        }
    }
    let is_same = |a: &[(u64, Tried)], b: &[(u64, Tried)]| {
        let key = |it: &(u64, Tried)| (it.0, it.1.judged.value);
        a.iter().map(key).eq(b.iter().map(key))
    };
    let groups: Vec<OfSecond> = by_second.into_iter().collect();
    let name = words::names(tuned).last().copied().unwrap_or_default();
    let curve = |(index, alike): (usize, &[OfSecond<'a>])| {
        let values: Vec<u64> = alike.iter().map(|it| it.0).collect();
        let name = format!("{name} = {}", words::values(&values));
        Curve { tuned, name, index, tried: alike[0].1.clone() }
    };
    groups.chunk_by(|a, b| is_same(&a.1, &b.1)).enumerate().map(curve).collect()
}

/// The name of the knob along the horizontal axis, which is the first of two.
pub(super) fn axis_name(tuned: &Tuned) -> &str {
    words::names(tuned).first().copied().unwrap_or_default()
}
