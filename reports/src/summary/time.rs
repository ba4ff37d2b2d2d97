use std::collections::BTreeMap;

use crate::record::{Estimate, Repetition, RepetitionKind, Split, Time};
use crate::stats::{median, median_interval};

/// Summarises a cell's repetitions.
///
/// Each repetition is one sample, whatever the number of its events, because the
/// events of one run are not independent. The split is pooled over the profiled
/// repetitions, as a part of their length without what observing cost; so guest,
/// host and boundary add up to 1 only as well as the clock resolves them. The net time
/// is that of [`net_by_round`].
///
/// `None` without a plain or without a profiled repetition that has events, and when
/// a split is not finite, which JSON could not hold.
pub fn time(repetitions: Vec<Repetition>) -> Option<Time> {
    let mut splits = repetitions.iter().filter_map(|it| it.split);
    if splits.any(|split| !(split.total() + split.observation).is_finite()) {
        return None;
    }
    let plain = of_kind(&repetitions, RepetitionKind::Plain);
    let profiled = of_kind(&repetitions, RepetitionKind::Profiled);
    let split = Pooled::new(&profiled)?;
    let net: Vec<f64> = net_by_round(&repetitions).into_iter().map(|(_, net)| net).collect();
    Some(Time {
        ns_per_event: estimate(&plain, |it| Some((it.nanoseconds as f64, it.events)))?,
        net_ns_per_event: median_interval(&net),
        driver_ns_per_event: Driver::of(&repetitions).map(|it| it.median),
        ns_per_poll: estimate(&profiled, |it| Some((seen_as_poll(it)?, it.poll_calls))),
        ns_per_handle: estimate(&profiled, |it| Some((seen_as_poll(it)?, it.handles_passed))),
        guest_share: split.share(|it| it.guest),
        host_share: split.share(|it| it.poll + it.other_host + it.driver),
        boundary_share: split.share(|it| it.poll_boundary + it.other_boundary),
        poll_share: split.share(|it| it.poll),
        driver_share: split.share(|it| it.driver),
        observer_ratio: observer_ratio(&plain, &profiled)?,
        repetitions,
    })
}

fn of_kind(repetitions: &[Repetition], kind: RepetitionKind) -> Vec<&Repetition> {
    repetitions.iter().filter(|it| it.kind == kind && it.events > 0).collect()
}

/// Nanoseconds an event took in each plain repetition that has events, minus the driver's
/// time for an event: that of the profiled repetition of the same round or, if there is
/// none, the median. The driver's time does not depend on being observed, because the cost
/// of observing is subtracted from the split. The difference may be below 0.
///
/// Empty without a profiled repetition.
pub fn net_by_round(repetitions: &[Repetition]) -> Vec<(u32, f64)> {
    let Some(driver) = Driver::of(repetitions) else { return Vec::new() };
    let plain = of_kind(repetitions, RepetitionKind::Plain);
    let net =
        |it: &Repetition| it.nanoseconds as f64 / it.events as f64 - driver.in_round(it.round);
    plain.into_iter().map(|it| (it.round, net(it))).collect()
}

/// What the driver takes for an event, in nanoseconds.
struct Driver {
    by_round: BTreeMap<u32, f64>,
    median: f64,
}

impl Driver {
    fn of(repetitions: &[Repetition]) -> Option<Self> {
        let profiled = of_kind(repetitions, RepetitionKind::Profiled);
        let by_round: BTreeMap<u32, f64> = profiled
            .into_iter()
            .filter_map(|it| Some((it.round, it.split?.driver / it.events as f64)))
            .collect();
        let all: Vec<f64> = by_round.values().copied().collect();
        let is_known = !all.is_empty() && all.iter().all(|it| it.is_finite());
        is_known.then(|| Self { median: median(&all), by_round })
    }

    fn in_round(&self, round: u32) -> f64 {
        self.by_round.get(&round).copied().unwrap_or(self.median)
    }
}

/// Nanoseconds spent in `poll` as the guest sees it.
fn seen_as_poll(repetition: &Repetition) -> Option<f64> {
    repetition.split.map(|split| split.poll_boundary + split.poll)
}

