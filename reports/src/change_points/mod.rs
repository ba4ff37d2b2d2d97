//! From which runs on a series of measurements is another, as opposed to what differs from
//! the run before.
//!
//! Nothing here measures, reads a clock or draws random numbers: the same values have the same
//! [`ChangePoint`]s. [`change_points`] finds them in a whole series, and a [`Series`] is
//! appended to run by run. [`cause()`] says what else changed with a change, and [`f1`] how far
//! the changes agree with those that people see. How they are found is told in
//! `CHANGE-POINTS.md`.
//!
//! With noise, the series is first described by a `fit`: its level is divided into level and
//! sloping pieces by a `partition`, and so are the sizes of what remains. What a piece has to
//! save for this is in `threshold`. From the pieces then follow the changes: `noisy`.

mod cause;
mod change;
mod creep;
mod exact;
mod fit;
mod noise;
mod noisy;
mod partition;
mod position;
mod ratio;
mod score;
mod scores;
mod series;
mod threshold;

pub use cause::{Cause, ChangedFact, cause};
pub use change::{ChangePoint, Kind};
pub use score::f1;
pub use series::{ALPHA, Noise, Series, change_points};

#[cfg(test)]
mod tests;
