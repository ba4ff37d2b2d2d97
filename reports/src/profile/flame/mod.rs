//! Flame graphs: of the guest's work, of everything, and of the difference between two
//! profiles.

mod difference;
mod hues;
mod svg;
mod whole;

use super::folded::{Folded, fold};
use super::label::labels;
use super::{CallTree, Function};

pub use svg::{Drawn, FlameError};

use hues::Hue;

/// Stacks with their costs, as they can be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Flame {
    /// What it shows.
    title: String,
    /// What a cost is counted in: `units of fuel`, `samples`, `ns per event`.
    unit: &'static str,
    /// What one in the lines is in that unit.
    factor: f64,
    lines: Lines,
    /// The frames of the host's parts, by their labels; all others are the guest's functions.
    parts: Vec<(String, Hue)>,
}

/// The costs of the lines.
#[derive(Clone, Debug, PartialEq)]
enum Lines {
    Costs(Folded),
    /// Before and after.
    Differences {
        lines: Vec<(String, u64, u64)>,
        /// Which of the two frames are as wide as.
        widths: Side,
    },
}

/// One of two profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The first.
    Before,
    /// The second.
    After,
}

impl Side {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }

    /// The cost of this side.
    fn of(self, &(_, before, after): &(String, u64, u64)) -> u64 {
        match self {
            Self::Before => before,
            Self::After => after,
        }
    }

    /// The other side.
    pub fn other(self) -> Self {
        match self {
            Self::Before => Self::After,
            Self::After => Self::Before,
        }
    }
}

/// What the costs of a tree are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Exact: fuel, about one for each WebAssembly instruction.
    Fuel,
    /// Looks at the stack.
    Samples,
}

impl Unit {
    /// Its name, for more than one.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fuel => "units of fuel",
            Self::Samples => "samples",
        }
    }
}

impl Flame {
    /// The work of `what`, such as the guest, by who called whom; `None` where nothing has a
    /// cost. The tree's functions are positions in `functions`.
    pub fn of_tree(
        what: &str,
        functions: &[Function],
        tree: &CallTree,
        unit: Unit,
    ) -> Option<Self> {
        let folded = fold(tree, &labels(functions, true), None, |it| it);
        let by = match unit {
            Unit::Fuel => "fuel",
            Unit::Samples => "time",
        };
        Self::new(format!("The {what}'s functions by {by}"), unit.name(), 1.0, folded, Vec::new())
    }

    fn new(
        title: String,
        unit: &'static str,
        factor: f64,
        folded: Folded,
        parts: Vec<(String, Hue)>,
    ) -> Option<Self> {
        let lines = Lines::Costs(folded);
        let flame = Self { title, unit, factor, lines, parts };
        (flame.total() > 0).then_some(flame)
    }

    /// Which of two profiles the frames are as wide as; `None` where there is only one.
    pub fn widths(&self) -> Option<Side> {
        match &self.lines {
            Lines::Costs(_) => None,
            Lines::Differences { widths, .. } => Some(*widths),
        }
    }

    /// The cost of everything, on the side that gives the widths where two profiles are
    /// compared.
    fn total(&self) -> u64 {
        match &self.lines {
            Lines::Costs(folded) => folded.values().sum(),
            Lines::Differences { lines, widths } => lines.iter().map(|it| widths.of(it)).sum(),
        }
    }

    /// What it shows, and in which unit.
    pub fn title(&self) -> String {
        format!("{}, in {}", self.title, self.unit)
    }

    /// Folded stacks, a line for each path with a cost of its own, in ascending order: frames
    /// joined by `;`, a space, and the cost; where two profiles are compared, the costs of
    /// both, at last of the one that gives the widths. Spaces inside of frames are no-break spaces.
    pub fn folded(&self) -> String {
        let line = |(path, costs): (&str, String)| format!("{path} {costs}\n");
        self.entries().into_iter().map(line).collect()
    }

    /// The paths with what stands behind them.
    fn entries(&self) -> Vec<(&str, String)> {
        match &self.lines {
            Lines::Costs(folded) => {
                folded.iter().map(|it| (it.0.as_str(), it.1.to_string())).collect()
            }
            Lines::Differences { lines, widths } => {
                let costs = |it| format!("{} {}", widths.other().of(it), widths.of(it));
                lines.iter().map(|it| (it.0.as_str(), costs(it))).collect()
            }
        }
    }
}
