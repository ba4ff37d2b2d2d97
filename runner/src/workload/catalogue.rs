use super::kind::Kind;
use super::{burst, churn, idle};

/// The workloads there are.
pub static CATALOGUE: &[Kind] = &[idle::KIND, burst::KIND, churn::KIND];
