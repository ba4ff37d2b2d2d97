//! What cells are called: short, but so that no two have the same name.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use pollbench_history::Identity;
use pollbench_reports::format;
use pollbench_reports::record::KnobValue;
use schemars::JsonSchema;
use serde::Serialize;

/// The usual host configuration, which names do not mention.
const STOCK: &str = "stock";

/// What a cell is called: what differs from other cells, and no more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct CellName {
    /// The guest, with those of its knobs that differ from cell to cell.
    pub guest: String,
    /// The workload, with what differs likewise.
    pub workload: String,
    /// N.
    pub pollables: u32,
}

/// `slab, idle, 1 active, N = 1,000`.
impl fmt::Display for CellName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pollables = format::count(self.pollables.into());
        write!(f, "{}, {}, N = {pollables}", self.guest, self.workload)
    }
}

impl CellName {
    /// Whether the name has all these words, whatever their case.
    pub fn has_words(&self, words: &str) -> bool {
        let name = self.to_string().to_lowercase();
        words.to_lowercase().split_whitespace().all(|word| name.contains(word))
    }
}

/// What differs among cells, and so has to be in their names.
#[derive(Debug, Default)]
pub struct Names {
    /// By guest and knob, and by workload and parameter.
    knobs: BTreeMap<(String, String), BTreeSet<KnobValue>>,
    parameters: BTreeMap<(String, String), BTreeSet<KnobValue>>,
    /// By everything but the effort.
    efforts: BTreeMap<String, BTreeSet<Option<u64>>>,
    hosts: BTreeSet<String>,
    /// The workloads of which in some cell not all tasks are active.
    some_idle: BTreeSet<String>,
}

impl Names {
    /// The names for some cells.
    pub fn among<'a>(cells: impl IntoIterator<Item = &'a Identity>) -> Self {
        let mut names = Self::default();
        for cell in cells {
            add(&mut names.knobs, &cell.guest, &cell.knobs);
            add(&mut names.parameters, &cell.workload, &cell.parameters);
            names.efforts.entry(without_effort(cell)).or_default().insert(cell.effort);
            names.hosts.insert(cell.host.clone());
            if cell.active != cell.pollables {
                names.some_idle.insert(cell.workload.clone());
            }
        }
        names
    }

    /// The name of one of these cells.
    pub fn of(&self, cell: &Identity) -> CellName {
        let mut guest = cell.guest.clone();
        for (name, value) in varying(&self.knobs, &cell.guest, &cell.knobs) {
            guest += &format!(" {name}={value}");
        }
        let mut workload = cell.workload.clone();
        if cell.active != 0 && self.some_idle.contains(&cell.workload) {
            workload += &format!(", {} active", cell.active);
        }
        for (name, value) in varying(&self.parameters, &cell.workload, &cell.parameters) {
            workload += &format!(", {name}={value}");
        }
        let efforts = self.efforts.get(&without_effort(cell));
        if let (Some(effort), Some(true)) = (cell.effort, efforts.map(|it| it.len() > 1)) {
            workload += &format!(", effort {effort}");
        }
        if self.hosts.len() > 1 || cell.host != STOCK {
            workload += &format!(", host {}", cell.host);
        }
        CellName { guest, workload, pollables: cell.pollables }
    }
}

type Values = BTreeMap<(String, String), BTreeSet<KnobValue>>;

fn add(values: &mut Values, owner: &str, settings: &BTreeMap<String, KnobValue>) {
    for (name, value) in settings {
        values.entry((owner.into(), name.clone())).or_default().insert(value.clone());
    }
}

/// The settings that are not the same in all cells of their owner.
fn varying<'a>(
    values: &'a Values,
    owner: &'a str,
    settings: &'a BTreeMap<String, KnobValue>,
) -> impl Iterator<Item = (&'a String, &'a KnobValue)> {
    let is_one = |name: &str| values.get(&(owner.into(), name.into())).map_or(0, BTreeSet::len) < 2;
    settings.iter().filter(move |(name, _)| !is_one(name))
}

fn without_effort(cell: &Identity) -> String {
    format!("{:?}", Identity { effort: None, ..cell.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(batch: u64, host: &str, active: u32) -> Identity {
        Identity {
            guest: "batched".into(),
            knobs: [
                ("batch".into(), KnobValue::Integer(batch)),
                ("x".into(), KnobValue::Integer(1)),
            ]
            .into(),
            host: host.into(),
            workload: "idle".into(),
            parameters: BTreeMap::new(),
            pollables: 100,
            active,
            effort: None,
        }
    }

    #[test]
    fn names_have_what_differs_and_no_more() {
        let same = cell(64, "stock", 1);
        let name = Names::among([&same]).of(&same);
        assert_eq!((name.guest.as_str(), name.workload.as_str()), ("batched", "idle, 1 active"));
        let others = [cell(64, "stock", 100), cell(256, "real", 100)];
        let names = Names::among(&others);
        let name = names.of(&others[1]);
        assert_eq!(name.guest, "batched batch=256");
        assert_eq!(name.workload, "idle, host real");
        assert_eq!(Names::among([&others[0], &same]).of(&others[0]).workload, "idle, 100 active");
        assert_ne!(name, names.of(&others[0]));
    }
}
