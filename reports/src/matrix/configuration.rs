use std::collections::BTreeMap;

use crate::record::{Cell, KnobValue, Record};

use super::label::Differences;
use super::{Active, Size, Tasks, Variant};

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
    /// The index of the environment in the record: cells measured under different
    /// conditions, or in different runs, are not compared.
    pub environment: usize,
    /// The shortest name that distinguishes it from the record's other configurations:
    /// `idle, 1 active`.
    pub label: String,
    /// Its sizes, smallest first.
    pub sizes: Vec<Size<'a>>,
}

impl<'a> Configuration<'a> {
    pub(super) fn all(record: &'a Record, variants: &[Variant<'a>]) -> Vec<Self> {
        let mut tasks: BTreeMap<_, Tasks> = BTreeMap::new();
        for cell in &record.cells {
            tasks.entry(setting_of(cell)).or_default().add(cell);
        }
        let mut groups: Vec<(Self, Vec<(u64, &'a Cell)>)> = Vec::new();
        let mut places: BTreeMap<_, usize> = BTreeMap::new();
        for (number, cell) in (1..).zip(&record.cells) {
            let setting = setting_of(cell);
            let (active, environment) =
                (tasks[&setting].reading(cell), record.environment_number(cell));
            let place = *places.entry((setting, active, environment)).or_insert(groups.len());
            if place == groups.len() {
                groups.push((Self::of(cell, active, environment), Vec::new()));
            }
            groups[place].1.push((number, cell));
        }
        let places = Variant::places(variants);
        let sized = |(group, cells): (Self, Vec<(u64, &'a Cell)>)| Self {
            sizes: Size::all(&cells, variants, &places),
            ..group
        };
        let mut all: Vec<Self> = groups.into_iter().map(sized).collect();
        let differences = Differences::between(&all);
        all.iter_mut().for_each(|it| it.label = differences.label(it));
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

    /// Whether both configurations are the same except for the host.
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

/// The properties shared by cells that differ only in guest, size and active tasks.
fn setting_of(cell: &Cell) -> (&str, &BTreeMap<String, KnobValue>, &str) {
    (&cell.workload, &cell.parameters, &cell.host)
}
