//! Pages as HTML, from what they show.

mod cell;
mod compare;
mod document;
mod error;
mod explain;
mod frame;
mod lanes;
mod live;
mod overview;
mod run;
mod runs;
mod trend;
mod trends;
mod words;

pub use cell::{cell, repetitions};
pub use compare::compare;
pub use document::document;
pub use error::error;
pub use explain::explain;
pub use frame::policy;
pub use lanes::{profiles, servers, tunings};
pub use live::{live, live_runs};
pub use overview::overview;
pub use run::run;
pub use runs::runs;
pub use trend::{trend, trend_chart};
pub use trends::trends;
