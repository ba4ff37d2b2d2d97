//! Requests for pages.

use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use pollbench_history::RunId;
use pollbench_reports::{csv, html as report_html};

use super::response::{Failure, file, html};
use crate::dashboard::blocking;
use crate::links::{Links, Scope};
use crate::query::{
    CompareQuery, DifferenceQuery, LaneQuery, OverviewQuery, RunsQuery, TrendQuery, TrendsQuery,
};
use crate::scalings::scaling_of;
use crate::view::{
    CellPage, Compare, Explain, Overview, Profiles, Rest, RunPage, Runs, Servers, Trend, Trends,
    Tunings, before,
};
use crate::{Dashboard, Error, page};

type Answer = Result<Response, Failure>;
type Asked<T> = Result<Query<T>, QueryRejection>;
type Part<T> = Result<Path<T>, PathRejection>;

pub async fn overview(State(of): State<Dashboard>, asked: Asked<OverviewQuery>) -> Answer {
    let Query(query) = asked?;
    let view = Overview::new(&of, &query).await?;
    let links = links(&query.branch, query.last);
    let answer = match &view.newest {
        None => None,
        Some(newest) => Some(leads(&of, newest.id, &links).await?),
    };
    Ok(html(page::overview(&view, &links, answer)?))
}

/// Which executor leads in a run. What is wrong with its record doesn't take the page down.
async fn leads(of: &Dashboard, run: i64, links: &Links) -> Result<Arc<str>, Error> {
    of.answer(run, &links.of_run(run, "report.html")).await
}

pub async fn trends(State(of): State<Dashboard>, asked: Asked<TrendsQuery>) -> Answer {
    let Query(query) = asked?;
    let view = Trends::new(&of, &query).await?;
    Ok(html(page::trends(&view, &links(&query.branch, query.last))?))
}

pub async fn trend(
    State(of): State<Dashboard>,
    series: Part<i64>,
    asked: Asked<TrendQuery>,
) -> Answer {
    let (Path(series), Query(query)) = (series?, asked?);
    let view = Trend::new(&of, series, &query).await?;
    Ok(html(page::trend(&view, &links(&query.branch, query.last))?))
}

/// The chart of a trend as a file.
pub async fn trend_chart(
    State(of): State<Dashboard>,
    series: Part<i64>,
    asked: Asked<TrendQuery>,
) -> Answer {
    let (Path(series), Query(query)) = (series?, asked?);
    let view = Trend::new(&of, series, &query).await?;
    let chart = page::trend_chart(&view, &links(&query.branch, query.last))?;
    let none = "fewer than two runs have a value, so there is no chart";
    svg("trend.svg", chart.map(|it| it.file()), none)
}

pub async fn runs(State(of): State<Dashboard>, asked: Asked<RunsQuery>) -> Answer {
    let Query(query) = asked?;
    let view = Runs::new(&of, &query).await?;
    Ok(html(page::runs(&view, &links(&query.branch, None))?))
}

pub async fn run(State(of): State<Dashboard>, run: Part<i64>) -> Answer {
    let Path(run) = run?;
    let (view, rest) = RunPage::with_rest(&of, run).await?;
    let links = links(&None, None);
    let scalings = match rest {
        Rest::Matrix(scalings) => scalings,
        Rest::Other { part, has_flame } => {
            return Ok(html(of.document_page(&view, &part, has_flame, &links).await?));
        }
    };
    let answer = leads(&of, run, &links).await?;
    let before = before(&of, RunId(run)).await?.map(|it| it.0);
    Ok(html(page::run(&view, &links, answer, &scalings, before)?))
}

pub async fn report(State(of): State<Dashboard>, run: Part<i64>) -> Answer {
    let Path(run) = run?;
    let document = of.history.document(RunId(run)).await.map_err(Error::from)?;
    let page = blocking(move || report_html::report(&document)).await.map_err(Error::from)?;
    Ok(standing_alone(page))
}

/// The difference between two profiles.
pub async fn difference(State(of): State<Dashboard>, asked: Asked<DifferenceQuery>) -> Answer {
    let Query(query) = asked?;
    let (base, run) = of.difference(&query).await?;
    let page = of.difference_page(base, run).await?;
    Ok(standing_alone(page))
}

