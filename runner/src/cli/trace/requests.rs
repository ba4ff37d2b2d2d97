use clap::{Args, value_parser};
use hyper::Uri;

use crate::trace::Requests;

/// What is sent to a handler of HTTP.
#[derive(Args)]
pub struct RequestArguments {
    /// Send so many requests, and end when all have been handled. With 0, requests come from
    /// elsewhere, until --for or Ctrl-C.
    #[arg(long, value_name = "COUNT", default_value_t = 100, requires = "http")]
    pub requests: u64,
    /// Begin so many requests a second at most. By default each follows the answer to the last.
    #[arg(long, value_name = "PER_SECOND", requires = "http", value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub rate: Option<u32>,
    /// The path of the requests, and their query.
    #[arg(long, value_name = "PATH", default_value = "/", requires = "http", value_parser = path)]
    pub path: Uri,
}

impl RequestArguments {
    /// What is to be sent.
    pub fn requests(&self) -> Requests {
        Requests { number: self.requests, rate: self.rate.map(f64::from), path: self.path.clone() }
    }
}

fn path(text: &str) -> Result<Uri, String> {
    if !text.starts_with('/') {
        return Err("expected a path that begins with `/`".into());
    }
    text.parse().map_err(|error| format!("it is no path of a URI: {error}"))
}
