//! The same data as the pages', as JSON.

use axum::Router;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;

use super::openapi;
use super::response::{Failure, json};
use crate::Dashboard;
use crate::query::{CompareQuery, LaneQuery, OverviewQuery, RunsQuery, TrendQuery, TrendsQuery};
use crate::view::{
    CellPage, Compare, Explain, Overview, Profiles, RunPage, Runs, Servers, Trend, Trends, Tunings,
};

type Asked<T> = Result<Query<T>, QueryRejection>;
type Part<T> = Result<Path<T>, PathRejection>;

pub fn router() -> Router<Dashboard> {
    Router::new()
        .route("/overview", get(overview))
        .route("/trends", get(trends))
        .route("/trends/{series}", get(trend))
        .route("/runs", get(runs))
        .route("/runs/{run}", get(run))
        .route("/runs/{run}/cells/{cell}", get(cell))
        .route("/compare", get(compare))
        .route("/tunings", get(tunings))
        .route("/profiles", get(profiles))
        .route("/servers", get(servers))
        .route("/explain", get(explain))
        .route("/openapi.json", get(description))
        .fallback(|| async { Failure::not_found("there is no such address").json() })
}

async fn overview(State(of): State<Dashboard>, asked: Asked<OverviewQuery>) -> Response {
    json(async { Ok(Overview::new(&of, &asked?.0).await?) }).await
}

async fn trends(State(of): State<Dashboard>, asked: Asked<TrendsQuery>) -> Response {
    json(async { Ok(Trends::new(&of, &asked?.0).await?) }).await
}

async fn trend(
    State(of): State<Dashboard>,
    series: Part<i64>,
    asked: Asked<TrendQuery>,
) -> Response {
    json(async { Ok(Trend::new(&of, series?.0, &asked?.0).await?) }).await
}

async fn runs(State(of): State<Dashboard>, asked: Asked<RunsQuery>) -> Response {
    json(async { Ok(Runs::new(&of, &asked?.0).await?) }).await
}

async fn run(State(of): State<Dashboard>, run: Part<i64>) -> Response {
    json(async { Ok(RunPage::new(&of, run?.0).await?) }).await
}

async fn cell(State(of): State<Dashboard>, part: Part<(i64, usize)>) -> Response {
    json(async {
        let Path((run, number)) = part?;
        Ok(CellPage::new(&of, run, number).await?)
    })
    .await
}

async fn compare(State(of): State<Dashboard>, asked: Asked<CompareQuery>) -> Response {
    json(async { Ok(Compare::new(&of, &asked?.0).await?) }).await
}

async fn tunings(State(of): State<Dashboard>, asked: Asked<LaneQuery>) -> Response {
    json(async { Ok(Tunings::new(&of, &asked?.0).await?) }).await
}

async fn profiles(State(of): State<Dashboard>, asked: Asked<LaneQuery>) -> Response {
    json(async { Ok(Profiles::new(&of, &asked?.0).await?) }).await
}

async fn servers(State(of): State<Dashboard>, asked: Asked<LaneQuery>) -> Response {
    json(async { Ok(Servers::new(&of, &asked?.0).await?) }).await
}

async fn explain() -> Response {
    json(async { Ok(Explain::all()) }).await
}

async fn description() -> Response {
    json(async { Ok(openapi::description()) }).await
}
