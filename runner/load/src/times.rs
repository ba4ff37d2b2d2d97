use std::io::Cursor;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Serializer as _, V2DeflateSerializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

/// The longest time that is told apart from longer ones.
pub const TOP: Duration = Duration::from_hours(1);
/// Significant digits of each time.
const DIGITS: u8 = 3;

/// A distribution of times, in nanoseconds to 3 significant digits.
///
/// Its histogram is written as HdrHistogram V2, deflated, in base64, which every HdrHistogram
/// reads; a record of pollbench has the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Times {
    /// The times.
    #[serde(serialize_with = "write", deserialize_with = "read")]
    pub histogram: Histogram<u64>,
    /// How many were longer than [`TOP`]. They are in the histogram, as that long.
    pub beyond: u64,
}

impl Times {
    /// Makes room for any time, so that recording one never allocates.
    pub(crate) fn new() -> Self {
        let histogram = Histogram::new_with_max(nanoseconds(TOP), DIGITS);
        Self { histogram: histogram.expect("an hour is within the bounds"), beyond: 0 }
    }

    pub(crate) fn record(&mut self, nanoseconds: u64) {
        self.histogram.saturating_record(nanoseconds.min(self::nanoseconds(TOP)));
        self.beyond += u64::from(nanoseconds > self::nanoseconds(TOP));
    }

    /// The time that this part of all does not exceed, in nanoseconds; 0.99 is the 99th
    /// percentile.
    pub fn quantile(&self, quantile: f64) -> u64 {
        self.histogram.value_at_quantile(quantile)
    }
}

const fn nanoseconds(time: Duration) -> u64 {
    time.as_secs() * 1_000_000_000
}

fn write<S: Serializer>(histogram: &Histogram<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut packed = Vec::new();
    V2DeflateSerializer::new().serialize(histogram, &mut packed).map_err(ser::Error::custom)?;
    serializer.serialize_str(&STANDARD.encode(packed))
}

fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Histogram<u64>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let packed = STANDARD.decode(text).map_err(de::Error::custom)?;
    hdrhistogram::serialization::Deserializer::new()
        .deserialize(&mut Cursor::new(packed))
        .map_err(de::Error::custom)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn times_are_kept_and_read_as_they_were_written(
            all in prop::collection::vec(0..2 * nanoseconds(TOP), 0..50),
        ) {
            let mut times = Times::new();
            all.iter().for_each(|it| times.record(*it));
            let beyond = all.iter().filter(|it| **it > nanoseconds(TOP)).count() as u64;
            prop_assert_eq!((times.histogram.len(), times.beyond), (all.len() as u64, beyond));
            let longest = all.iter().copied().max().unwrap_or(0).min(nanoseconds(TOP));
            // To 3 digits, from above.
            prop_assert!(times.quantile(1.0).abs_diff(longest) <= longest / 1_000);

            let text = serde_json::to_string(&times).unwrap();
            prop_assert_eq!(serde_json::from_str::<Times>(&text).unwrap(), times);
        }
    }
}
