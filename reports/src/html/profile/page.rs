use askama::Template;

use crate::answer::{Span, Words};
use crate::format;
use crate::names::shown;
use crate::profile::flame::{Drawn, Flame, FlameError, Unit};
use crate::profile::{Profile, TurnsSummary, text, words};

use super::super::details::Fact;
use super::super::sort_table::SortTable;
use super::super::{self as html, RenderError, SCRIPT};
use super::facts::facts;
use super::functions::{host_table, long_names, table};
use super::turns::Turns;

/// How much of a line of the explained turn is shown, in characters.
const MOST_OF_A_LINE: usize = 1_000;

/// Everything the page shows, as its template wants it.
#[derive(Template)]
#[template(path = "profile.html")]
pub(super) struct Page<'a> {
    title: String,
    started: String,
    style: String,
    script: String,
    banners: Vec<String>,
    answer: Vec<Words>,
    flames: Vec<FlameFigure>,
    parts: Vec<PartRow>,
    turns: Option<Turns<'a>>,
    /// A turn that is explained, line by line.
    anatomy: Vec<String>,
    functions: Vec<SortTable>,
    host_functions: Option<SortTable>,
    long_names: Vec<String>,
    facts: Vec<Fact>,
    command: &'a str,
}

/// A flame graph in the page.
pub(super) struct FlameFigure {
    pub title: String,
    pub drawn: Drawn,
}

/// A row of the split.
struct PartRow {
    name: &'static str,
    class: &'static str,
    time: String,
    share: String,
    /// The length of its bar in per cent.
    width: f64,
}

impl<'a> Page<'a> {
    pub fn new(profile: &'a Profile) -> Result<Self, RenderError> {
        let mut banners = words::warnings(profile);
        let unpacked = profile.timeline.as_ref().map(|it| (it, it.unpack()));
        let turns = match unpacked {
            Some((timeline, Ok(turns))) => Some((timeline, turns)),
            Some((_, Err(error))) => {
                banners.push(format!("There is no timeline: {error}."));
                None
            }
            None => None,
        };
        let summary = turns.as_ref().map(|(_, turns)| TurnsSummary::of(turns));
        Ok(Self {
            title: text::title(profile),
            started: shown(&profile.started, 60),
            style: style(),
            script: script(),
            banners,
            answer: words::answer(profile, summary.as_ref()),
            flames: flames(profile)?,
            parts: parts(profile),
            turns: turns.map(|(timeline, turns)| Turns::new(timeline, &turns)),
            anatomy: profile.anatomy.iter().map(|line| shown(line, MOST_OF_A_LINE)).collect(),
            functions: trees(profile).map(|(tree, unit)| table(profile, tree, unit)).collect(),
            host_functions: profile.host_samples().map(host_table),
            long_names: long_names(profile),
            facts: facts(profile),
            command: &profile.command,
        })
    }
}

/// The styles of the page, with those it shares with all reports.
pub(super) fn style() -> String {
    html::style() + include_str!("../../../templates/profile/profile.css")
}

/// The scripts of the page, likewise.
pub(super) fn script() -> String {
    [
        SCRIPT,
        include_str!("../../../templates/profile/turns.js"),
        include_str!("../../../templates/profile/drawing.js"),
        include_str!("../../../templates/profile/timeline.js"),
        include_str!("../../../templates/profile/flame.js"),
    ]
    .concat()
}

/// The trees of a profile, exact counts first.
fn trees(profile: &Profile) -> impl Iterator<Item = (&crate::profile::CallTree, Unit)> {
    let exact = profile.exact.iter().map(|it| (&it.tree, Unit::Fuel));
    let sampled = profile.sampled.iter().map(|it| (&it.tree, Unit::Samples));
    exact.chain(sampled).filter(|(tree, _)| tree.total() > 0)
}

fn flames(profile: &Profile) -> Result<Vec<FlameFigure>, FlameError> {
    let guest =
        trees(profile).filter_map(|(tree, unit)| Flame::of_tree(&profile.functions, tree, unit));
    Flame::whole(profile).into_iter().chain(guest).map(|it| FlameFigure::new(&it)).collect()
}

impl FlameFigure {
    pub fn new(flame: &Flame) -> Result<Self, FlameError> {
        Ok(Self { title: flame.title(), drawn: flame.drawn()? })
    }
}

fn parts(profile: &Profile) -> Vec<PartRow> {
    let class = |name: &str| match name.split(':').next() {
        Some("guest") => "of-guest",
        Some("boundary") => "of-boundary",
        Some("host") => "of-host",
        _ => "of-driver",
    };
    let row = |part: words::Part| PartRow {
        name: part.name,
        class: class(part.name),
        time: format::duration(part.per_event),
        share: format::percent(part.share),
        width: (part.share * 1_000.0).round() / 10.0,
    };
    words::parts(profile).into_iter().map(row).collect()
}
