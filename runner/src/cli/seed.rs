use clap::Args;
use jiff::Timestamp;

/// Where chance begins.
#[derive(Args)]
pub struct SeedArguments {
    /// Where the order of turns begins; the same seed gives the same order.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
}

impl SeedArguments {
    /// The seed given, or one that nobody chose.
    pub fn seed(&self) -> u64 {
        self.seed.unwrap_or_else(|| Timestamp::now().as_microsecond().unsigned_abs())
    }
}
