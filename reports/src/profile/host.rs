use super::flame::Unit;
use super::words::{amount, plain};
use super::{HostFunction, HostProfile, HostSamples, Profile};
use crate::answer::{Span, Words};
use crate::format;
use crate::names::shown;

impl Profile {
    /// The samples of the host, if it was sampled.
    pub fn host_samples(&self) -> Option<&HostSamples> {
        match &self.host_functions {
            Some(HostProfile::Sampled(samples)) => Some(samples),
            _ => None,
        }
    }
}

impl HostSamples {
    /// How many samples were taken in the host's functions.
    pub fn in_host(&self) -> u64 {
        self.functions.iter().map(|it| it.samples).fold(0, u64::saturating_add)
    }

    /// How many samples were taken.
    pub fn total(&self) -> u64 {
        self.in_host().saturating_add(self.compiled_code)
    }

    /// The share of the host's samples that is a function's own.
    pub fn share(&self, function: &HostFunction) -> f64 {
        function.samples as f64 / self.in_host().max(1) as f64
    }

    /// What the shares are of: `30,120 samples (±0.6 points)`.
    pub(crate) fn amount(&self) -> String {
        amount(self.in_host(), Unit::Samples)
    }
}

/// How many characters of a function's name a sentence has.
const MOST_CHARACTERS: usize = 80;
/// A function with less of the host's samples is not named in the answer.
const WORTH_NAMING: f64 = 0.05;

/// Of the host's time, by 30,120 samples, 12 % is `poll` and 9 % `insert`.
pub(super) fn of_host(profile: &Profile) -> Option<Words> {
    let samples = profile.host_samples()?;
    let mut functions = samples.functions.iter().filter(|it| samples.share(it) >= WORTH_NAMING);
    let first = functions.next()?;
    let mut words = plain(format!("Of the host's time, by {}, ", samples.amount()));
    words.text(format!("{} is ", format::percent(samples.share(first))));
    words.spans.push(Span::Function(shown(&first.name, MOST_CHARACTERS)));
    if let Some(second) = functions.next() {
        words.text(format!(" and {} ", format::percent(samples.share(second))));
        words.spans.push(Span::Function(shown(&second.name, MOST_CHARACTERS)));
    }
    words.text(".");
    Some(words)
}
