use clap::Args;
use jiff::Timestamp;

/// The seed of the random numbers.
#[derive(Args)]
pub struct SeedArguments {
    /// The seed of the order of turns; the same seed gives the same order.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
}

impl SeedArguments {
    /// The seed that was given, or one from the clock.
    pub fn seed(&self) -> u64 {
        self.seed.unwrap_or_else(|| Timestamp::now().as_microsecond().unsigned_abs())
    }
}
