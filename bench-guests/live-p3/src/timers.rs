/// What a server does that waits before it answers, as `pollbench-live` has it: each request says
/// for how long.
#[derive(Clone, Copy, Debug)]
pub struct Timers {
    /// The longest timer, in nanoseconds.
    pub longest: u64,
    /// The size of a request, in bytes.
    pub bytes: usize,
}

impl Timers {
    /// From the arguments behind the address: `timers NANOSECONDS BYTES`, or none.
    ///
    /// # Errors
    ///
    /// What was expected instead.
    pub fn parse(arguments: &[String]) -> Result<Option<Self>, &'static str> {
        const EXPECTED: &str = "expected ADDRESS, or ADDRESS timers NANOSECONDS BYTES";
        let number = |text: &String| text.parse().map_err(|_| EXPECTED);
        match arguments {
            [] => Ok(None),
            [scenario, longest, bytes] if scenario == "timers" => {
                Ok(Some(Self { longest: number(longest)?, bytes: number(bytes)?.max(2) as usize }))
            }
            _ => Err(EXPECTED),
        }
    }

    /// The timer of a request of two bytes or more, in nanoseconds.
    pub fn of(self, request: &[u8]) -> u64 {
        let share = u16::from_be_bytes([request[0], request[1]]);
        ((u128::from(share) * u128::from(self.longest)) >> 16) as u64
    }
}