/// A report, which is one file with a policy of its own in it.
fn standing_alone(page: String) -> Response {
    let mut response = html(page);
    let policy = HeaderValue::from_static(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'",
    );
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

pub async fn tunings(State(of): State<Dashboard>, asked: Asked<LaneQuery>) -> Answer {
    let Query(query) = asked?;
    let view = Tunings::new(&of, &query).await?;
    Ok(html(page::tunings(&view, &links(&query.branch, None))?))
}

pub async fn profiles(State(of): State<Dashboard>, asked: Asked<LaneQuery>) -> Answer {
    let Query(query) = asked?;
    let view = Profiles::new(&of, &query).await?;
    Ok(html(page::profiles(&view, &links(&query.branch, None))?))
}

pub async fn servers(State(of): State<Dashboard>, asked: Asked<LaneQuery>) -> Answer {
    let Query(query) = asked?;
    let view = Servers::new(&of, &query).await?;
    Ok(html(page::servers(&view, &links(&query.branch, None))?))
}

/// A chart of a run: time against the number of pollables, for one of its workloads.
pub async fn of_run(State(of): State<Dashboard>, asked: Part<(i64, String)>) -> Answer {
    let Path((run, name)) = asked?;
    let number = name.strip_prefix("scaling-").and_then(|it| it.strip_suffix(".svg"));
    let Some(number) = number.and_then(|it| it.parse().ok()) else {
        return Err(Failure::not_found("a run has no such file"));
    };
    let record = of.record(run).await?;
    let chart = blocking(move || scaling_of(&record, number)).await?;
    svg("scaling.svg", chart.map(|it| it.file()), "the run has no chart with this number")
}

/// The repetitions of a cell, drawn.
pub async fn repetitions(State(of): State<Dashboard>, part: Part<(i64, usize)>) -> Answer {
    let Path((run, number)) = part?;
    let view = CellPage::new(&of, run, number).await?;
    let chart = page::repetitions(&view)?;
    svg("repetitions.svg", chart.map(|it| it.file()), "this cell has no repetitions to draw")
}

/// The flame graph of a profile.
pub async fn flame(State(of): State<Dashboard>, run: Part<i64>) -> Answer {
    let Path(run) = run?;
    let none = "this run has no flame graph: only profiles with times have one";
    svg("flame.svg", of.flame(RunId(run)).await?, none)
}

pub async fn record(State(of): State<Dashboard>, run: Part<i64>) -> Answer {
    let Path(run) = run?;
    let text = of.history.text(RunId(run)).await.map_err(Error::from)?;
    Ok(file("record.json", "application/json", text))
}

pub async fn csv(State(of): State<Dashboard>, run: Part<i64>) -> Answer {
    let Path(run) = run?;
    let record = of.record(run).await?;
    let text = blocking(move || csv::render(&record)).await;
    Ok(file("cells.csv", "text/csv; charset=utf-8", text.into_bytes()))
}

pub async fn cell(State(of): State<Dashboard>, part: Part<(i64, usize)>) -> Answer {
    let Path((run, number)) = part?;
    let view = CellPage::new(&of, run, number).await?;
    let look = of.look(view.run.branch.as_deref(), None).await?;
    let series = look.series_of(&view.cell);
    Ok(html(page::cell(&view, &links(&None, None), series)?))
}

pub async fn compare(State(of): State<Dashboard>, asked: Asked<CompareQuery>) -> Answer {
    let Query(query) = asked?;
    let view = Compare::new(&of, &query).await?;
    Ok(html(page::compare(&view, &links(&None, None))?))
}

pub async fn explain() -> Answer {
    Ok(html(page::explain(&Explain::all(), &links(&None, None))?))
}

/// A drawing as a file, or what is said where there is none.
fn svg(name: &'static str, drawn: Option<String>, none: &str) -> Answer {
    let drawn = drawn.ok_or_else(|| Failure::not_found(none))?;
    Ok(file(name, "image/svg+xml", drawn.into_bytes()))
}

fn links(branch: &Option<String>, last: Option<u64>) -> Links {
    Links::Served(Scope { branch: branch.clone(), last })
}
