//! What can be changed from elsewhere, by whoever knows the token: a run is begun or stopped, and
//! a record is added to the history. All of it is off unless the server is told a token.

mod allowed;
mod begun;
mod order;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use pollbench_history::{History, Provenance};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::response::{Failure, json};
use allowed::Token;
use begun::Begun;

pub use begun::BegunRun;
pub use order::Order;

/// The largest record that is taken, in bytes; one of 10,000 cells has a tenth of it.
const LARGEST: usize = 256 << 20;
/// The largest order.
const LARGEST_ORDER: usize = 64 << 10;

/// What may be changed from elsewhere.
#[derive(Clone)]
pub struct Control {
    /// Who knows it may.
    pub token: String,
    /// The program that does what is ordered, and adds its record to the history. It ends when it
    /// is interrupted as by Ctrl-C.
    pub command: Arc<Ordered>,
}

/// Makes a command of what is ordered, or says why it can't.
pub type Ordered = dyn Fn(&Order) -> Result<Command, String> + Send + Sync;

/// The same, with what was begun.
#[derive(Clone)]
pub struct Controls(Option<Arc<Inner>>);

struct Inner {
    token: Token,
    begun: Begun,
}

/// Where a record that is added comes from.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// The commit that was measured.
    pub commit: Option<String>,
    /// Its branch.
    pub branch: Option<String>,
    /// The first line of its message.
    pub subject: Option<String>,
    /// A further name for the run.
    pub tag: Option<String>,
}

/// A run that was added.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AddedRun {
    /// Its number.
    pub run: i64,
    /// Whether it was not there before.
    pub was_new: bool,
}

impl Controls {
    /// Nothing has been begun yet. What has been is interrupted when the server ends.
    pub fn new(control: Option<Control>, ending: watch::Receiver<bool>) -> Self {
        let inner = |Control { token, command }| {
            Arc::new(Inner { token: Token::new(&token), begun: Begun::new(command, ending) })
        };
        Self(control.map(inner))
    }

    /// Whether anything can be changed.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// What was begun last.
    pub fn begun(&self) -> Option<BegunRun> {
        self.0.as_ref()?.begun.last()
    }

    /// Waits until what was begun has ended.
    pub async fn finish(&self) {
        if let Some(inner) = &self.0 {
            inner.begun.finish().await;
        }
    }

    fn inner(&self) -> Result<&Inner, Failure> {
        self.0.as_deref().ok_or_else(Failure::changes_off)
    }
}

/// Lets a request pass that may change something. Of others, not even the body is read.
async fn only_allowed(State(of): State<Controls>, request: Request, next: Next) -> Response {
    match of.inner().and_then(|it| it.token.allows(request.headers())) {
        Ok(()) => next.run(request).await,
        Err(failure) => failure.json(),
    }
}

/// The addresses by which something is changed.
pub fn router(controls: Controls, history: History) -> Router {
    let guarded = controls.clone();
    let runs = Router::new()
        .route("/api/live/begin", post(begin))
        .route("/api/live/stop", post(stop))
        .layer(DefaultBodyLimit::max(LARGEST_ORDER))
        .with_state(controls);
    let records = Router::new()
        .route("/api/records", post(add))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(history);
    runs.merge(records)
        .route_layer(middleware::from_fn_with_state(guarded, only_allowed))
        .method_not_allowed_fallback(|| async { Failure::only_post().json() })
}

type Body = Result<Bytes, BytesRejection>;

async fn begin(State(of): State<Controls>, body: Body) -> Response {
    let begun = async {
        let order = Order::parse(&body?).map_err(Failure::senseless)?;
        of.inner()?.begun.begin(&order)
    };
    with_status(StatusCode::ACCEPTED, json(begun).await)
}

async fn stop(State(of): State<Controls>) -> Response {
    let stopped = async { of.inner()?.begun.stop() };
    with_status(StatusCode::ACCEPTED, json(stopped).await)
}

async fn add(
    State(history): State<History>,
    origin: Result<Query<Origin>, QueryRejection>,
    body: Body,
) -> Response {
    let added = async {
        let Query(Origin { commit, branch, subject, tag }) = origin?;
        let tags = tag.into_iter().collect();
        let provenance = Provenance { commit, branch, subject, time: None, tags };
        let sent = Path::new("that was sent");
        let added = history.add_text(&body?, sent, &provenance).await;
        let added = added.map_err(Failure::not_added)?;
        Ok(AddedRun { run: added.id.0, was_new: added.was_new })
    };
    with_status(StatusCode::CREATED, json(added).await)
}

/// An answer that is fine, with another status.
fn with_status(status: StatusCode, answer: Response) -> Response {
    match answer.status() {
        StatusCode::OK => (status, answer).into_response(),
        _ => answer,
    }
}
