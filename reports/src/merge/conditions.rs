use std::collections::BTreeSet;

use crate::record::{Cell, Environment, GroupId, LoadAverage};

use super::{MergeError, Part};

/// The parts of all records; those under the same conditions are joined.
pub struct Conditions<'a> {
    all: Vec<Together<'a>>,
}

struct Together<'a> {
    environment: Environment,
    groups: BTreeSet<GroupId<'a>>,
    cells: Vec<&'a Cell>,
}

/// Checks that a guest's name stands for the same component in all parts, on every machine.
pub fn check_guests(parts: &[Part]) -> Result<(), MergeError> {
    for (index, part) in parts.iter().enumerate() {
        for earlier in &parts[..index] {
            if let Some(difference) = earlier.environment.guest_difference(part.environment) {
                return Err(MergeError::OtherGuest {
                    first: earlier.name.into(),
                    second: part.name.into(),
                    difference,
                });
            }
        }
    }
    Ok(())
}

impl<'a> Conditions<'a> {
    pub fn of(parts: &[Part<'a>]) -> Self {
        let mut all: Vec<Together<'a>> = Vec::new();
        for part in parts {
            let groups: BTreeSet<GroupId> = part.cells.iter().map(|it| it.id().group).collect();
            match all.iter_mut().find(|it| it.takes(part.environment, &groups)) {
                Some(together) => together.take(part, groups),
                None => all.push(Together {
                    environment: part.environment.clone(),
                    groups,
                    cells: part.cells.clone(),
                }),
            }
        }
        Self { all }
    }

    /// Every cell, with the index of its environment.
    pub fn cells(&self) -> Vec<Cell> {
        let numbered = self.all.iter().enumerate().flat_map(|(number, together)| {
            let environment = (number > 0).then_some(number as u32);
            together.cells.iter().map(move |&cell| Cell { environment, ..cell.clone() })
        });
        numbered.collect()
    }

    /// The environments, in the order of their indices.
    pub fn environments(self) -> Vec<Environment> {
        self.all.into_iter().map(|together| together.environment).collect()
    }
}

impl<'a> Together<'a> {
    fn takes(&self, environment: &Environment, groups: &BTreeSet<GroupId>) -> bool {
        let is_shared = |group: &GroupId| self.groups.iter().any(|it| it == group);
        self.environment.difference(environment).is_none() && !groups.iter().any(is_shared)
    }

    fn take(&mut self, part: &Part<'a>, groups: BTreeSet<GroupId<'a>>) {
        join(&mut self.environment, part.environment);
        self.groups.extend(groups);
        self.cells.extend(&part.cells);
    }
}

/// Joins two environments under the same conditions: start and clock are those of the
/// earlier run, the load is the higher of both.
fn join(environment: &mut Environment, other: &Environment) {
    if other.started < environment.started {
        environment.started = other.started.clone();
        environment.clock = other.clock.clone();
    }
    for command in other.command.lines() {
        if !environment.command.lines().any(|it| it == command) {
            environment.command += &format!("\n{command}");
        }
    }
    let LoadAverage { before, after } = &mut environment.load_average;
    *before = highest(*before, other.load_average.before);
    *after = highest(*after, other.load_average.after);
    for (name, host) in &other.hosts {
        environment.hosts.entry(name.clone()).or_insert_with(|| host.clone());
    }
    for guest in &other.guests {
        if !environment.guests.iter().any(|it| it.name == guest.name) {
            environment.guests.push(guest.clone());
        }
    }
    environment.resumed = match (environment.resumed, other.resumed) {
        (Some(here), Some(there)) => Some(here.saturating_add(there)),
        (here, there) => here.or(there),
    };
    environment.seconds = match (environment.seconds, other.seconds) {
        (Some(here), Some(there)) => Some(here + there),
        _ => None,
    };
}

fn highest(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    a.into_iter().chain(b).max_by(f64::total_cmp)
}
