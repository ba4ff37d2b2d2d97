//! What each workload and executor does.

use schemars::JsonSchema;
use serde::Serialize;

/// The workloads and the executors, explained.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Explain {}

impl Explain {
    /// All of it.
    pub fn all() -> Self {
        Self {}
    }
}
