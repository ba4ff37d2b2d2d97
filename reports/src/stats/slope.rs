/// The exponent b of the power law y = a·x^b which fits `points` (x, y) best:
/// the least-squares slope of log y over log x.
///
/// `None` under two distinct x, or when a coordinate is not positive and finite.
pub fn log_log_slope(points: &[(f64, f64)]) -> Option<f64> {
    let drawable = |value: f64| value.is_finite() && value > 0.0;
    if !points.iter().all(|&(x, y)| drawable(x) && drawable(y)) {
        return None;
    }
    let logs: Vec<(f64, f64)> = points.iter().map(|&(x, y)| (x.ln(), y.ln())).collect();
    let first = points.first()?.0;
    if points.iter().all(|&(x, _)| x == first) {
        return None;
    }
    let count = logs.len() as f64;
    let mean_x = logs.iter().map(|&(x, _)| x).sum::<f64>() / count;
    let mean_y = logs.iter().map(|&(_, y)| y).sum::<f64>() / count;
    let covariance: f64 = logs.iter().map(|&(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let variance: f64 = logs.iter().map(|&(x, _)| (x - mean_x).powi(2)).sum();
    Some(covariance / variance)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_needs_two_places() {
        assert_eq!(log_log_slope(&[]), None);
        assert_eq!(log_log_slope(&[(10.0, 1.0)]), None);
        assert_eq!(log_log_slope(&[(10.0, 1.0), (10.0, 2.0)]), None);
    }

    #[test]
    fn values_without_a_logarithm_have_no_slope() {
        for odd in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(log_log_slope(&[(1.0, 1.0), (10.0, odd)]), None);
            assert_eq!(log_log_slope(&[(odd, 1.0), (10.0, 1.0)]), None);
        }
    }

    #[test]
    fn points_off_the_line_are_averaged_as_by_hand() {
        // In decades: (0, 0), (1, 1), (2, 1): slope = 1/2.
        let points = [(1.0, 1.0), (10.0, 10.0), (100.0, 10.0)];
        assert!((log_log_slope(&points).unwrap() - 0.5).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn a_power_law_gives_its_exponent(factor in 0.1_f64..1e6, exponent in -3.0_f64..3.0) {
            let points: Vec<_> =
                [10.0_f64, 100.0, 1000.0, 7000.0].iter().map(|x| (*x, factor * x.powf(exponent))).collect();
            prop_assert!((log_log_slope(&points).unwrap() - exponent).abs() < 1e-9);
        }
    }
}