/// The median of one quotient for each repetition, leaving out those with a zero divisor.
fn estimate(
    repetitions: &[&Repetition],
    quotient: impl Fn(&Repetition) -> Option<(f64, u64)>,
) -> Option<Estimate> {
    let samples: Vec<f64> = repetitions
        .iter()
        .filter_map(|repetition| quotient(repetition))
        .filter(|&(_, divisor)| divisor > 0)
        .map(|(nanoseconds, divisor)| nanoseconds / divisor as f64)
        .collect();
    median_interval(&samples)
}

/// The splits of all profiled repetitions and the time they divide.
struct Pooled {
    splits: Vec<Split>,
    nanoseconds: f64,
}

impl Pooled {
    fn new(profiled: &[&Repetition]) -> Option<Self> {
        let observed = profiled.iter().filter_map(|it| Some((it.nanoseconds as f64, it.split?)));
        let nanoseconds = observed.clone().map(|(all, split)| all - split.observation).sum();
        let splits = observed.map(|(_, split)| split).collect();
        // Without a positive length there are no shares.
        (nanoseconds > 0.0).then_some(Self { splits, nanoseconds })
    }

    fn share(&self, part: impl Fn(&Split) -> f64) -> f64 {
        self.splits.iter().map(part).sum::<f64>() / self.nanoseconds
    }
}

/// Profiled over plain nanoseconds per event: the median over the rounds that have
/// both, or, where no round has, of all profiled over all plain repetitions.
fn observer_ratio(plain: &[&Repetition], profiled: &[&Repetition]) -> Option<f64> {
    let (plain_rounds, profiled_rounds) = (by_round(plain), by_round(profiled));
    let ratios: Vec<f64> = profiled_rounds
        .iter()
        .filter_map(|(round, observed)| Some(observed / plain_rounds.get(round)?))
        .collect();
    if !ratios.is_empty() {
        return Some(median_interval(&ratios)?.median);
    }
    let ratio = pooled_ns_per_event(profiled) / pooled_ns_per_event(plain);
    ratio.is_finite().then_some(ratio)
}

fn by_round(repetitions: &[&Repetition]) -> BTreeMap<u32, f64> {
    let mut rounds: BTreeMap<u32, Vec<&Repetition>> = BTreeMap::new();
    for &repetition in repetitions {
        rounds.entry(repetition.round).or_default().push(repetition);
    }
    rounds.into_iter().map(|(round, them)| (round, pooled_ns_per_event(&them))).collect()
}

