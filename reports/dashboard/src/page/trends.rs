use askama::Template;
use pollbench_reports::chart::sparkline;
use pollbench_reports::comparison::Metric;
use pollbench_reports::format;

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
}

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
    let rows: Result<Vec<Row>, Error> =
        view.lines.iter().map(|it| row(it, view.metric, links)).collect();
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
