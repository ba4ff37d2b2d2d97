use crate::record::Estimate;

use super::{Entry, Ratio, Size, Verdict};

/// What every table says of an entry. Times are in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// The median time an event takes: net of pollbench itself, where the record has it.
    pub ns_per_event: Option<f64>,
    /// Whether that can be told from 0.
    pub is_above_zero: bool,
    /// Whether there is a time and no interval for it: it is of a single repetition.
    pub is_single: bool,
    /// The interval's longer arm, as a part of that median, where there is one and the
    /// time is above 0.
    pub relative_error: Option<f64>,
    /// The median time an event takes, pollbench's own part too, where that is another.
    pub gross_ns_per_event: Option<f64>,
    /// What pollbench itself takes of that.
    pub driver_ns_per_event: Option<f64>,
    /// Against the best guest of the size.
    pub to_best: Option<Ratio>,
    /// Whether it is that guest.
    pub is_best: bool,
    /// Against the floor.
    pub to_floor: Option<Ratio>,
    /// The median time a `poll` call takes, as the guest sees it.
    pub ns_per_poll: Option<f64>,
    /// The same for each handle passed.
    pub ns_per_handle: Option<f64>,
    /// Handles passed to `poll` for each event.
    pub handles_per_event: Option<f64>,
    /// How often the host looked at all handles of a list, for each event, where that
    /// was counted.
    pub looks_per_event: Option<f64>,
    /// Guest fuel for each event.
    pub fuel_per_event: Option<f64>,
    /// Half of the events waited at most this long.
    pub latency_p50: Option<u64>,
    /// 99 in 100 of them.
    pub latency_p99: Option<u64>,
    /// 99 in 100 timers were at most so late, in virtual nanoseconds.
    pub lateness_p99: Option<u64>,
    /// Events that still waited when the window closed, where there are any.
    pub still_waiting: Option<u64>,
}

impl Figures {
    /// Those of an entry among the others of its size.
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

    /// Whether it is shown to be the best usable guest, or level with it.
    pub fn level_with_best(&self) -> bool {
        self.to_best.is_some_and(|ratio| ratio.verdict == Verdict::Level)
    }
}