fn pooled_ns_per_event(repetitions: &[&Repetition]) -> f64 {
    let nanoseconds: u64 = repetitions.iter().map(|it| it.nanoseconds).sum();
    let events: u64 = repetitions.iter().map(|it| it.events).sum();
    nanoseconds as f64 / events as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(round: u32, nanoseconds: u64) -> Repetition {
        Repetition {
            round,
            effort: None,
            kind: RepetitionKind::Plain,
            nanoseconds,
            waited: 0,
            events: 10,
            poll_calls: 5,
            handles_passed: 50,
            split: None,
        }
    }

    fn profiled(round: u32, nanoseconds: u64) -> Repetition {
        let split = Split {
            guest: 100.0,
            poll_boundary: 50.0,
            other_boundary: 30.0,
            poll: 200.0,
            other_host: 70.0,
            driver: 40.0,
            waiting: 0.0,
            observation: 100.0,
        };
        Repetition {
            kind: RepetitionKind::Profiled,
            split: Some(split),
            ..plain(round, nanoseconds)
        }
    }

    #[test]
    fn each_figure_is_the_one_worked_out_by_hand() {
        let time =
            time(vec![plain(0, 500), profiled(0, 600), plain(1, 400), profiled(1, 600)]).unwrap();
        assert_eq!(time.ns_per_event.median, 45.0);
        assert_eq!((time.ns_per_event.low, time.ns_per_event.high), (40.0, 50.0));
        assert_eq!(time.ns_per_poll.unwrap().median, 50.0);
        assert_eq!(time.ns_per_handle.unwrap().median, 5.0);
        assert_eq!(time.guest_share, 0.2);
        assert_eq!(time.host_share, 0.62);
        assert_eq!(time.boundary_share, 0.16);
        assert_eq!(time.poll_share, 0.4);
        assert_eq!(time.driver_share, 0.08);
        assert_eq!(time.observer_ratio, (1.2 + 1.5) / 2.0);
        assert_eq!(time.repetitions.len(), 4);
        assert_eq!(time.driver_ns_per_event, Some(4.0));
        assert_eq!(time.net_ns_per_event.unwrap().median, 41.0);
    }

    fn driven(round: u32, driver: f64) -> Repetition {
        let split = Split { driver, ..profiled(round, 600).split.unwrap() };
        Repetition { split: Some(split), ..profiled(round, 600) }
    }

    #[test]
    fn the_driver_of_the_same_round_is_taken_off_or_else_the_median_one() {
        let repetitions = [
            plain(0, 500),
            driven(0, 100.0),
            plain(1, 500),
            driven(1, 300.0),
            driven(2, 200.0),
            plain(3, 500),
        ];
        assert_eq!(net_by_round(&repetitions), [(0, 40.0), (1, 20.0), (3, 30.0)]);
        let time = time(repetitions.to_vec()).unwrap();
        let net = time.net_ns_per_event.unwrap();
        assert_eq!((net.low, net.median, net.high), (20.0, 30.0, 40.0));
        assert_eq!(time.driver_ns_per_event, Some(20.0));
        assert_eq!(time.ns_per_event.median, 50.0);
    }

    #[test]
    fn a_net_time_may_be_nothing_or_less() {
        let repetitions = vec![plain(0, 50), driven(0, 60.0), plain(1, 50), driven(1, 50.0)];
        assert_eq!(net_by_round(&repetitions), [(0, -1.0), (1, 0.0)]);
        assert_eq!(time(repetitions).unwrap().net_ns_per_event.unwrap().low, -1.0);
        assert_eq!(net_by_round(&[plain(0, 50)]), []);
    }

    #[test]
    fn the_observer_is_judged_within_its_round() {
        // Round 1 was slow for both kinds, so its ratio is the same as that of round 0.
        let rounds = vec![plain(0, 500), profiled(0, 600), plain(1, 5000), profiled(1, 6000)];
        assert_eq!(time(rounds).unwrap().observer_ratio, 1.2);
        let apart = vec![plain(0, 500), profiled(1, 600)];
        assert_eq!(time(apart).unwrap().observer_ratio, 1.2);
    }

    #[test]
    fn a_time_needs_plain_and_profiled_repetitions() {
        assert_eq!(time(vec![]), None);
        assert_eq!(time(vec![plain(0, 500)]), None);
        assert_eq!(time(vec![profiled(0, 600)]), None);
        let unobserved = Repetition { split: None, ..profiled(0, 600) };
        assert_eq!(time(vec![plain(0, 500), unobserved]), None);
    }

    #[test]
    fn a_time_is_finite_or_none() {
        let idle =
            |it: Repetition| Repetition { events: 0, poll_calls: 0, handles_passed: 0, ..it };
        assert_eq!(time(vec![idle(plain(0, 500)), profiled(0, 600)]), None);
        let timeless = time(vec![plain(0, 0), profiled(0, 600)]);
        assert_eq!(timeless, None);
        let broken = Split { driver: f64::NAN, ..profiled(0, 600).split.unwrap() };
        let broken = Repetition { split: Some(broken), ..profiled(0, 600) };
        assert_eq!(time(vec![plain(0, 500), profiled(0, 600), broken]), None);
        let all_observation = vec![plain(0, 500), profiled(0, 100)];
        assert_eq!(time(all_observation), None);
        let never_polls = Repetition { poll_calls: 0, handles_passed: 0, ..profiled(0, 600) };
        let time = time(vec![plain(0, 500), never_polls]).unwrap();
        assert_eq!((time.ns_per_poll, time.ns_per_handle), (None, None));
    }
}
