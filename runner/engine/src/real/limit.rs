use pollbench_load::ProcessError;

/// Makes sure that the descriptors of so many pollables can be open at once. The error says
/// what is missing.
pub fn raise_descriptor_limit(pollables: u32) -> Result<(), String> {
    pollbench_load::raise_descriptor_limit(pollables).map_err(|error| match error {
        ProcessError::Descriptors { needed, allowed, .. } => format!(
            "a real host takes {needed} open files for this size, and this system allows {allowed}: raise `ulimit -Hn`"
        ),
        other => other.to_string(),
    })
}
