use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt as _, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper::header::HOST;
use hyper::{Request, Uri};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until};
use wasmtime_wasi_http::io::TokioIo;

/// What is to be sent to a handler.
#[derive(Clone, Debug)]
pub struct Requests {
    /// How many requests; with 0, they come from elsewhere.
    pub number: u64,
    /// How many begin in a second at most; without it, each follows the answer to the last.
    pub rate: Option<f64>,
    /// The path, and the query.
    pub path: Uri,
}

/// Sends the requests, each over a connection of its own when the last has been answered, and
/// takes what comes back. An answer that is cut short is the component's doing, which is
/// told otherwise.
pub async fn send(to: SocketAddr, requests: &Requests) -> io::Result<()> {
    let begin = Instant::now();
    for number in 0..requests.number {
        if let Some(rate) = requests.rate {
            sleep_until(begin + Duration::from_secs_f64(number as f64 / rate)).await;
        }
        let (mut sender, connection) = handshake(TokioIo::new(TcpStream::connect(to).await?))
            .await
            .map_err(io::Error::other)?;
        tokio::spawn(connection);
        let request = Request::get(requests.path.clone())
            .header(HOST, to.to_string())
            .body(Empty::<Bytes>::new())
            .map_err(io::Error::other)?;
        if let Ok(mut response) = sender.send_request(request).await {
            while let Some(Ok(_)) = response.frame().await {}
        }
    }
    Ok(())
}
