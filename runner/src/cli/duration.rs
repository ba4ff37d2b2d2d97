//! Durations of the command line, with units or in plain seconds.

use std::time::Duration;

use jiff::SignedDuration;

/// A day, the longest duration that is taken.
const MOST: Duration = Duration::from_hours(24);

/// Parses a duration such as `90s`, `2m`, `1m 30s` or `50us` ([jiff's friendly
/// format](jiff::fmt::friendly)), or a number of seconds such as `90` or `0.5`.
///
/// It has to be longer than nothing, and a day at most.
pub fn duration(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|it| Duration::try_from_secs_f64(it).ok());
    let with_units = || text.parse::<SignedDuration>().ok()?.try_into().ok();
    match seconds.or_else(with_units) {
        Some(duration) if duration.is_zero() => Err("it has to be longer than nothing".into()),
        Some(duration) if duration > MOST => Err("a day is the most that is taken".into()),
        Some(duration) => Ok(duration),
        None => Err("expected a duration, such as 90s, 2m, 50us or a number of seconds".into()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn units_and_plain_seconds_are_understood() {
        let expected = [
            ("90", 90_000_000_000),
            ("0.5", 500_000_000),
            ("90s", 90_000_000_000),
            ("2m", 120_000_000_000),
            ("1m 30s", 90_000_000_000),
            ("1.5h", 5_400_000_000_000),
            ("250ms", 250_000_000),
            ("50us", 50_000),
            ("50µs", 50_000),
            ("7ns", 7),
        ];
        for (text, nanoseconds) in expected {
            assert_eq!(duration(text), Ok(Duration::from_nanos(nanoseconds)), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in ["", "0", "0s", "-1", "-1s", "1x", "s", "NaN", "inf", "25h", "1e300", "1 month"]
        {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whole_milliseconds_are_exact(milliseconds in 1_u64..86_400_000) {
            let expected = Ok(Duration::from_millis(milliseconds));
            prop_assert_eq!(duration(&format!("{milliseconds}ms")), expected);
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,12}") {
            let _ = duration(&text);
        }
    }
}
