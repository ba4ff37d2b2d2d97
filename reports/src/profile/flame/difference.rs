use std::collections::BTreeMap;

use super::super::folded::{Folded, fold};
use super::super::label::labels;
use super::super::{Profile, difference::basis};
use super::{Flame, Lines, Side};

/// Costs are kept in thousandths of a unit for each event.
const FACTOR: f64 = 0.001;

impl Flame {
    /// What each path costs more or less in `after` than in `before`, for an event: in fuel
    /// where both profiles have exact counts, in samples where both were sampled. Frames are as
    /// wide as they cost in the profile that costs more, so that what stands out there has room;
    /// what is only in the other one has no width, and is in the table of
    /// [`super::super::Difference`]. A frame whose own code costs more is marked `▲`,
    /// one that costs less `▼`. Functions are the same if their names are. `None` where the
    /// profiles have nothing that can be compared, or both cost nothing.
    pub fn difference(before: &Profile, after: &Profile) -> Option<Self> {
        let basis = basis(before, after)?;
        let [before, after] =
            [(before, basis.before), (after, basis.after)].map(|(profile, tree)| {
                let events = profile.work.events.max(1) as f64;
                let per_event = |own: u64| (own as f64 / events / FACTOR).round() as u64;
                fold(tree, &labels(&profile.functions, false), None, per_event)
            });
        let total = |folded: &Folded| folded.values().sum::<u64>();
        let widths = if total(&before) > total(&after) { Side::Before } else { Side::After };
        let flame = Self {
            title: "What has changed, by the guest's functions".into(),
            unit: basis.unit_per_event,
            factor: FACTOR,
            lines: Lines::Differences { lines: lines(&before, &after), widths },
            parts: Vec::new(),
        };
        (flame.total() > 0).then_some(flame)
    }
}

/// The lines of both, with marked frames, in ascending order as the drawing wants them.
fn lines(before: &Folded, after: &Folded) -> Vec<(String, u64, u64)> {
    let mut costs: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (path, cost) in before {
        costs.entry(path).or_default().0 = *cost;
    }
    for (path, cost) in after {
        costs.entry(path).or_default().1 = *cost;
    }
    let line =
        |(path, &(before, after)): (&&str, &(u64, u64))| (marked(path, &costs), before, after);
    let mut lines: Vec<(String, u64, u64)> = costs.iter().map(line).collect();
    lines.sort();
    lines
}

/// A path with the mark of each of its frames.
fn marked(path: &str, costs: &BTreeMap<&str, (u64, u64)>) -> String {
    let ends = path.match_indices(';').map(|it| it.0).chain([path.len()]);
    let mut start = 0;
    let mut marked = Vec::new();
    for end in ends {
        let mark = match costs.get(&path[..end]) {
            Some((before, after)) if after > before => "\u{a0}▲",
            Some((before, after)) if after < before => "\u{a0}▼",
            _ => "",
        };
        marked.push(format!("{}{mark}", &path[start..end]));
        start = end + 1;
    }
    marked.join(";")
}
