use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::profile::check::check_tree;
use crate::profile::{CallTree, Function};

/// A component's own time by function, from looks at its stack at regular times while its own code
/// ran.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SampledFunctions {
    /// The functions that the tree speaks of.
    pub functions: Vec<Function>,
    /// Who called whom, in samples.
    pub tree: CallTree,
    /// The time from one look to the next, in nanoseconds: looks come late rather than early.
    pub period_ns: u64,
}

impl SampledFunctions {
    /// Checks that the numbers fit together.
    ///
    /// # Errors
    ///
    /// A sentence about the first that does not.
    pub(super) fn check(&self) -> Result<(), String> {
        check_tree(&self.tree, self.functions.len())
    }
}
