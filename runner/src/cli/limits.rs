use std::time::Duration;

use clap::{Args, value_parser};

use super::duration::duration;

use crate::engine::RunLimits;

/// What a guest may use before its cell fails.
#[derive(Args)]
#[command(next_help_heading = "Limits of a guest")]
pub struct LimitArguments {
    /// How long one run of a cell may take, such as 10s or 2m.
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration)]
    pub run_limit: Duration,
    /// Mebibytes of memory.
    #[arg(long, value_name = "MIB", default_value_t = defaults().memory >> 20, value_parser = value_parser!(u64).range(1..=1 << 20))]
    pub memory_limit: u64,
    /// Handles alive at once; a poll lends each handle of its list once more. An embedder
    /// of wasmtime who sets nothing gets 100000.
    #[arg(long, value_name = "COUNT", default_value_t = defaults().handles as u64, value_parser = value_parser!(u64).range(1..=100_000_000))]
    pub handle_limit: u64,
    /// Kibibytes that a guest may print in one run.
    #[arg(long, value_name = "KIB", default_value_t = defaults().output as u64 >> 10, value_parser = value_parser!(u64).range(1..=1 << 20))]
    pub output_limit: u64,
}

fn defaults() -> RunLimits {
    RunLimits::default()
}

impl From<&LimitArguments> for RunLimits {
    fn from(arguments: &LimitArguments) -> Self {
        Self {
            run: arguments.run_limit,
            memory: arguments.memory_limit << 20,
            handles: arguments.handle_limit as usize,
            output: (arguments.output_limit << 10) as usize,
        }
    }
}
