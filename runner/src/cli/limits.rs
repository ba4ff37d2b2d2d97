use std::time::Duration;

use clap::{Args, value_parser};

use crate::engine::RunLimits;

/// What a guest may use before its cell fails.
#[derive(Args)]
#[command(next_help_heading = "Limits of a guest")]
pub struct LimitArguments {
    /// Seconds that one run of a cell may take.
    #[arg(long, value_name = "SECONDS", default_value_t = defaults().run.as_secs(), value_parser = value_parser!(u64).range(1..=86_400))]
    pub run_limit: u64,
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
            run: Duration::from_secs(arguments.run_limit),
            memory: arguments.memory_limit << 20,
            handles: arguments.handle_limit as usize,
            output: (arguments.output_limit << 10) as usize,
        }
    }
}
