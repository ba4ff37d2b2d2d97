//! What the pages show, and what the JSON API answers.
//!
//! Texts such as names, commits and subjects are of strangers, and are as they were recorded:
//! whoever shows them has to escape them.

mod cell;
mod changes;
mod compare;
pub mod explain;
mod lanes;
mod live;
mod overview;
mod run;
mod runs;
mod status;
mod trend;
mod trends;

pub use cell::{CellPage, CountLine};
pub use changes::{Change, ChangedCell, Direction};
pub(crate) use compare::before;
pub use compare::{Compare, Compared, CountChange, Times, Verdict};
pub use explain::Explain;
pub use lanes::{
    KnobSetting, ProfileLine, Profiles, ServerLine, Servers, TopFunction, TuningLine, Tunings,
};
pub(crate) use lanes::{NEWEST, ProfiledCells, Said, profile_before};
pub use live::{Live, LiveCell, Underway};
pub use overview::{Health, Overview};
pub(crate) use run::Rest;
pub use run::{CellLine, Fact, Failed, RunPage};
pub use runs::{RunLine, Runs};
pub(crate) use status::status_words;
pub use trend::{Trend, TrendChange, TrendPoint};
pub use trends::{TrendLine, Trends};

pub use crate::look::{CellName, ChangedFact, RunRef};
pub use crate::query::{Order, Show};
