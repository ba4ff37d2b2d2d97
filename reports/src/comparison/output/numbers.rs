//! Pairs of numbers, with as many digits as it takes to see that they differ.

use crate::comparison::{Count, Ratio};
use crate::format;

/// The most digits after the decimal point.
const MOST: usize = 9;

/// Both values of a count: `812.0` and `820.1`.
pub fn both(count: &Count) -> (String, String) {
    let (base, candidate) = (count.base, count.candidate);
    let least = match base.max(candidate) {
        _ if !count.metric.is_per_event() => 0,
        it if it >= 100.0 => 1,
        it if it >= 1.0 => 2,
        _ => 4,
    };
    let write = |decimals| (number(base, decimals), number(candidate, decimals));
    let differ = |it: &(String, String)| base == candidate || it.0 != it.1;
    (least..=MOST)
        .map(write)
        .find(differ)
        .unwrap_or_else(|| (base.to_string(), candidate.to_string()))
}

/// The change of a count: `+1.00 %`, `3.41x`, `from nothing`.
pub fn change(count: &Count) -> String {
    let Some(ratio) = count.ratio() else { return "from nothing".into() };
    if ratio >= 2.0 {
        return format::ratio(ratio);
    }
    let percent = (ratio - 1.0) * 100.0;
    let write = |decimals: usize| format!("{percent:+.decimals$} %");
    let tells = |text: &String| percent == 0.0 || text.contains(|it| ('1'..='9').contains(&it));
    (2..=MOST).map(write).find(tells).unwrap_or_else(|| "by less than can be written".into())
}

/// An interval of ratios: `1.32x to 1.37x`. Near 1 it takes a digit more to see on which
/// side it lies.
pub fn range(low: f64, high: f64) -> String {
    let near = |it: f64| (it - 1.0).abs() < 0.05;
    let write =
        |it: f64| if near(low) && near(high) { format!("{it:.3}x") } else { format::ratio(it) };
    let (low, high) = (write(low), write(high));
    if low == high { low } else { format!("{low} to {high}") }
}

/// The interval of a ratio below 1, inverted to say how many times faster: `1.25x to
/// 2.00x`.
pub fn inverse_range(ratio: &Ratio) -> String {
    range(1.0 / ratio.high, 1.0 / ratio.low)
}

/// A number with its thousands separated and `decimals` digits after the point.
fn number(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    match whole.parse() {
        Ok(whole) => format::count(whole) + rest,
        Err(_) => text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::comparison::{CountVerdict, Metric};

    fn count(metric: Metric, base: f64, candidate: f64) -> Count {
        Count { metric, base, candidate, verdict: CountVerdict::Within, limit: None, why: None }
    }

    fn fuel(base: f64, candidate: f64) -> (String, String, String) {
        let count = count(Metric::GuestFuel, base, candidate);
        let (base, candidate) = both(&count);
        (base, candidate, change(&count))
    }

    fn texts(texts: [&str; 3]) -> (String, String, String) {
        let [base, candidate, change] = texts.map(String::from);
        (base, candidate, change)
    }

    #[test]
    fn different_numbers_are_written_with_enough_digits() {
        let cases = [
            (812.0, 820.12, ["812.0", "820.1", "+1.00 %"]),
            (812.0, 812.004, ["812.000", "812.004", "+0.0005 %"]),
            (1_234_567.0, 1_234_566.75, ["1,234,567.0", "1,234,566.8", "-0.00002 %"]),
            (5.0, 5.0, ["5.00", "5.00", "+0.00 %"]),
            (0.25, 0.125, ["0.2500", "0.1250", "-50.00 %"]),
            (0.25, 0.5, ["0.2500", "0.5000", "2.00x"]),
            (0.0, 3.0, ["0.00", "3.00", "from nothing"]),
            (3.0, 0.0, ["3.00", "0.00", "-100.00 %"]),
        ];
        for (base, candidate, expected) in cases {
            assert_eq!(fuel(base, candidate), texts(expected));
        }
        let peak = both(&count(Metric::HandlesPeak, 10_000.0, 10_001.0));
        assert_eq!(peak, ("10,000".into(), "10,001".into()));
    }

    #[test]
    fn ranges_say_on_which_side_of_1_they_are() {
        assert_eq!(range(1.321, 1.369), "1.32x to 1.37x");
        assert_eq!(range(0.996, 1.0049), "0.996x to 1.005x");
        assert_eq!(range(0.94, 1.02), "0.94x to 1.02x");
        assert_eq!(range(2.001, 2.002), "2.00x");
        let ratio = Ratio { estimate: 0.52, low: 0.5, high: 0.8, confidence: 0.95, blocks: 11 };
        assert_eq!(inverse_range(&ratio), "1.25x to 2.00x");
    }

    proptest! {
        #[test]
        fn different_counts_are_never_written_alike(base in any::<u32>(), candidate in any::<u32>(), events in 1_u32..5000) {
            let per = |it: u32| f64::from(it) / f64::from(events);
            let (left, right, change) = fuel(per(base), per(candidate));
            prop_assert_eq!(base == candidate, left == right);
            prop_assert!(base == candidate || change != "+0.00 %");
        }
    }
}
