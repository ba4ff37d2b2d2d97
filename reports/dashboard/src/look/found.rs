use pollbench_reports::change_points::{self, ChangePoint};
use schemars::JsonSchema;
use serde::Serialize;

/// A change in a series of a look.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub change: ChangePoint,
    /// The probability that a look without any change has one that stands out as much; 0 for
    /// counts.
    pub doubt: f64,
    /// What else changed with it.
    pub surroundings: Vec<ChangedFact>,
}

/// A fact of the surroundings that changed together with a series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChangedFact {
    /// Its name, such as `processor`.
    pub name: String,
    /// What it was; `null` if it was not known.
    pub before: Option<String>,
    /// What it is; `null` if it is not known.
    pub after: Option<String>,
}

impl From<change_points::ChangedFact> for ChangedFact {
    fn from(of: change_points::ChangedFact) -> Self {
        Self { name: of.name, before: of.before, after: of.after }
    }
}
