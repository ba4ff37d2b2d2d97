use std::collections::BTreeMap;
use std::fmt;

use super::{Cell, KnobValue};

/// What tells a cell from all others of a matrix: who was measured, and under what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellId<'a> {
    /// Under what.
    pub group: GroupId<'a>,
    /// Who.
    pub contender: ContenderId<'a>,
}

/// A workload of a size. Its contenders take turns, and are compared round by round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupId<'a> {
    /// The workload's name.
    pub workload: &'a str,
    /// Its further parameters.
    pub parameters: &'a BTreeMap<String, KnobValue>,
    /// N.
    pub pollables: u32,
    /// A.
    pub active: u32,
    /// How much work a repetition was to be.
    pub effort: Option<u64>,
}

/// A guest with its knobs on a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContenderId<'a> {
    /// The guest's name.
    pub guest: &'a str,
    /// Its knobs.
    pub knobs: &'a BTreeMap<String, KnobValue>,
    /// The host's name.
    pub host: &'a str,
}

impl Cell {
    /// What tells it from the others.
    pub fn id(&self) -> CellId<'_> {
        CellId {
            group: GroupId {
                workload: &self.workload,
                parameters: &self.parameters,
                pollables: self.pollables,
                active: self.active,
                effort: self.effort,
            },
            contender: ContenderId { guest: &self.guest, knobs: &self.knobs, host: &self.host },
        }
    }
}

/// `slab (timers=heap) on stock, idle (delay=0), 100 pollables, 1 active`.
impl fmt::Display for CellId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { group, contender } = self;
        write!(f, "{}", contender.guest)?;
        settings(f, contender.knobs)?;
        write!(f, " on {}, {}", contender.host, group.workload)?;
        settings(f, group.parameters)?;
        write!(f, ", {} pollables, {} active", group.pollables, group.active)
    }
}

fn settings(
    f: &mut fmt::Formatter<'_>,
    settings: &BTreeMap<String, KnobValue>,
) -> Result<(), fmt::Error> {
    if settings.is_empty() {
        return Ok(());
    }
    let words: Vec<String> =
        settings.iter().map(|(name, value)| format!("{name}={value}")).collect();
    write!(f, " ({})", words.join(", "))
}
