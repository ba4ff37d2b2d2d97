use super::super::Profile;
use super::super::folded::{Folded, fold};
use super::super::label::{label, labels};
use super::hues::Hue;
use super::{Flame, Unit};

/// Costs are kept in thousandths of a nanosecond for each event.
const FACTOR: f64 = 0.001;

impl Flame {
    /// The time of an event in guest, boundary, host and driver, in nanoseconds, with the
    /// guest's part divided by its functions as the samples are, or as the fuel is where there
    /// are too few. `None` where the profile has no split, or no events.
    pub fn whole(profile: &Profile) -> Option<Self> {
        let split = profile.split.as_ref()?;
        let events = profile.work.events as f64;
        let cost = |nanoseconds: f64| {
            // A very small part may be negative after the cost of observing was subtracted.
            let parts = (nanoseconds / events / FACTOR).round();
            if parts.is_finite() { parts.max(0.0) as u64 } else { 0 }
        };
        let mut folded = guest(profile, cost(split.guest));
        let parts = [
            ("boundary: poll", Hue::Boundary, split.poll_boundary),
            ("boundary: other calls", Hue::Boundary, split.other_boundary),
            ("host: poll", Hue::HostPoll, split.poll),
            ("host: other calls", Hue::HostOther, split.other_host),
            ("driver (pollbench)", Hue::Driver, split.driver),
        ];
        folded.extend(parts.map(|(name, _, time)| (label(name), cost(time))));
        folded.retain(|_, cost| *cost > 0);
        let hues = parts.map(|(name, hue, _)| (label(name), hue)).to_vec();
        let title = "Where the time of an event goes".into();
        Self::new(title, "ns per event", FACTOR, folded, hues)
    }
}

/// The guest's part, by its functions if they are known.
fn guest(profile: &Profile, cost: u64) -> Folded {
    let tree = division(profile).map(|(tree, _)| tree);
    let labels = labels(&profile.functions, true);
    match tree {
        Some(tree) => {
            let share = cost as f64 / tree.total() as f64;
            fold(tree, &labels, Some("guest"), |own| (own as f64 * share).round() as u64)
        }
        None => [("guest".to_owned(), cost)].into(),
    }
}

/// So many samples divide the guest's time to within ten points.
const ENOUGH_SAMPLES: u64 = 100;

/// The tree by which the guest's time is divided.
pub(in super::super) fn division(profile: &Profile) -> Option<(&super::CallTree, Unit)> {
    let sampled = profile.sampled.iter().map(|it| (&it.tree, Unit::Samples));
    let exact = profile.exact.iter().map(|it| (&it.tree, Unit::Fuel));
    let enough = sampled.clone().filter(|(tree, _)| tree.total() >= ENOUGH_SAMPLES);
    enough.chain(exact).chain(sampled).find(|(tree, _)| tree.total() > 0)
}
