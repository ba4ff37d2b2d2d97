//! Which value of a knob to use, over which range it does not matter, and what a wrong one
//! costs.
//!
//! Nothing here measures or reads a clock. A [`Race`] says which values of a [`Range`] are
//! measured in the next round, takes one cost for each of them, and so finds the value to
//! choose. Fresh rounds, which had no part in choosing, are then judged by [`judge`]. Costs
//! that are counted need no rounds: [`judge_exact`] compares them as they are. Two knobs can be tuned
//! together on a [`Grid`], of whose points the values are then the places.
//!
//! Two objectives that can't both be had are a [`TradeOff`], and several works beside each
//! other a [`Mix`]. A [`Model`] explains costs by what is counted, and predicts others.
//!
//! A cost is a positive number of any unit, the smaller the better.

mod costs;
mod explanation;
mod front;
mod grid;
mod judge;
mod judgement;
mod mix;
mod model;
mod objective;
mod race;
mod range;
mod record;
pub mod text;
pub mod words;

pub use costs::Costs;
pub use explanation::{Explanation, Prediction, Unmeasured, explanations, samples};
pub use front::{Bound, Point, TradeOff};
pub use grid::{Grid, GridKnob, MOST_ON_GRID, settings};
pub use judge::{ERROR, judge, judge_exact};
pub use judgement::{Judged, Judgement, Plateau, Reason, Standing, Untold};
pub use mix::{Mix, MixError};
pub use model::{Counted, LeftOut, MOST_ERROR, Model, PerCount, Sample, Trade};
pub use objective::Objective;
pub use race::{Race, RaceError};
pub use range::{ENOUGH, MOST_POWERS, Range};
pub use record::{Compromise, CountedValue, Part, SCHEMA, Tried, Tuned, Tuning};

/// Differences up to this part of a cost do not matter, unless told otherwise.
pub const TOLERANCE: f64 = 0.02;

#[cfg(test)]
mod tests;
