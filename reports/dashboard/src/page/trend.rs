use askama::Template;
use itertools::Itertools as _;
use pollbench_reports::chart::{self, Chart};
use pollbench_reports::comparison::Metric;
use pollbench_reports::format;

use super::frame::{Choice, Frame, Tab, metrics};
use super::words::{self, ChangeText};
use crate::links::Links;
use crate::query::TrendQuery;
use crate::view::{RunRef, Show, Trend, TrendChange, TrendPoint};
use crate::{Error, metric};

/// How many runs one can choose to see.
const LENGTHS: [u64; 5] = [30, 100, 250, 500, 1000];
/// So many runs have a label on the axis.
const LABELS: usize = 8;

#[derive(Template)]
#[template(path = "trend.html")]
struct Page<'a> {
    frame: Frame,
    view: &'a Trend,
    guest: String,
    workload: String,
    pollables: String,
    title: String,
    headline: String,
    note: String,
    beside: Vec<Choice>,
    metrics: Vec<Choice>,
    lengths: Vec<Choice>,
    chart: Option<Chart>,
    /// The chart as a file.
    svg: String,
    /// The first and the last run that are drawn, if these are not all.
    zoom: Option<(i64, i64)>,
    /// The same page with all runs.
    unzoomed: String,
    changes: Vec<ChangeRow>,
    rows: Vec<PointRow>,
}

struct ChangeRow {
    number: usize,
    text: ChangeText,
    when: String,
    run: Option<String>,
    commit: String,
    range: String,
    compare: Option<String>,
}

struct PointRow {
    id: i64,
    when: String,
    href: Option<String>,
    value: Option<f64>,
    text: String,
    interval: String,
    branch: String,
    commit: String,
}

/// The trend of a metric of a cell.
pub fn trend(view: &Trend, links: &Links) -> Result<String, Error> {
    let (guest, workload, pollables) = words::cell(&view.cell);
    let title = metric::title(view.metric);
    let page = Page {
        frame: Frame {
            links: links.clone(),
            branch: view.branch.clone(),
            branches: view.branches.clone(),
            tab: Tab::Trends,
        },
        guest,
        workload,
        pollables,
        headline: headline(view),
        note: note(view),
        beside: beside(view),
        metrics: metrics(&view.metrics, view.metric, |it| links.trend(view.series, it)),
        lengths: lengths(view.last),
        chart: trend_chart(view, links)?,
        svg: links.trend_chart(view),
        zoom: match view.drawn() {
            [first, .., last] if view.is_zoomed() => Some((first.run.id, last.run.id)),
            [only] if view.is_zoomed() => Some((only.run.id, only.run.id)),
            _ => None,
        },
        unzoomed: links.trend_with(view.series, &unzoomed(view)),
        changes: view.changes.iter().map(|it| change_row(it, links)).collect(),
        rows: view.points.iter().rev().map(|it| point_row(it, view.metric, links)).collect(),
        title,
        view,
    };
    Ok(page.render()?)
}

/// The chart of a trend; `None` where fewer than two runs have a value.
pub fn trend_chart(view: &Trend, links: &Links) -> Result<Option<Chart>, Error> {
    Ok(chart::trend(&drawn(view, metric::title(view.metric), links))?)
}

fn unzoomed(view: &Trend) -> TrendQuery {
    TrendQuery { from: None, to: None, ..view.query() }
}

/// How many runs one can see; what was asked for is one of them.
fn lengths(last: u64) -> Vec<Choice> {
    let mut all = LENGTHS.to_vec();
    all.push(last);
    all.sort_unstable();
    all.dedup();
    let choice = |it: u64| Choice {
        value: it.to_string(),
        name: format!("last {}", format::count(it)),
        href: None,
        is_chosen: it == last,
    };
    all.into_iter().map(choice).collect()
}

/// The branches to show beside that which is shown: none, each, those that are shown, and each
/// other one with these.
fn beside(view: &Trend) -> Vec<Choice> {
    let shown = &view.beside;
    let choice = |branches: &[String]| Choice {
        value: branches.join(","),
        name: match branches {
            [] => "none".into(),
            some => some.iter().map(|it| words::name(it)).join(" and "),
        },
        href: None,
        is_chosen: branches == shown,
    };
    let others: Vec<&String> =
        view.branches.iter().filter(|it| view.branch.as_ref() != Some(it)).collect();
    let alone = others.iter().map(|it| vec![(*it).clone()]);
    let more = others.iter().filter(|it| !shown.is_empty() && !shown.contains(it));
    let with_shown = more.map(|it| [&shown[..], &[(*it).clone()]].concat());
    let all = std::iter::once(Vec::new()).chain(alone).chain([shown.clone()]).chain(with_shown);
    all.unique().map(|it| choice(&it)).collect()
}

