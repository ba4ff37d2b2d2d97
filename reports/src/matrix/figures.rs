use std::fmt;

use crate::format;
use crate::record::Estimate;
use crate::stats::{CONFIDENCE, median_interval};

use super::{Entry, Size};

/// How many times as long one guest takes as another.
///
/// The two are compared round by round: repetitions of one round ran within the
/// same seconds, and so whatever slowed the machine then is in both and cancels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// The median over rounds.
    pub value: f64,
    /// Whether the median's interval includes 1, or is no 95 % interval for want
    /// of rounds, so that it can't be told which is faster.
    pub uncertain: bool,
}

impl Ratio {
    /// `entry` against `other`, from repetitions of the same rounds.
    pub(crate) fn new(entry: &Entry, other: &Entry) -> Option<Self> {
        let others = other.plain_by_round();
        let ratios: Vec<f64> = entry
            .plain_by_round()
            .iter()
            .filter_map(|(round, time)| Some(time / others.get(round)?))
            .collect();
        let Estimate { median, low, high, confidence } = median_interval(&ratios)?;
        let uncertain = confidence < CONFIDENCE || (low..=high).contains(&1.0);
        Some(Self { value: median, uncertain })
    }
}

/// With `≈` where it can't be told which is faster.
impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.uncertain { "≈" } else { "" };
        write!(f, "{sign}{}", format::ratio(self.value))
    }
}

/// What every table says of an entry. Times are in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// The median time an event takes.
    pub ns_per_event: Option<f64>,
    /// The interval's longer arm, as a part of that median.
    pub relative_error: Option<f64>,
    /// Against the best usable guest of the size.
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
    /// Guest fuel for each event.
    pub fuel_per_event: Option<f64>,
    /// Half of the events waited at most this long.
    pub latency_p50: Option<u64>,
    /// 99 in 100 of them.
    pub latency_p99: Option<u64>,
}

impl Figures {
    /// Those of an entry among the others of its size.
    pub fn new(entry: &Entry, size: &Size) -> Self {
        let time = entry.time();
        let whole = time.and(entry.cell.time.as_ref());
        let window = entry.cell.counters.as_ref().map(|counters| counters.window);
        let against =
            |other: Option<&Entry>| time.and(other).and_then(|other| Ratio::new(entry, other));
        Self {
            ns_per_event: time.map(|it| it.median),
            relative_error: time.and_then(Estimate::relative_error),
            to_best: against(size.best()),
            is_best: size.best().is_some_and(|best| best.variant == entry.variant),
            to_floor: against(size.floor()),
            ns_per_poll: whole.and_then(|it| it.ns_per_poll).map(|it| it.median),
            ns_per_handle: whole.and_then(|it| it.ns_per_handle).map(|it| it.median),
            handles_per_event: window.and_then(|it| it.per_event(it.handles_passed)),
            fuel_per_event: window.and_then(|it| it.per_event(it.guest_fuel)),
            latency_p50: entry.latency().map(|it| it.p50),
            latency_p99: entry.latency().map(|it| it.p99),
        }
    }

    /// Whether nothing is known to be faster than this among the usable guests.
    pub fn level_with_best(&self) -> bool {
        self.is_best || self.to_best.is_some_and(|ratio| ratio.uncertain)
    }
}
