//! Who may ask, and what browsers are told.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::response::Failure;
use crate::page;

/// The names under which requests may come.
#[derive(Clone, Debug)]
pub struct Hosts {
    listening: IpAddr,
    names: Vec<String>,
}

impl Hosts {
    pub fn new(address: SocketAddr, names: Vec<String>) -> Self {
        let names = names.into_iter().map(|it| it.to_lowercase()).collect();
        Self { listening: address.ip(), names }
    }

    /// Whether the name of a request is one of this server. An address can't be made to lead
    /// here by whoever owns a name, so that any is fine.
    fn has(&self, name: &str) -> bool {
        let name = name.trim_matches(['[', ']']).to_lowercase();
        let is_local = name == "localhost" || name.ends_with(".localhost");
        let is_address = name.parse::<IpAddr>().is_ok_and(|it| {
            it == self.listening || it.is_loopback() || self.listening.is_unspecified()
        });
        is_local || is_address || self.names.contains(&name)
    }
}

/// Refuses requests under another name: a page of a stranger, whose name leads to this
/// machine, could read the answers otherwise (DNS rebinding).
pub async fn host(State(hosts): State<Arc<Hosts>>, request: Request, next: Next) -> Response {
    let authority = request.uri().authority().cloned();
    let header = request.headers().get(header::HOST);
    let header = header.and_then(|it| it.to_str().ok()?.parse::<Authority>().ok());
    match header.or(authority) {
        Some(name) if hosts.has(name.host()) => next.run(request).await,
        Some(name) => {
            let name = name.host();
            let message = format!("{name} is not served here: `--host-name {name}` allows it");
            Failure::wrong_host(message.replace('`', "")).into_response()
        }
        None => Failure::wrong_host("the request does not name a host".into()).into_response(),
    }
}

/// What browsers are told of every answer.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    // A report has a policy of its own, which lets the style and script in it be.
    let policy = HeaderValue::from_static(page::policy());
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-cache"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_server_are_answered() {
        let hosts =
            |address: &str| Hosts::new(address.parse().unwrap(), vec!["Bench.Example".into()]);
        for name in ["localhost", "a.localhost", "127.0.0.1", "[::1]", "bench.example"] {
            assert!(hosts("127.0.0.1:80").has(name), "{name}");
        }
        for name in ["evil.example", "192.0.2.7", "localhost.evil.example", ""] {
            assert!(!hosts("127.0.0.1:80").has(name), "{name}");
        }
        assert!(hosts("0.0.0.0:80").has("192.0.2.7"));
        assert!(!hosts("0.0.0.0:80").has("evil.example"));
    }
}
