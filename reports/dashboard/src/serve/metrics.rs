//! The newest run for Prometheus, so that teams can use the alerts they have.

use std::sync::atomic::AtomicU64;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use pollbench_reports::comparison::Metric;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use super::response::Failure;
use crate::look::Look;
use crate::query::OverviewQuery;
use crate::view::Overview;
use crate::{Dashboard, Error};

type Labels = Vec<(&'static str, String)>;
type Value = Gauge<f64, AtomicU64>;

/// The newest run of the usual branch.
pub async fn metrics(State(of): State<Dashboard>) -> Result<Response, Failure> {
    let branch = of.branch(None).await?;
    let look = of.look(branch.as_deref(), None).await?;
    let view = Overview::new(&of, &OverviewQuery { branch, ..OverviewQuery::default() }).await?;
    let mut text = String::new();
    let failed = |_| Failure::broken();
    encode(&mut text, &registry(&look, &view)).map_err(failed)?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

fn registry(look: &Look, view: &Overview) -> Registry {
    let mut registry = Registry::with_prefix("pollbench");
    let time = Family::<Labels, Value>::default();
    let polls = Family::<Labels, Value>::default();
    for cell in &look.cells {
        let labels = vec![
            ("guest", cell.name.guest.clone()),
            ("workload", cell.name.workload.clone()),
            ("pollables", cell.name.pollables.to_string()),
        ];
        for metric in &cell.metrics {
            let family = match metric.metric {
                Metric::NsPerEvent => &time,
                Metric::PollCalls => &polls,
                _ => continue,
            };
            // Only what the newest run has measured, and not what an earlier one had.
            if let Some(value) = metric.values.last().filter(|it| it.is_finite()) {
                let scale = if metric.metric == Metric::NsPerEvent { 1e-9 } else { 1.0 };
                family.get_or_create(&labels).set(value * scale);
            }
        }
    }
    registry.register_with_unit("event_time", "Time per event", Unit::Seconds, time);
    registry.register("polls_per_event", "Calls of poll per event", polls);
    let gauge = |value: f64| {
        let gauge = Value::default();
        gauge.set(value);
        gauge
    };
    registry.register("cells_worse", "Cells that became worse lately", gauge(view.worse as f64));
    registry.register("cells_better", "Cells that became better lately", gauge(view.better as f64));
    if let Some(health) = &view.health {
        registry.register("cells_failed", "Cells that failed", gauge(health.failed as f64));
        registry.register_with_unit(
            "newest_run_age",
            "How long ago the newest run was measured",
            Unit::Seconds,
            gauge(health.age as f64),
        );
    }
    registry
}

impl From<std::fmt::Error> for Failure {
    fn from(_: std::fmt::Error) -> Self {
        Self::from(Error::Template(askama::Error::Fmt))
    }
}
