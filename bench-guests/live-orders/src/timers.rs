use std::num::NonZeroUsize;

/// What a server does that waits before it answers: each request says for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timers {
    /// The longest timer, in nanoseconds.
    pub longest: u64,
    /// The size of a request, in bytes.
    pub bytes: NonZeroUsize,
}

impl Timers {
    /// From the arguments behind the address: `timers NANOSECONDS BYTES`. Without any, the server
    /// answers at once, and there are no timers.
    ///
    /// # Errors
    ///
    /// What was expected instead.
    pub fn parse(arguments: &[String]) -> Result<Option<Self>, String> {
        let expected = || "expected ADDRESS, or ADDRESS timers NANOSECONDS BYTES".to_string();
        match arguments {
            [] => Ok(None),
            [scenario, longest, bytes] if scenario == "timers" => {
                let longest = longest.parse().map_err(|_| expected())?;
                let bytes = bytes.parse().map_err(|_| expected())?;
                Ok(Some(Self { longest, bytes }))
            }
            _ => Err(expected()),
        }
    }

    /// The timer of a request, in nanoseconds: its first two bytes, the larger first, say which
    /// share of the longest it is, in 65,536ths.
    pub fn of(self, request: &[u8]) -> u64 {
        let byte = |place| request.get(place).copied().unwrap_or(0);
        let share = u16::from_be_bytes([byte(0), byte(1)]);
        ((u128::from(share) * u128::from(self.longest)) >> 16) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Option<Timers>, String> {
        Timers::parse(&arguments.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn arguments_say_whether_there_are_timers() {
        assert_eq!(parse(&[]), Ok(None));
        let timers = parse(&["timers", "1000000", "64"]).unwrap().unwrap();
        assert_eq!((timers.longest, timers.bytes.get()), (1_000_000, 64));
        for wrong in [&["timers"][..], &["echo"], &["timers", "1ms", "64"], &["timers", "1", "0"]] {
            assert!(parse(wrong).unwrap_err().contains("timers NANOSECONDS BYTES"), "{wrong:?}");
        }
    }

    #[test]
    fn the_first_two_bytes_are_the_share() {
        let timers = parse(&["timers", "65536", "3"]).unwrap().unwrap();
        for (request, timer) in [([0, 0, 9], 0), ([1, 2, 9], 258), ([255, 255, 9], 65_535)] {
            assert_eq!(timers.of(&request), timer);
        }
        assert_eq!(Timers { longest: u64::MAX, ..timers }.of(&[128, 0]), u64::MAX >> 1);
    }
}
