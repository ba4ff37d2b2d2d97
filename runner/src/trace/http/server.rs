use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, StatusCode};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;
use wasmtime_wasi_http::io::TokioIo;
use wasmtime_wasi_http::p2::body::HyperOutgoingBody;

use super::client::{Requests, send};

/// What a client gets.
pub type Response = hyper::Response<HyperOutgoingBody>;

/// Takes connections, and hands their requests over one after the other.
pub struct Server {
    address: SocketAddr,
    queue: mpsc::Receiver<Asked>,
}

/// What comes next.
pub enum Asked {
    /// A request.
    Request(Box<Question>),
    /// All that were to be sent have been answered, or can't be sent.
    Done(io::Result<()>),
}

/// A request, and where its answer goes; `None` if there is none.
pub struct Question {
    pub request: Request<Incoming>,
    pub answer: oneshot::Sender<Option<Response>>,
}

/// How long to wait when the system has no connection to give, as when it has no files left.
const RETRY: Duration = Duration::from_millis(50);

impl Server {
    /// Listens on a port of the system's choice, and begins to send requests to it.
    pub async fn start(requests: Requests) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (asks, queue) = mpsc::channel(1);
        tokio::spawn(accept(listener, asks.clone()));
        if requests.number > 0 {
            tokio::spawn(async move {
                let sent = send(address, &requests).await;
                // Nobody waits for it if everything is to stop.
                let _ = asks.send(Asked::Done(sent)).await;
            });
        }
        Ok(Self { address, queue })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What comes next.
    pub async fn next(&mut self) -> Asked {
        self.queue.recv().await.expect("connections are always taken")
    }
}

async fn accept(listener: TcpListener, asks: mpsc::Sender<Asked>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(connection(stream, asks.clone()))),
            Err(_) => sleep(RETRY).await,
        }
    }
}

async fn connection(stream: TcpStream, asks: mpsc::Sender<Asked>) {
    let service = service_fn(move |request| ask(request, asks.clone()));
    // That a client goes away is not the component's fault.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Hands a request over, and waits for its answer.
async fn ask(
    request: Request<Incoming>,
    asks: mpsc::Sender<Asked>,
) -> Result<Response, Infallible> {
    let (answer, answered) = oneshot::channel();
    let _ = asks.send(Asked::Request(Box::new(Question { request, answer }))).await;
    Ok(answered.await.ok().flatten().unwrap_or_else(no_answer))
}

fn no_answer() -> Response {
    let nothing = Empty::new().map_err(|never: Infallible| match never {}).boxed_unsync();
    let mut response = Response::new(nothing);
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}
