use std::collections::{BTreeMap, BTreeSet};

use crate::record::KnobValue;

use super::Configuration;

/// The usual host configuration, which labels do not mention.
const STOCK: &str = "stock";

/// How a record's configurations differ, which is what their labels have to show.
pub(super) struct Differences<'a> {
    /// How many configurations each workload has.
    configurations: BTreeMap<&'a str, usize>,
    /// How many configurations of a workload have a parameter with this name and value.
    with_value: BTreeMap<(&'a str, &'a str, &'a KnobValue), usize>,
    several_environments: bool,
    several_hosts: bool,
}

impl<'a> Differences<'a> {
    pub fn between(all: &[Configuration<'a>]) -> Self {
        let (mut configurations, mut with_value) = (BTreeMap::new(), BTreeMap::new());
        for it in all {
            *configurations.entry(it.workload).or_default() += 1;
            for (name, value) in it.parameters {
                *with_value.entry((it.workload, name.as_str(), value)).or_default() += 1;
            }
        }
        let environments: BTreeSet<usize> = all.iter().map(|it| it.environment).collect();
        let hosts: BTreeSet<&str> = all.iter().map(|it| it.host).collect();
        Self {
            configurations,
            with_value,
            several_environments: environments.len() > 1,
            several_hosts: hosts.len() > 1,
        }
    }

    /// The label: workload and active tasks, then only the parameters that differ between
    /// configurations, the number of the run if there are several, and any host but the
    /// usual one.
    pub fn label(&self, of: &Configuration<'a>) -> String {
        let mut label = format!("{}, {}", of.workload, of.active);
        for (name, value) in of.parameters {
            let alike = self.with_value.get(&(of.workload, name.as_str(), value));
            if alike != self.configurations.get(of.workload) {
                label += &format!(", {name}={value}");
            }
        }
        if self.several_environments {
            label += &format!(", run {}", of.environment + 1);
        }
        if self.several_hosts || of.host != STOCK {
            label += &format!(", host {}", of.host);
        }
        label
    }
}
