use serde::{Deserialize, Serialize};

use super::ChangePoint;

/// A fact of the surroundings that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedFact {
    /// The name of the fact, such as `machine`.
    pub name: String,
    /// What it was; `None` if it was not known.
    pub before: Option<String>,
    /// What it is; `None` if it is not known.
    pub after: Option<String>,
    /// The first run with what it is.
    pub run: usize,
}

/// What may have caused a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// Nothing else is known to have changed, so it is in the commits.
    Commits,
    /// Something else changed at that time, such as the machine: there may be no regression
    /// at all. In order of the runs.
    Surroundings(Vec<ChangedFact>),
}

/// What else changed with a change: the facts that differ between two runs, one after the
/// other, of those from the last certainly before the change to the first certainly after it.
///
/// `facts` has the names and values for each run. A run without any is passed over.
pub fn cause<Facts: AsRef<[(String, String)]>>(change: &ChangePoint, facts: &[Facts]) -> Cause {
    let (before, after) = change.runs();
    let known = |run: &usize| !facts[*run].as_ref().is_empty();
    let last = facts.len().min(after + 1);
    let Some(before) = (0..last.min(before.map_or(0, |it| it + 1))).rev().find(known) else {
        return Cause::Commits;
    };
    let mut changed = Vec::new();
    let mut earlier = facts[before].as_ref();
    for run in (before + 1..last).filter(known) {
        let later = facts[run].as_ref();
        changed.extend(differences(earlier, later, run));
        earlier = later;
    }
    if changed.is_empty() { Cause::Commits } else { Cause::Surroundings(changed) }
}

/// The facts in which two runs differ, in the order of the earlier one.
fn differences(
    earlier: &[(String, String)],
    later: &[(String, String)],
    run: usize,
) -> Vec<ChangedFact> {
    let of = |facts: &[(String, String)], name: &str| {
        facts.iter().find(|it| it.0 == name).map(|it| it.1.clone())
    };
    let new = later.iter().filter(|it| of(earlier, &it.0).is_none());
    let names = earlier.iter().chain(new).map(|it| it.0.clone());
    let change = |name: String| {
        let (before, after) = (of(earlier, &name), of(later, &name));
        (before != after).then_some(ChangedFact { name, before, after, run })
    };
    names.filter_map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change_points::{Noise, change_points};

    fn facts(machine: &str, wasmtime: &str) -> Vec<(String, String)> {
        let fact = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        vec![fact("machine", machine), fact("wasmtime", wasmtime)]
    }

    /// A step of counters at run 3.
    fn step() -> ChangePoint {
        change_points(&[1.0, 1.0, 1.0, 2.0, 2.0], Noise::Exact, 0.05).remove(0)
    }

    #[test]
    fn a_new_machine_is_named_with_the_run_it_came_with() {
        let runs =
            [facts("a", "1"), facts("a", "1"), facts("a", "1"), facts("b", "1"), facts("b", "2")];
        let machine = ChangedFact {
            name: "machine".to_owned(),
            before: Some("a".to_owned()),
            after: Some("b".to_owned()),
            run: 3,
        };
        assert_eq!(cause(&step(), &runs), Cause::Surroundings(vec![machine]));
    }

    #[test]
    fn what_changes_anywhere_in_the_interval_is_named() {
        let change = ChangePoint { interval: 2..=4, ..step() };
        let runs =
            [facts("a", "1"), facts("a", "1"), facts("a", "2"), facts("b", "2"), facts("b", "2")];
        let Cause::Surroundings(changed) = cause(&change, &runs) else { panic!("nothing changed") };
        let named: Vec<(&str, usize)> =
            changed.iter().map(|it| (it.name.as_str(), it.run)).collect();
        assert_eq!(named, [("wasmtime", 2), ("machine", 3)]);
    }

    #[test]
    fn what_changed_at_another_time_does_not_explain_a_change() {
        let runs =
            [facts("a", "1"), facts("b", "1"), facts("b", "1"), facts("b", "1"), facts("b", "2")];
        assert_eq!(cause(&step(), &runs), Cause::Commits);
    }

    #[test]
    fn a_fact_may_appear_or_vanish_and_runs_may_have_none() {
        let runs = [
            facts("a", "1"),
            facts("a", "1"),
            Vec::new(),
            vec![("wasmtime".to_owned(), "1".to_owned())],
        ];
        let Cause::Surroundings(changed) = cause(&step(), &runs) else { panic!("nothing changed") };
        assert_eq!((changed[0].name.as_str(), &changed[0].after), ("machine", &None));
        assert_eq!(cause::<Vec<(String, String)>>(&step(), &[]), Cause::Commits);
        assert_eq!(cause(&step(), &runs[..2]), Cause::Commits);
    }
}
