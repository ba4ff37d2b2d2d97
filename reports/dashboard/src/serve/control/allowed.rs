use axum::http::uri::{Authority, Uri};
use axum::http::{HeaderMap, header};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::super::response::Failure;

/// What a request has to know. Its digest is compared, in a time that does not depend on where
/// two differ.
pub struct Token([u8; 32]);

impl Token {
    pub fn new(token: &str) -> Self {
        Self(Sha256::digest(token).into())
    }

    /// Whether a request may change something: it has the token, and no page of another origin
    /// has sent it.
    pub fn allows(&self, headers: &HeaderMap) -> Result<(), Failure> {
        let given = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
        let given = given.and_then(|it| it.strip_prefix("Bearer ")).unwrap_or_default();
        let digest: [u8; 32] = Sha256::digest(given.trim()).into();
        if !bool::from(digest.ct_eq(&self.0)) {
            return Err(Failure::no_token());
        }
        match is_of_another(headers) {
            true => Err(Failure::other_origin()),
            false => Ok(()),
        }
    }
}

/// Whether a page of another origin has sent a request. Programs don't name any.
fn is_of_another(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return false };
    let origin = origin.to_str().ok().and_then(|it| it.parse::<Uri>().ok());
    let host = headers.get(header::HOST).and_then(|it| it.to_str().ok()?.parse().ok());
    match (origin.as_ref().and_then(Uri::authority), host) {
        (Some(origin), Some(host)) => *origin != Authority::clone(&host),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(given: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in given {
            let name: header::HeaderName = name.parse().unwrap();
            headers.insert(name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn only_who_knows_the_token_and_asks_from_here_is_allowed() {
        let token = Token::new("a long token");
        let allows = |given: &[(&str, &str)]| token.allows(&headers(given)).is_ok();
        let right = ("authorization", "Bearer a long token");
        assert!(allows(&[right]));
        assert!(allows(&[right, ("host", "a:80"), ("origin", "http://a:80")]));
        for wrong in ["Bearer a long toke", "Bearer", "Basic a long token", "Bearer A long token"] {
            assert!(!allows(&[("authorization", wrong)]), "{wrong}");
        }
        assert!(!allows(&[]));
        for origin in ["http://b:80", "http://a", "null", "http://a:81"] {
            assert!(!allows(&[right, ("host", "a:80"), ("origin", origin)]), "{origin}");
        }
        assert!(!allows(&[right, ("origin", "http://a:80")]));
    }
}
