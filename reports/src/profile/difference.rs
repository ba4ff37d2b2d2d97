//! Two profiles of the same work held against each other.

use std::collections::BTreeMap;

use super::functions::by_function;
use super::{CallTree, Profile};

/// The trees by which two profiles are compared.
pub(super) struct Basis<'a> {
    pub before: &'a CallTree,
    pub after: &'a CallTree,
    pub unit_per_event: &'static str,
}

/// Exact counts where both have them, samples where both have those.
pub(super) fn basis<'a>(before: &'a Profile, after: &'a Profile) -> Option<Basis<'a>> {
    let exact = before.exact.as_ref().zip(after.exact.as_ref());
    let sampled = before.sampled.as_ref().zip(after.sampled.as_ref());
    match (exact, sampled) {
        (Some((before, after)), _) => Some(Basis {
            before: &before.tree,
            after: &after.tree,
            unit_per_event: "units of fuel per event",
        }),
        (None, Some((before, after))) => Some(Basis {
            before: &before.tree,
            after: &after.tree,
            unit_per_event: "samples per event",
        }),
        (None, None) => None,
    }
}

/// What a function costs in two profiles, for an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The function's name.
    pub name: String,
    /// The cost of its own code before, in the unit of the comparison.
    pub before: f64,
    /// The same after.
    pub after: f64,
}

impl Difference {
    /// What it costs more; less than 0 if it costs less.
    pub fn change(&self) -> f64 {
        self.after - self.before
    }

    /// The functions of two profiles whose own costs per event differ, the greatest difference
    /// first, and the unit of these costs. `None` where the profiles have nothing that can be
    /// compared. Functions are the same if their names are.
    pub fn between(before: &Profile, after: &Profile) -> Option<(Vec<Self>, &'static str)> {
        let basis = basis(before, after)?;
        let mut costs: BTreeMap<&str, [f64; 2]> = BTreeMap::new();
        for (side, (profile, tree)) in
            [(before, basis.before), (after, basis.after)].iter().enumerate()
        {
            let events = profile.work.events.max(1) as f64;
            for cost in by_function(tree, profile.functions.len()) {
                let name = profile.functions[cost.function].name.as_str();
                costs.entry(name).or_default()[side] += cost.own as f64 / events;
            }
        }
        let difference =
            |(name, [before, after]): (&str, [f64; 2])| Self { name: name.into(), before, after };
        let mut differences: Vec<Self> = costs.into_iter().map(difference).collect();
        differences.retain(|it| it.before != it.after);
        differences.sort_by(|a, b| b.change().abs().total_cmp(&a.change().abs()));
        Some((differences, basis.unit_per_event))
    }
}
