use crate::record::Estimate;

use super::{Entry, Ratio, Size, Verdict};

/// The figures of an entry that tables show. Times are in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// The median time of an event, without pollbench's own time if the record has that.
    pub ns_per_event: Option<f64>,
    /// Whether that time can be told from 0.
    pub is_above_zero: bool,
    /// Whether the time is of a single repetition, so that it has no interval.
    pub is_single: bool,
    /// The longer arm of the interval, as a part of the median, if there is an interval and
    /// the time is above 0.
    pub relative_error: Option<f64>,
    /// The median time of an event including pollbench's own time, if `ns_per_event`
    /// excludes that.
    pub gross_ns_per_event: Option<f64>,
    /// The part of the gross time that pollbench itself takes.
    pub driver_ns_per_event: Option<f64>,
    /// The ratio to the best guest of the size.
    pub to_best: Option<Ratio>,
    /// Whether the entry is the best guest of the size.
    pub is_best: bool,
    /// The ratio to the floor.
    pub to_floor: Option<Ratio>,
    /// The median time a `poll` call takes, as the guest sees it.
    pub ns_per_poll: Option<f64>,
    /// The median time of a `poll` call for each handle passed.
    pub ns_per_handle: Option<f64>,
    /// Handles passed to `poll` for each event.
    pub handles_per_event: Option<f64>,
    /// How often the host looked at all handles of a list, for each event, if that was
    /// counted.
    pub looks_per_event: Option<f64>,
    /// Guest fuel for each event.
    pub fuel_per_event: Option<f64>,
    /// Half of the events waited at most this long.
    pub latency_p50: Option<u64>,
    /// 99 in 100 events waited at most this long.
    pub latency_p99: Option<u64>,
    /// 99 in 100 timers were at most this late, in virtual nanoseconds.
    pub lateness_p99: Option<u64>,
    /// Events that still waited when the window closed; `None` if there were none.
    pub still_waiting: Option<u64>,
}

impl Figures {
    /// The figures of an entry among the others of its size.
    pub fn new(entry: &Entry, size: &Size) -> Self {
        let time = entry.time();
        let whole = time.and(entry.cell.time.as_ref());
        let net = whole.filter(|it| it.net_ns_per_event.is_some());
        let window = entry.cell.counters.as_ref().map(|counters| counters.window);
        let above_zero = time.filter(|_| entry.is_above_zero());
        Self {
            ns_per_event: time.map(|it| it.median),
            is_above_zero: entry.is_above_zero(),
            is_single: time.is_some_and(|it| !it.has_interval()),
            relative_error: above_zero
                .filter(|it| it.has_interval())
                .and_then(Estimate::relative_error),
            gross_ns_per_event: net.map(|it| it.ns_per_event.median),
            driver_ns_per_event: whole.and_then(|it| it.driver_ns_per_event),
            to_best: entry.to_best,
            is_best: size.best().is_some_and(|best| best.variant == entry.variant),
            to_floor: entry.to_floor,
            ns_per_poll: whole.and_then(|it| it.ns_per_poll).map(|it| it.median),
            ns_per_handle: whole.and_then(|it| it.ns_per_handle).map(|it| it.median),
            handles_per_event: window.and_then(|it| it.per_event(it.handles_passed)),
            looks_per_event: window.filter(|it| it.looks > 0).and_then(|it| it.per_event(it.looks)),
            fuel_per_event: window.and_then(|it| it.per_event(it.guest_fuel)),
            latency_p50: entry.latency().map(|it| it.p50),
            latency_p99: entry.latency().map(|it| it.p99),
            lateness_p99: entry.lateness().map(|it| it.p99),
            still_waiting: Some(entry.cell.still_waiting).filter(|&it| it > 0),
        }
    }

    /// Whether the entry is shown to be the best usable guest, or level with it.
    pub fn level_with_best(&self) -> bool {
        self.to_best.is_some_and(|ratio| ratio.verdict == Verdict::Level)
    }
}
