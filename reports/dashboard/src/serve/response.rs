//! What requests are answered with when they can't have what they ask for.

use axum::extract::rejection::{BytesRejection, PathRejection, QueryRejection};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use pollbench_history::Error as HistoryError;
use serde::Serialize;

use crate::{Error, page};

/// Why a request is not answered as it wants.
#[derive(Debug)]
pub struct Failure {
    status: StatusCode,
    message: String,
}

impl Failure {
    pub fn not_found(message: &str) -> Self {
        Self { status: StatusCode::NOT_FOUND, message: message.into() }
    }

    pub fn not_allowed() -> Self {
        let message = "only GET is answered here".into();
        Self { status: StatusCode::METHOD_NOT_ALLOWED, message }
    }

    pub fn only_post() -> Self {
        let message = "only POST is answered here".into();
        Self { status: StatusCode::METHOD_NOT_ALLOWED, message }
    }

    /// A request to change something, where nothing can be changed.
    pub fn changes_off() -> Self {
        let message = "nothing can be changed here: start the server with --allow-changes".into();
        Self { status: StatusCode::FORBIDDEN, message }
    }

    pub fn no_token() -> Self {
        let message = "this takes the token of the server, as `Authorization: Bearer TOKEN`";
        Self { status: StatusCode::UNAUTHORIZED, message: message.into() }
    }

    pub fn other_origin() -> Self {
        let message = "a page of another server can change nothing here".into();
        Self { status: StatusCode::FORBIDDEN, message }
    }

    /// A request that makes no sense.
    pub fn senseless(message: String) -> Self {
        Self { status: StatusCode::BAD_REQUEST, message }
    }

    pub fn conflict(message: &str) -> Self {
        Self { status: StatusCode::CONFLICT, message: message.into() }
    }

    pub fn not_begun(why: &str) -> Self {
        let message = format!("the run can't be begun: {why}");
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, message }
    }

    /// A record that was sent is not in the history.
    pub fn not_added(error: HistoryError) -> Self {
        let status = match &error {
            HistoryError::Record(_) | HistoryError::Time { .. } | HistoryError::Name { .. } => {
                Some(StatusCode::BAD_REQUEST)
            }
            HistoryError::Full { .. } => Some(StatusCode::INSUFFICIENT_STORAGE),
            _ => None,
        };
        let failure = Self::from(Error::from(error));
        Self { status: status.unwrap_or(failure.status), ..failure }
    }

    pub fn wrong_host(message: String) -> Self {
        Self { status: StatusCode::MISDIRECTED_REQUEST, message }
    }

    pub fn broken() -> Self {
        let message = "this page can't be made, and the log of the server says why".into();
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, message }
    }

    fn title(&self) -> &str {
        self.status.canonical_reason().unwrap_or("Error")
    }

    /// The same as JSON: `{"error": "…"}`.
    pub fn json(self) -> Response {
        let body = serde_json::json!({ "error": self.message });
        let json = [(header::CONTENT_TYPE, "application/json")];
        (self.status, json, body.to_string()).into_response()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let status = match &error {
            Error::History(HistoryError::NoRun { .. } | HistoryError::OtherKind { .. })
            | Error::NoCell { .. }
            | Error::NoSeries { .. } => StatusCode::NOT_FOUND,
            Error::Request(_) | Error::History(HistoryError::Ambiguous { .. }) => {
                StatusCode::BAD_REQUEST
            }
            Error::History(HistoryError::Busy { .. } | HistoryError::Unreachable { .. }) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self { status, message: error.to_string() }
    }
}

impl From<QueryRejection> for Failure {
    fn from(rejection: QueryRejection) -> Self {
        Self { status: StatusCode::BAD_REQUEST, message: rejection.body_text() }
    }
}

impl From<BytesRejection> for Failure {
    fn from(rejection: BytesRejection) -> Self {
        Self { status: rejection.status(), message: rejection.body_text() }
    }
}

impl From<PathRejection> for Failure {
    fn from(rejection: PathRejection) -> Self {
        // A path with something else than a number leads to no page.
        Self { status: StatusCode::NOT_FOUND, message: rejection.body_text() }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let page = page::error(self.title(), &self.message);
        (self.status, html(page)).into_response()
    }
}

impl From<Failure> for Response {
    fn from(failure: Failure) -> Self {
        failure.into_response()
    }
}

/// A page.
pub fn html(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response()
}

/// A file to be kept under a name.
pub fn file(name: &str, kind: &'static str, body: Vec<u8>) -> Response {
    let kept = format!("attachment; filename=\"{name}\"");
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, kept)];
    (headers, body).into_response()
}

/// Answers with a value, or says in JSON why not.
pub async fn json<T: Serialize>(value: impl Future<Output = Result<T, Failure>>) -> Response {
    let text = match value.await {
        Err(failure) => return failure.json(),
        Ok(value) => serde_json::to_string(&value),
    };
    match text {
        Ok(text) => ([(header::CONTENT_TYPE, "application/json")], text).into_response(),
        Err(_) => Failure::broken().json(),
    }
}
