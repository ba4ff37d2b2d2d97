use askama::Template;

use crate::format;
use crate::names::shown;
use crate::profile::flame::Flame;
use crate::profile::{Difference, Profile, text};

use super::super::RenderError;
use super::super::sort_table::{Column, Datum, SortTable};
use super::page::{FlameFigure, script, style};

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
    answer: Vec<String>,
    flames: Vec<FlameFigure>,
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
            script: script(),
            banners: banners(before, after),
            answer: answer(differences.as_ref()),
            flames: flames?,
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

fn answer(differences: Option<&(Vec<Difference>, &'static str)>) -> Vec<String> {
    let Some((differences, unit)) = differences else {
        let why = "Nothing can be compared: one has exact counts, and the other samples.";
        return vec![why.into()];
    };
    let Some(greatest) = differences.first() else {
        return vec!["No function's own cost has changed.".into()];
    };
    let sum = |of: fn(&Difference) -> f64| differences.iter().map(of).sum::<f64>();
    let change = sum(Difference::change);
    let (more, name) = (word(change), shown(&greatest.name, MOST_CHARACTERS));
    let by = |it: f64| format::quantity(it.abs());
    vec![
        format!(
            "An event takes the guest {} {unit_of} {more}.",
            by(change),
            unit_of = unit_of(unit)
        ),
        format!(
            "The greatest change is in {name}: {} {} an event, from {} to {}.",
            by(greatest.change()),
            word(greatest.change()),
            format::quantity(greatest.before),
            format::quantity(greatest.after)
        ),
    ]
}

fn word(change: f64) -> &'static str {
    if change > 0.0 { "more" } else { "less" }
}

/// The unit without what it is counted for.
fn unit_of(unit: &str) -> &str {
    unit.strip_suffix(" per event").unwrap_or(unit)
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
