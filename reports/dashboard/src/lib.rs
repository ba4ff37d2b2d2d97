//! Shows a history of pollbench: what has become slower or faster, since when, how sure that
//! is and what else changed with it.
//!
//! Data flows one way here too. A [`Dashboard`] asks a history for runs and series, and a
//! `look` at the newest runs of a branch finds the changes in them, once for each new run.
//! What a page shows is a value of [`view`], which is also what the JSON API answers; `page`
//! puts it into HTML. [`serve()`] answers requests with these pages, and [`write_site`] writes
//! them as files.

mod cache;
mod dashboard;
mod documents;
mod error;
mod links;
mod look;
mod metric;
mod page;
mod query;
mod scalings;
mod serve;
mod site;
pub mod view;

pub use dashboard::Dashboard;
pub use error::Error;
pub use serve::{AddedRun, BegunRun, Control, Options, Order, Origin, serve, until_signalled};
pub use site::{Site, write_site};
