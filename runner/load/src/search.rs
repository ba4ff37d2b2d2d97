use serde::{Deserialize, Serialize};

/// From one rate to the next while it holds.
const GROWTH: f64 = 2.0;

/// Where a rate is looked for, and how closely.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// The first rate to be tried, in requests a second.
    pub first: f64,
    /// No rate above this one is tried.
    pub highest: f64,
    /// How far the ends of the range may be apart, as a part of the lower one: 0.05 is 5 %.
    pub tolerance: f64,
    /// The most rates to be tried.
    pub probes: u32,
}

/// Bounds within which nothing can be found.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BoundsError {
    /// The first rate is none, or above the highest.
    #[error(
        "a search from {first} to {highest} requests a second has no rate in it: write a first rate above 0 and a highest that is not below it"
    )]
    Rates {
        /// The first rate.
        first: f64,
        /// The highest rate.
        highest: f64,
    },
    /// The tolerance is not above 0.
    #[error("a search has a tolerance of {0}: write a part above 0, such as 0.05")]
    Tolerance(f64),
    /// No rate may be tried.
    #[error("a search has no probes: write 1 or more")]
    Probes,
}

/// The highest rate at which something holds, in requests a second.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It does not even hold at the first rate.
    FirstFails,
    /// It holds at the highest rate of the bounds, and may at higher ones.
    LimitHolds,
    /// It holds at one rate and not at the other, which are as near as the tolerance asks.
    Between {
        /// The highest rate at which it held.
        holds: f64,
        /// The lowest rate above that at which it did not.
        fails: f64,
    },
    /// All probes were used before the range was that narrow.
    ProbesSpent {
        /// The highest rate at which it held.
        holds: f64,
        /// The lowest rate above that at which it did not, if one was tried.
        fails: Option<f64>,
    },
}

impl Bounds {
    /// Whether something can be found within them.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with them.
    pub fn check(&self) -> Result<(), BoundsError> {
        let Self { first, highest, tolerance, probes } = *self;
        let is_rate = |rate: f64| rate.is_finite() && rate > 0.0;
        if !is_rate(first) || !is_rate(highest) || first > highest {
            return Err(BoundsError::Rates { first, highest });
        }
        if !is_rate(tolerance) {
            return Err(BoundsError::Tolerance(tolerance));
        }
        if probes == 0 { Err(BoundsError::Probes) } else { Ok(()) }
    }
}

/// Finds the highest rate at which `probe` holds: the rate is doubled until it does not, and the
/// range between is halved by its geometric mean, so that each half is the same part wide.
///
/// It is the highest if a rate holds whenever a higher one does. Otherwise the range still is
/// one whose lower end held and whose upper end did not.
///
/// # Errors
///
/// What `probe` returns, and the bounds if they are none.
pub fn search<E: From<BoundsError>>(
    bounds: &Bounds,
    mut probe: impl FnMut(f64) -> Result<bool, E>,
) -> Result<Outcome, E> {
    bounds.check()?;
    let Bounds { first, highest, tolerance, probes } = *bounds;
    if !probe(first)? {
        return Ok(Outcome::FirstFails);
    }
    let mut holds = first;
    let mut fails = None;
    let mut tried = 1;
    loop {
        let rate = match fails {
            None if holds >= highest => return Ok(Outcome::LimitHolds),
            Some(fails) if is_narrow(holds, fails, tolerance) => {
                return Ok(Outcome::Between { holds, fails });
            }
            _ if tried == probes => return Ok(Outcome::ProbesSpent { holds, fails }),
            None => (holds * GROWTH).min(highest),
            Some(fails) => middle(holds, fails),
        };
        if probe(rate)? {
            holds = rate
        } else {
            fails = Some(rate)
        }
        tried += 1;
    }
}

/// Whether the range is narrow enough, or no number lies between its ends.
fn is_narrow(holds: f64, fails: f64, tolerance: f64) -> bool {
    let middle = middle(holds, fails);
    fails - holds <= tolerance * holds || middle <= holds || middle >= fails
}

fn middle(holds: f64, fails: f64) -> f64 {
    holds.sqrt() * fails.sqrt()
}
