use std::collections::BTreeMap;

use crate::record::{Cell, KnobValue, Record};

use super::{Active, Size, Variant};

/// The host configuration that goes without saying.
const STOCK: &str = "stock";

/// A workload with everything but its size.
#[derive(Clone, Debug)]
pub struct Configuration<'a> {
    /// The workload's name.
    pub workload: &'a str,
    /// How many tasks are active.
    pub active: Active,
    /// The workload's further parameters.
    pub parameters: &'a BTreeMap<String, KnobValue>,
    /// The host configuration's name.
    pub host: &'a str,
    /// The number of the record's environment: what was measured under different
    /// conditions, or in different runs, is not compared.
    pub environment: usize,
    /// As short a name as tells it from the record's others: `idle, 1 active`.
    pub label: String,
    /// Its sizes, smallest first.
    pub sizes: Vec<Size<'a>>,
}

impl<'a> Configuration<'a> {
    pub(super) fn all(record: &'a Record, variants: &[Variant<'a>]) -> Vec<Self> {
        let mut groups: Vec<(Self, Vec<&'a Cell>)> = Vec::new();
        for cell in &record.cells {
            let active = Active::of(cell, &workload_of(cell, record));
            let environment = record.environment_number(cell);
            match groups.iter_mut().find(|(group, _)| group.holds(cell, active, environment)) {
                Some((_, cells)) => cells.push(cell),
                None => groups.push((Self::of(cell, active, environment), vec![cell])),
            }
        }
        let sized = |(group, cells): (Self, Vec<&'a Cell>)| Self {
            sizes: Size::all(&cells, variants),
            ..group
        };
        let mut all: Vec<Self> = groups.into_iter().map(sized).collect();
        let labels: Vec<String> = all.iter().map(|it| it.label_among(&all)).collect();
        all.iter_mut().zip(labels).for_each(|(configuration, label)| configuration.label = label);
        all
    }

    fn of(cell: &'a Cell, active: Active, environment: usize) -> Self {
        Self {
            workload: &cell.workload,
            active,
            parameters: &cell.parameters,
            host: &cell.host,
            environment,
            label: String::new(),
            sizes: Vec::new(),
        }
    }

    fn holds(&self, cell: &Cell, active: Active, environment: usize) -> bool {
        self.workload == cell.workload
            && self.active == active
            && *self.parameters == cell.parameters
            && self.host == cell.host
            && self.environment == environment
    }

    /// Workload and active tasks, and of the rest only what differs between
    /// configurations, and any host but the usual one. Of several runs each has its
    /// number.
    fn label_among(&self, others: &[Self]) -> String {
        let mut label = format!("{}, {}", self.workload, self.active);
        let alike = others.iter().filter(|it| it.workload == self.workload);
        for (name, value) in self.parameters {
            if alike.clone().any(|other| other.parameters.get(name) != Some(value)) {
                label += &format!(", {name}={value}");
            }
        }
        if others.iter().any(|other| other.environment != self.environment) {
            label += &format!(", run {}", self.environment + 1);
        }
        if self.host != STOCK || others.iter().any(|other| other.host != self.host) {
            label += &format!(", host {}", self.host);
        }
        label
    }

    /// Whether it is the same on another host.
    pub fn differs_in_host(&self, other: &Self) -> bool {
        self.host != other.host
            && self.workload == other.workload
            && self.active == other.active
            && self.parameters == other.parameters
            && self.environment == other.environment
    }

    /// The label without the host.
    pub fn what(&self) -> &str {
        self.label.split(", host ").next().unwrap_or_default()
    }

    /// The largest size.
    pub fn largest(&self) -> Option<&Size<'a>> {
        self.sizes.last()
    }
}

/// The cells which differ from this one in nothing but guest, size and active tasks.
fn workload_of<'a>(cell: &Cell, record: &'a Record) -> Vec<&'a Cell> {
    let alike = |other: &&Cell| {
        other.workload == cell.workload
            && other.parameters == cell.parameters
            && other.host == cell.host
    };
    record.cells.iter().filter(alike).collect()
}
