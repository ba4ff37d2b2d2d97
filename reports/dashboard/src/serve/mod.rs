//! Pages and data for requests.

mod api;
mod badge;
mod control;
mod guard;
mod live;
mod metrics;
mod openapi;
mod pages;
mod response;
mod stop;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::{Dashboard, Error};
use control::Controls;
use guard::Hosts;
use live::Results;
use response::Failure;

pub use control::{AddedRun, BegunRun, Control, Order, Origin};
pub use stop::until_signalled;

/// How a history is served.
#[derive(Clone)]
pub struct Options {
    /// Where to listen. Others than this machine reach it only where the address lets them.
    pub address: SocketAddr,
    /// The names that requests may give the server, beside its address and `localhost`. A
    /// page of a stranger can't make a browser read what is served here under another name.
    pub hosts: Vec<String>,
    /// Where runs put their results: those that go on are shown.
    pub results: PathBuf,
    /// What may be changed from elsewhere; without it, nothing.
    pub control: Option<Control>,
}

/// Serves a history until `stop` is done; requests that are under way then are answered.
/// `ready` is told the address, whose port may have been left to the system.
pub async fn serve(
    dashboard: Dashboard,
    options: Options,
    ready: impl FnOnce(SocketAddr),
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    let address = options.address;
    let listen = TcpListener::bind(address).await;
    let listener = listen.map_err(|source| Error::Listen { address, source })?;
    let address = listener.local_addr().map_err(Error::Serve)?;
    let (end, ending) = watch::channel(false);
    let controls = Controls::new(options.control, ending.clone());
    let directory = Arc::new(options.results);
    let results = Results { directory, controls: controls.clone(), ending };
    let router = router(dashboard, results, Hosts::new(address, options.hosts));
    ready(address);
    let stop = async move {
        stop.await;
        // If nobody looks at a run, nobody has to be told.
        let _ = end.send(true);
    };
    let served = axum::serve(listener, router).with_graceful_shutdown(stop).await;
    // A run that was begun from here leaves what an interruption leaves.
    controls.finish().await;
    served.map_err(Error::Serve)
}

fn router(dashboard: Dashboard, results: Results, hosts: Hosts) -> Router {
    let changes = control::router(results.controls.clone(), dashboard.history.clone());
    let live = Router::new()
        .route("/live", get(live::live))
        .route("/live/events", get(live::events))
        .route("/api/live", get(live::data))
        .with_state(results);
    let pages = Router::new()
        .route("/", get(pages::overview))
        .route("/trends", get(pages::trends))
        .route("/trends/{series}", get(pages::trend))
        .route("/trends/{series}/chart.svg", get(pages::trend_chart))
        .route("/runs", get(pages::runs))
        .route("/runs/{run}", get(pages::run))
        .route("/runs/{run}/report.html", get(pages::report))
        .route("/runs/{run}/record.json", get(pages::record))
        .route("/runs/{run}/cells.csv", get(pages::csv))
        .route("/runs/{run}/{file}", get(pages::of_run))
        .route("/runs/{run}/cells/{cell}", get(pages::cell))
        .route("/runs/{run}/cells/{cell}/repetitions.svg", get(pages::repetitions))
        .route("/runs/{run}/flame.svg", get(pages::flame))
        .route("/compare", get(pages::compare))
        .route("/tunings", get(pages::tunings))
        .route("/profiles", get(pages::profiles))
        .route("/profiles/difference", get(pages::difference))
        .route("/servers", get(pages::servers))
        .route("/explain", get(pages::explain))
        .route("/metrics", get(metrics::metrics))
        .route("/badge.svg", get(badge::badge));
    pages
        .nest("/api", api::router())
        .fallback(|| async { Failure::not_found("there is no such page") })
        .method_not_allowed_fallback(|| async { Failure::not_allowed() })
        .with_state(dashboard)
        .merge(live)
        .merge(changes)
        .layer(middleware::from_fn(guard::headers))
        .layer(middleware::from_fn_with_state(Arc::new(hosts), guard::host))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(|_| Failure::broken().into()))
}
