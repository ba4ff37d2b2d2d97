use serde::de::DeserializeOwned;

use super::error::LiveError;

/// What a process of this program was told to do, from its argument.
///
/// # Errors
///
/// If it is no such order: somebody else has started the process.
pub fn order<T: DeserializeOwned>(argument: &str) -> Result<T, LiveError> {
    serde_json::from_str(argument).map_err(LiveError::Order)
}
