use askama::Template;
use pollbench_reports::chart::{panel, panel_range, sparkline};
use pollbench_reports::comparison::Metric;
use pollbench_reports::format;
use pollbench_reports::stats::median;

use super::frame::{Choice, Frame, Tab, metrics};
use super::words::{self, ChangeText};
use crate::links::Links;
use crate::view::{Show, TrendLine, Trends};
use crate::{Error, metric};

#[derive(Template)]
#[template(path = "trends.html")]
struct Page<'a> {
    frame: Frame,
    view: &'a Trends,
    title: String,
    headline: String,
    metrics: Vec<Choice>,
    rows: Vec<Row>,
    /// The cells as small charts, where these are shown.
    panels: Vec<Panel>,
    /// How many cells have no room among them.
    not_drawn: usize,
    scale: String,
    /// The same cells as a table, or as small charts, whichever is not shown.
    other: Option<String>,
}

/// A cell as a small chart.
struct Panel {
    name: String,
    work: String,
    words: String,
    href: Option<String>,
    chart: String,
}

/// So many small charts are on a page; a search has the others.
const MOST: usize = 60;

struct Row {
    guest: String,
    workload: String,
    pollables: String,
    newest: f64,
    newest_text: String,
    spark: String,
    href: Option<String>,
    change: Option<ChangeText>,
    /// By how much the newest change is more or less than the same.
    size: f64,
    since: String,
    changes: usize,
    usual_difference: String,
}

/// The list of trends.
pub fn trends(view: &Trends, links: &Links) -> Result<String, Error> {
    let rows: Result<Vec<Row>, Error> = match view.panels {
        true => Ok(Vec::new()),
        false => view.lines.iter().map(|it| row(it, view.metric, links)).collect(),
    };
    let (panels, range) = match view.panels {
        true => panels(view, links)?,
        false => (Vec::new(), (1.0, 1.0)),
    };
    let page = Page {
        frame: Frame {
            links: links.clone(),
            branch: view.branch.clone(),
            branches: view.branches.clone(),
            tab: Tab::Trends,
        },
        view,
        title: metric::title(view.metric),
        headline: headline(view),
        metrics: metrics(&view.metrics, view.metric, |it| links.trends(it)),
        rows: rows?,
        not_drawn: view.found.saturating_sub(panels.len()),
        panels,
        scale: format!(
            "Each cell over the same runs, as a multiple of its own median, from {} to {} in all of them; what is beyond is drawn at the edge. A dot is at the first run of a change.",
            format::ratio(range.0),
            format::ratio(range.1),
        ),
        other: links.trends_as(view, !view.panels),
    };
    Ok(page.render()?)
}

fn headline(view: &Trends) -> String {
    let changed = view.lines.iter().filter(|it| it.is_changed()).count();
    let others = view.lines.iter().filter(|it| it.changes > 0).count() - changed;
    let cells = match view.found {
        1 => "1 cell".to_owned(),
        found => format!("{} cells", format::count(found as u64)),
    };
    let mut words = format!("Of {cells}, {changed} changed in {}", metric::title(view.metric));
    if others > 0 {
        words += &format!(", and {others} more together with something else");
    }
    words + "."
}

/// The cells as small charts, with the scale that all of them have.
fn panels(view: &Trends, links: &Links) -> Result<(Vec<Panel>, (f64, f64)), Error> {
    let drawn: Vec<(&TrendLine, Vec<f64>)> =
        view.lines.iter().take(MOST).map(|it| (it, multiples(it))).collect();
    let range = panel_range(drawn.iter().map(|it| it.1.as_slice()));
    let panel = |(of, values): &(&TrendLine, Vec<f64>)| {
        let (guest, workload, pollables) = words::cell(&of.cell);
        let newest = of.newest.map_or("–".into(), |it| metric::text(view.metric, it));
        let words = match &of.last_change {
            None => format!("{newest}, without a known change"),
            Some(change) => {
                let text = ChangeText::of(change);
                format!("{newest}, {} since {}", text.size, change.since.day())
            }
        };
        Ok::<_, Error>(Panel {
            name: guest,
            work: format!("{workload}, N = {pollables}"),
            words,
            href: links.trend(of.series, view.metric),
            chart: panel(values, &of.places, range)?,
        })
    };
    let all: Result<Vec<Panel>, Error> = drawn.iter().map(panel).collect();
    Ok((all?, range))
}

/// The values as multiples of their median; none that is not above zero.
fn multiples(of: &TrendLine) -> Vec<f64> {
    let known: Vec<f64> = of.values.iter().flatten().copied().filter(|it| *it > 0.0).collect();
    let middle = if known.is_empty() { f64::NAN } else { median(&known) };
    of.values.iter().map(|it| it.map_or(f64::NAN, |it| it / middle)).collect()
}

fn row(of: &TrendLine, metric: Metric, links: &Links) -> Result<Row, Error> {
    let (guest, workload, pollables) = words::cell(&of.cell);
    let newest = of.newest.unwrap_or(f64::NAN);
    let values: Vec<f64> = of.values.iter().map(|it| it.unwrap_or(f64::NAN)).collect();
    let ratio = of.last_change.as_ref().map(|it| it.ratio.map_or(f64::MAX, |it| it.median));
    Ok(Row {
        guest,
        workload,
        pollables,
        newest,
        newest_text: metric::text(metric, newest),
        spark: sparkline(&values, &of.places)?,
        href: links.trend(of.series, metric),
        change: of.last_change.as_ref().map(ChangeText::of),
        size: ratio.map_or(0.0, |it| it - 1.0),
        since: of.last_change.as_ref().map(|it| it.since.day()).unwrap_or_default(),
        changes: of.changes,
        usual_difference: of.usual_difference.map_or("–".into(), format::percent),
    })
}
