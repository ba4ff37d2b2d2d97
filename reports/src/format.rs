//! Numbers as people read them.

/// What each unit of time is in nanoseconds, smallest first.
const UNITS: [(&str, f64); 4] = [("ns", 1.0), ("µs", 1e3), ("ms", 1e6), ("s", 1e9)];

/// A duration with three significant digits: `3.12 µs`.
pub fn duration(nanoseconds: f64) -> String {
    let (name, size) = unit_of(nanoseconds);
    format!("{} {name}", three_digits(nanoseconds / size))
}

/// A duration that is round already, as on an axis: `200 ns`, `1 µs`.
pub fn round_duration(nanoseconds: f64) -> String {
    let (name, size) = unit_of(nanoseconds);
    // Division leaves rounding errors in the last digits, which rounding removes.
    let value = (nanoseconds / size * 1e6).round() / 1e6;
    format!("{value} {name}")
}

/// Two durations as a range, or one when they read the same.
pub fn duration_range(low: f64, high: f64) -> String {
    let (low, high) = (duration(low), duration(high));
    if low == high { low } else { format!("{low} to {high}") }
}

/// The largest unit in which the value does not start with a zero, after rounding.
fn unit_of(nanoseconds: f64) -> (&'static str, f64) {
    let fits = |&&(_, size): &&(&str, f64)| nanoseconds.abs() >= size * 0.9995;
    *UNITS.iter().rev().find(fits).unwrap_or(&UNITS[0])
}

/// A value with three significant digits, from 0.01 up.
fn three_digits(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude < 9.995 {
        format!("{value:.2}")
    } else if magnitude < 99.95 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

/// A whole number with its thousands set apart: `100,000`.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number with three significant digits and a decimal prefix: `12.3k`.
pub fn quantity(value: f64) -> String {
    const PREFIXES: [(&str, f64); 4] = [("", 1.0), ("k", 1e3), ("M", 1e6), ("G", 1e9)];
    let fits = |&&(_, size): &&(&str, f64)| value.abs() >= size * 0.9995;
    let (prefix, size) = *PREFIXES.iter().rev().find(fits).unwrap_or(&PREFIXES[0]);
    format!("{}{prefix}", three_digits(value / size))
}

/// A ratio with three significant digits, with two below a tenth: `1.08x`, `0.0021x`.
pub fn ratio(value: f64) -> String {
    if value <= 0.0 || value >= 0.0995 {
        return format!("{}x", three_digits(value));
    }
    let decimals = (1.0 - value.log10().floor()) as usize;
    format!("{value:.decimals$}x")
}

/// A part of one, in per cent: `93.8 %`, `100 %`.
pub fn percent(part: f64) -> String {
    let text = format!("{:.1}", part * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A size in memory, in binary units: `1.06 MiB`.
pub fn bytes(value: u64) -> String {
    const UNITS: [&str; 4] = ["B", "KiB", "MiB", "GiB"];
    let mut size = value as f64;
    let mut unit = 0;
    while size >= 1023.5 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{value} B") } else { format!("{} {}", three_digits(size), UNITS[unit]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_digits_and_the_unit_that_fits() {
        let cases = [
            (0.0, "0.00 ns"),
            (0.125, "0.12 ns"),
            (9.996, "10.0 ns"),
            (99.96, "100 ns"),
            (999.4, "999 ns"),
            (999.6, "1.00 µs"),
            (3_123.0, "3.12 µs"),
            (41_260.0, "41.3 µs"),
            (999_600.0, "1.00 ms"),
            (2.5e9, "2.50 s"),
            (4.2e12, "4200 s"),
        ];
        for (nanoseconds, text) in cases {
            assert_eq!(duration(nanoseconds), text);
        }
    }

    #[test]
    fn axes_have_no_needless_zeros() {
        let cases =
            [(0.5, "0.5 ns"), (200.0, "200 ns"), (1e3, "1 µs"), (2e4, "20 µs"), (5e6, "5 ms")];
        for (nanoseconds, text) in cases {
            assert_eq!(round_duration(nanoseconds), text);
        }
    }

    #[test]
    fn a_range_of_equal_numbers_is_written_as_one() {
        assert_eq!(duration_range(3_121.0, 3_122.0), "3.12 µs");
        assert_eq!(duration_range(310.0, 3_122.0), "310 ns to 3.12 µs");
    }

    #[test]
    fn thousands_are_separated_by_commas() {
        for (value, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(count(value), text);
        }
    }

    #[test]
    fn quantities_ratios_percentages_and_bytes_are_rounded() {
        assert_eq!(quantity(0.0), "0.00");
        assert_eq!(quantity(12_345.0), "12.3k");
        assert_eq!(quantity(999_700.0), "1.00M");
        assert_eq!(ratio(1.0), "1.00x");
        assert_eq!(ratio(0.5), "0.50x");
        assert_eq!(ratio(0.0995), "0.10x");
        assert_eq!(ratio(0.0994), "0.099x");
        assert_eq!(ratio(0.002_14), "0.0021x");
        assert_eq!(ratio(0.0), "0.00x");
        assert_eq!(ratio(306.4), "306x");
        assert_eq!(percent(0.9375), "93.8 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(bytes(1023), "1023 B");
        assert_eq!(bytes(1_114_112), "1.06 MiB");
    }
}