fn headline(view: &Trend) -> String {
    let newest = view.points.iter().rev().find_map(|it| it.value);
    let newest = newest.map_or("–".into(), |it| metric::text(view.metric, it));
    let runs = view.points.len();
    match view.changes.first() {
        None => format!("{newest} now, without a known change in {runs} runs."),
        Some(TrendChange { change, .. }) => {
            let size = ChangeText::of(change).size;
            format!("{newest} now: {size} since {}.", change.since.day())
        }
    }
}

fn note(view: &Trend) -> String {
    let mut note = String::from("Each run has the same room, whenever it was measured.");
    if view.metric == Metric::NsPerEvent {
        note += " The line joins medians; the band is the interval of each median, which knows \
                 nothing of what differs from one run to the next.";
    }
    if let Some(part) = view.usual_difference {
        note += &format!(" Runs usually differ by {}.", format::percent(part));
    }
    if view.is_zoomed() {
        let (drawn, all) = (view.drawn().len() as u64, view.points.len() as u64);
        note += &format!(" {} of {} runs are drawn.", format::count(drawn), format::count(all));
    }
    if !view.changes.is_empty() {
        note += " A dashed line is before the first run of a change.";
    }
    note
}

fn drawn(view: &Trend, title: String, links: &Links) -> chart::Trend {
    let of_branch = |name: Option<&str>| {
        let points = view.drawn().iter().enumerate();
        let points = points.filter(|(_, it)| name.is_none() || it.run.branch.as_deref() == name);
        chart::TrendLine {
            name: words::name(name.unwrap_or("all branches")),
            points: points.filter_map(|(place, it)| point(place, it, view.metric, links)).collect(),
        }
    };
    let others = view.beside.iter().map(|it| of_branch(Some(it)));
    let shown = view.changes.iter().filter(|it| (view.first..view.end).contains(&it.place));
    let mut changes: Vec<(usize, String)> =
        shown.map(|it| (it.place - view.first, it.number.to_string())).collect();
    changes.reverse();
    chart::Trend {
        title,
        quantity: metric::quantity(view.metric),
        is_log: view.log,
        lines: std::iter::once(of_branch(view.branch.as_deref())).chain(others).collect(),
        labels: labels(view.drawn()),
        changes,
    }
}

fn point(
    place: usize,
    of: &TrendPoint,
    metric: Metric,
    links: &Links,
) -> Option<chart::TrendPoint> {
    let value = of.value?;
    let words = format!(
        "run {}, {}: {} {}",
        of.run.id,
        of.run.minute(),
        metric::text(metric, value),
        words::commit(&of.run),
    );
    Some(chart::TrendPoint {
        place,
        value,
        interval: of.low.zip(of.high),
        words,
        link: links.run(of.run.id).unwrap_or_default(),
    })
}

/// Runs at equal distances, each with its day.
fn labels(points: &[TrendPoint]) -> Vec<(usize, String)> {
    let every = points.len().div_ceil(LABELS).max(1);
    points.iter().enumerate().step_by(every).map(|(place, it)| (place, it.run.day())).collect()
}

fn change_row(of: &TrendChange, links: &Links) -> ChangeRow {
    let change = &of.change;
    ChangeRow {
        number: of.number,
        text: ChangeText::of(change),
        when: change.since.minute(),
        run: links.run(change.since.id),
        commit: words::commit(&change.since),
        range: range(change.last_before.as_ref(), &change.first_after),
        compare: change
            .last_before
            .as_ref()
            .and_then(|it| links.compare(it.id, change.first_after.id)),
    }
}

/// The commits to search, as git takes them, or else the runs.
fn range(before: Option<&RunRef>, after: &RunRef) -> String {
    let commit = |it: &RunRef| it.short_commit().map(|it| words::name(&it));
    match (before.and_then(commit), commit(after)) {
        (Some(before), Some(after)) => format!("{before}..{after}"),
        (None, Some(after)) => format!("up to {after}"),
        _ => {
            let before = before.map_or("the first".into(), |it| it.id.to_string());
            format!("runs {before} to {}", after.id)
        }
    }
}

fn point_row(of: &TrendPoint, metric: Metric, links: &Links) -> PointRow {
    let text = |value: f64| metric::text(metric, value);
    PointRow {
        id: of.run.id,
        when: of.run.minute(),
        href: links.run(of.run.id),
        value: of.value,
        text: of.value.map_or_else(|| crate::view::status_words(of.status).into(), text),
        interval: of
            .low
            .zip(of.high)
            .map_or_else(String::new, |(low, high)| format!("{} to {}", text(low), text(high))),
        branch: of.run.branch.as_deref().map(words::name).unwrap_or_default(),
        commit: words::commit(&of.run),
    }
}
