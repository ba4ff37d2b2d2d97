use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Deserializer, Serializer as _, V2DeflateSerializer};

use crate::record::Latency;

/// Summarises a distribution, and packs it whole beside its quantiles.
///
/// `None` when nothing was recorded.
pub fn latency(histogram: &Histogram<u64>) -> Option<Latency> {
    if histogram.is_empty() {
        return None;
    }
    // Copied into a new histogram, because the bound packed with the counts depends on how
    // they were added up.
    let mut anew = Histogram::new(histogram.sigfig()).ok()?;
    anew.add(histogram).ok()?;
    let mut packed = Vec::new();
    V2DeflateSerializer::new().serialize(&anew, &mut packed).ok()?;
    Some(Latency {
        count: histogram.len(),
        p50: histogram.value_at_quantile(0.5),
        p90: histogram.value_at_quantile(0.9),
        p99: histogram.value_at_quantile(0.99),
        p999: histogram.value_at_quantile(0.999),
        max: histogram.max(),
        histogram: STANDARD.encode(packed),
    })
}

/// Unpacks the whole distribution, or `None` when its text is not one.
pub fn histogram(latency: &Latency) -> Option<Histogram<u64>> {
    let packed = STANDARD.decode(&latency.histogram).ok()?;
    Deserializer::new().deserialize(&mut Cursor::new(packed)).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_empty_histogram_has_no_quantiles() {
        assert_eq!(latency(&Histogram::new(3).unwrap()), None);
    }

    #[test]
    fn quantiles_are_those_of_a_thousand_numbers() {
        let mut numbers = Histogram::<u64>::new(3).unwrap();
        (1..=1000).for_each(|number| numbers.record(number).unwrap());
        let summary = latency(&numbers).unwrap();
        assert_eq!(
            [summary.p50, summary.p90, summary.p99, summary.p999, summary.max, summary.count],
            [500, 900, 990, 999, 1000, 1000]
        );
    }

    #[test]
    fn a_damaged_histogram_is_none() {
        let mut numbers = Histogram::<u64>::new(3).unwrap();
        numbers.record(5).unwrap();
        let whole = latency(&numbers).unwrap();
        for text in ["", "*", "AAAA", &whole.histogram[..whole.histogram.len() / 2]] {
            assert_eq!(histogram(&Latency { histogram: text.into(), ..whole.clone() }), None);
        }
    }

    proptest! {
        #[test]
        fn a_histogram_is_the_same_after_packing_and_unpacking(values in prop::collection::vec(0_u64..1 << 40, 1..200)) {
            let mut original = Histogram::<u64>::new(3).unwrap();
            values.iter().for_each(|&value| original.record(value).unwrap());
            let summary = latency(&original).unwrap();
            prop_assert_eq!(histogram(&summary).unwrap(), original);
        }

        #[test]
        fn histograms_added_up_are_packed_as_one(
            parts in prop::collection::vec(prop::collection::vec(0_u64..1 << 24, 1..20), 1..5),
        ) {
            let empty = || Histogram::<u64>::new(3).unwrap();
            let (mut whole, mut added) = (empty(), empty());
            for values in &parts {
                let mut part = empty();
                for &value in values {
                    whole.record(value).unwrap();
                    part.record(value).unwrap();
                }
                added.add(part).unwrap();
            }
            prop_assert_eq!(latency(&added), latency(&whole));
        }
    }
}
