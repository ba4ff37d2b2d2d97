use askama::Template;

use crate::answer::{Span, Words};
use crate::names::shown;
use crate::profile::flame::{Flame, FlameError, Unit};
use crate::profile::{Profile, TurnsSummary, text, words};

use super::super::RenderError;
use super::super::details::Fact;
use super::super::flame::FlameFigure;
use super::super::parts::PartRow;
use super::super::sort_table::SortTable;
use super::super::timeline::{self, ShownTimeline, style};
use super::facts::facts;
use super::functions::{host_table, long_names, table};
use super::turns;

/// How much of a line of the explained turn is shown, in characters.
const MOST_OF_A_LINE: usize = 1_000;

/// Everything the page shows, as its template wants it.
#[derive(Template)]
#[template(path = "profile.html", blocks = ["answer", "split", "turn", "functions", "conditions"])]
pub(super) struct Page<'a> {
    title: String,
    started: String,
    style: String,
    script: String,
    pub banners: Vec<String>,
    answer: Vec<Words>,
    flames: Vec<FlameFigure>,
    parts: Vec<PartRow>,
    turns: Option<ShownTimeline<'a>>,
    /// A turn that is explained, line by line.
    anatomy: Vec<String>,
    functions: Vec<SortTable>,
    host_functions: Option<SortTable>,
    long_names: Vec<String>,
    facts: Vec<Fact>,
    command: &'a str,
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
            turns: turns.map(|(timeline, turns)| turns::shown(timeline, &turns)),
            anatomy: profile.anatomy.iter().map(|line| shown(line, MOST_OF_A_LINE)).collect(),
            functions: trees(profile)
                .map(|(tree, unit)| table(&profile.functions, tree, unit, profile.work.events))
                .collect(),
            host_functions: profile.host_samples().map(host_table),
            long_names: long_names(&profile.functions),
            facts: facts(profile),
            command: &profile.command,
        })
    }
}

/// The script of the page.
fn script() -> String {
    timeline::script(include_str!("../../../templates/profile/loop.js"))
}

/// The trees of a profile, exact counts first.
fn trees(profile: &Profile) -> impl Iterator<Item = (&crate::profile::CallTree, Unit)> {
    let exact = profile.exact.iter().map(|it| (&it.tree, Unit::Fuel));
    let sampled = profile.sampled.iter().map(|it| (&it.tree, Unit::Samples));
    exact.chain(sampled).filter(|(tree, _)| tree.total() > 0)
}

fn flames(profile: &Profile) -> Result<Vec<FlameFigure>, FlameError> {
    let guest = trees(profile)
        .filter_map(|(tree, unit)| Flame::of_tree("guest", &profile.functions, tree, unit));
    Flame::whole(profile).into_iter().chain(guest).map(|it| FlameFigure::new(&it)).collect()
}

fn parts(profile: &Profile) -> Vec<PartRow> {
    let class = |name: &str| match name.split(':').next() {
        Some("guest") => "of-guest",
        Some("boundary") => "of-boundary",
        Some("host") => "of-host",
        _ => "of-driver",
    };
    let row =
        |part: words::Part| PartRow::new(part.name, class(part.name), part.per_event, part.share);
    words::parts(profile).into_iter().map(row).collect()
}
