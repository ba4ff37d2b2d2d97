//! The dashboard over made-up histories, as requests and browsers see it.

mod accessibility;
#[path = "../../../tests/browser/mod.rs"]
mod browser;
mod changes;
mod control;
mod hostile;
mod http;
mod lanes;
mod live;
mod pages;
mod site;
#[path = "../support/mod.rs"]
mod support;
mod trends;

use std::sync::OnceLock;

use support::{Served, Story};

/// A dashboard over the usual story, which all tests share.
fn usual() -> &'static Served {
    static SERVED: OnceLock<Served> = OnceLock::new();
    SERVED.get_or_init(|| Served::story(Story { has_lanes: true, ..Story::default() }))
}
