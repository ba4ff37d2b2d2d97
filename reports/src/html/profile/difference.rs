use askama::Template;

use crate::answer::{Span, Words};
use crate::format;
use crate::names::shown;
use crate::profile::flame::{Flame, Side};
use crate::profile::words::plain;
use crate::profile::{Difference, Profile, text};

use super::super::flame::{FLAMES, FlameFigure};
use super::super::sort_table::{Column, Datum, SortTable};
use super::super::timeline::style;
use super::super::{RenderError, SCRIPT};

/// How many functions the table has.
const MOST_FUNCTIONS: usize = 200;
/// How many characters of a name are shown.
const MOST_CHARACTERS: usize = 120;

/// The page of what has changed between two profiles, as its template wants it.
#[derive(Template)]
#[template(path = "profile_difference.html")]
pub(super) struct Page<'a> {
    before: String,
    after: String,
    style: String,
    script: String,
    banners: Vec<String>,
    answer: Vec<Words>,
    flames: Vec<FlameFigure>,
    /// Which profile the frames are as wide as.
    widths: Side,
    table: Option<SortTable>,
    commands: [&'a str; 2],
}

impl<'a> Page<'a> {
    pub fn new(before: &'a Profile, after: &'a Profile) -> Result<Self, RenderError> {
        let differences = Difference::between(before, after);
        let flame = Flame::difference(before, after);
        let flames: Result<Vec<_>, _> = flame.iter().map(FlameFigure::new).collect();
        Ok(Self {
            before: text::title(before),
            after: text::title(after),
            style: style(),
            script: [SCRIPT, FLAMES].concat(),
            banners: banners(before, after),
            answer: answer(differences.as_ref()),
            flames: flames?,
            widths: flame.as_ref().and_then(Flame::widths).unwrap_or(Side::After),
            table: differences.filter(|it| !it.0.is_empty()).map(|(all, unit)| table(&all, unit)),
            commands: [&before.command, &after.command],
        })
    }
}

fn banners(before: &Profile, after: &Profile) -> Vec<String> {
    let mut banners = Vec::new();
    if before.work != after.work {
        banners.push("The two profiles are of different work: only the guest's costs for an event are compared.".into());
    }
    banners
}

fn answer(differences: Option<&(Vec<Difference>, &'static str)>) -> Vec<Words> {
    let Some((differences, unit)) = differences else {
        let why = "Nothing can be compared: one has exact counts, and the other samples.";
        return vec![plain(why.into())];
    };
    let Some(greatest) = differences.first() else {
        return vec![plain("No function's own cost has changed.".into())];
    };
    let unit = unit.strip_suffix(" per event").unwrap_or(unit);
    let change: f64 = differences.iter().map(Difference::change).sum();
    let by = |change: f64| format!("{} {unit} {}", format::quantity(change.abs()), word(change));
    let mut second = plain("The greatest change is in ".into());
    second.spans.push(Span::Function(shown(&greatest.name, MOST_CHARACTERS)));
    let [before, after] = [greatest.before, greatest.after].map(format::quantity);
    second.text(format!(": {} an event, from {before} to {after}.", by(greatest.change())));
    vec![plain(format!("An event takes the guest {}.", by(change))), second]
}

fn word(change: f64) -> &'static str {
    if change > 0.0 { "more" } else { "less" }
}

fn table(differences: &[Difference], unit: &str) -> SortTable {
    let number = |it: f64| Datum::number(Some(it), format::quantity);
    let signed = |it: f64| {
        let sign = if it > 0.0 { "▲ +" } else { "▼ " };
        Datum::worded(format!("{sign}{}", format::quantity(it)), it)
    };
    let row = |it: &Difference| {
        let name = Datum::text(shown(&it.name, MOST_CHARACTERS));
        vec![name, number(it.before), number(it.after), signed(it.change())]
    };
    SortTable {
        caption: format!("Own costs in {unit}, the greatest change first"),
        columns: vec![
            Column::words("function"),
            Column::numbers("before"),
            Column::numbers("after"),
            Column::numbers("change"),
        ],
        rows: differences.iter().take(MOST_FUNCTIONS).map(row).collect(),
    }
}
