mod drawing;
mod squared;
#[cfg(test)]
mod tests;
mod times;
mod turn;

use askama::Template;
use pollbench_reports::comparison::Metric;

use self::drawing::Drawing;
use super::frame::{Frame, Tab};
use crate::Error;
use crate::links::Links;
use crate::view::explain::{self, Finds, Guest, Host, List, Runs, Turn, Workload};
use crate::view::{Explain, Show};

#[derive(Template)]
#[template(path = "explain.html")]
struct Page<'a> {
    frame: Frame,
    view: &'a Explain,
    /// A turn that hands over all.
    all: Drawing,
    /// What many turns look at.
    squared: Drawing,
    /// A turn that hands over a part.
    part: Drawing,
    /// A turn of WASI 0.3.
    calls: Drawing,
    guests: Vec<(&'a Guest, Drawing)>,
    workloads: Vec<(&'a Workload, Drawing)>,
}

/// What each workload and executor does.
pub fn explain(view: &Explain, links: &Links) -> Result<String, Error> {
    let frame =
        Frame { links: links.clone(), branch: None, branches: Vec::new(), tab: Tab::Explain };
    let page = Page {
        frame,
        view,
        all: turn::draw(&ALL),
        squared: squared::draw(explain::PICTURED),
        part: turn::draw(&PART),
        calls: turn::draw(&CALLS),
        guests: view.guests.iter().map(|it| (it, turn::draw(&it.turn))).collect(),
        workloads: view.workloads.iter().map(|it| (it, times::draw(it.times))).collect(),
    };
    Ok(page.render()?)
}

const ALL: Turn = Turn {
    list: List::Rebuilt,
    busy: false,
    ready: &[4],
    host: Host::Looks,
    finds: Finds::Straight,
    runs: Runs::AllReported,
    next: "hand over all 8 again",
};

const PART: Turn = Turn {
    list: List::Part(&[3, 4, 5]),
    busy: true,
    next: "hand over the next part: 6, 7, 0",
    ..ALL
};

const CALLS: Turn = Turn {
    list: List::Calls,
    host: Host::Told,
    runs: Runs::One,
    next: "wait until the host calls back",
    ..ALL
};
