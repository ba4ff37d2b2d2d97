//! What goes on now, sent to pages as it changes.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, stream};
use tokio::sync::watch;
use tokio::time::sleep;

use super::control::Controls;
use super::response::{Failure, html, json};
use crate::dashboard::blocking;
use crate::links::{Links, Scope};
use crate::page;
use crate::view::Live;

/// How often the directory is looked at.
const PAUSE: Duration = Duration::from_secs(1);

/// Where runs put their results, and whether the server is ending.
#[derive(Clone)]
pub struct Results {
    pub directory: Arc<PathBuf>,
    pub controls: Controls,
    pub ending: watch::Receiver<bool>,
}

impl Results {
    /// What goes on there.
    pub async fn look(&self) -> Live {
        let directory = Arc::clone(&self.directory);
        let runs = blocking(move || Live::within(&directory)).await;
        Live { begun: self.controls.begun(), ..runs }
    }

    fn shown(&self) -> String {
        self.directory.display().to_string()
    }
}

/// The same as data.
pub async fn data(State(results): State<Results>) -> Response {
    json(async { Ok(results.look().await) }).await
}

/// The page.
pub async fn live(State(results): State<Results>) -> Result<Response, Failure> {
    let view = results.look().await;
    let links = Links::Served(Scope::default());
    Ok(html(page::live(&view, &results.shown(), results.controls.is_on(), &links)?))
}

/// What of the page changes, each time it has changed, until the server ends.
pub async fn events(
    State(results): State<Results>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = stream::unfold((results, Live::default()), |(mut results, last)| async move {
        loop {
            let now = results.look().await;
            if now != last {
                let part = page::live_runs(&now, &results.shown()).ok()?;
                return Some((Ok(Event::default().data(part)), (results, now)));
            }
            tokio::select! {
                () = sleep(PAUSE) => {}
                // Whoever serves tells it, or is gone.
                _ = results.ending.changed() => return None,
            }
        }
    });
    Sse::new(changes).keep_alive(KeepAlive::default())
}
