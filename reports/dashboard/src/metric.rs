//! How metrics are called, and how their values are written.

use pollbench_reports::chart::Quantity;
use pollbench_reports::comparison::Metric;

/// Its name in words.
pub fn title(metric: Metric) -> String {
    match metric {
        Metric::NsPerEvent => "time per event".into(),
        Metric::GuestMemoryPeakBytes => "guest memory at peak".into(),
        _ if metric.is_per_event() => format!("{} per event", metric.name().replace('_', " ")),
        _ => metric.name().replace('_', " "),
    }
}

/// Of what kind its values are.
pub fn quantity(metric: Metric) -> Quantity {
    match metric {
        Metric::NsPerEvent => Quantity::Duration,
        Metric::GuestMemoryPeakBytes => Quantity::Bytes,
        _ => Quantity::Count,
    }
}

/// A value with its unit.
pub fn text(metric: Metric, value: f64) -> String {
    quantity(metric).text(value)
}
