//! The process of the server that handlers of HTTP ask.

use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use pollbench_load::{delay, value};
use serde::{Deserialize, Serialize};
use tokio::net::{TcpListener, TcpSocket};
use tokio::time::sleep;
use wasmtime_wasi_http::io::TokioIo;

use super::child::Process;
use super::error::LiveError;
use super::round::free_address;
use crate::engine::Flavor;
use crate::worker::{Program, stay_on_processor};

/// The name of the command that runs such a process.
pub const UPSTREAM: &str = "live-upstream";

/// What such a server is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upstream {
    /// Where it listens.
    pub address: SocketAddr,
    /// What its values and delays are made of.
    pub seed: u64,
    /// The longest delay before an answer; each request has a share of it, at random.
    pub longest_delay: Duration,
    /// The processor to stay on.
    pub processor: Option<u32>,
}

/// How long such a server may take until it listens.
const STARTS: Duration = Duration::from_secs(20);
/// From one look whether it listens to the next.
const LOOK: Duration = Duration::from_millis(5);

impl Upstream {
    /// Starts one at an address of its own, and waits until it listens.
    pub fn start(self, program: &Program) -> Result<(Process, SocketAddr), LiveError> {
        let address = free_address().map_err(LiveError::Port)?;
        let mut process = Process::start(program, UPSTREAM, &Self { address, ..self })?;
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            if process.status().is_some() || begun.elapsed() > STARTS {
                return Err(LiveError::Silent(process.last_words()));
            }
            thread::sleep(LOOK);
        }
        Ok((process, address))
    }

    /// Is such a server, until the process is ended from outside.
    ///
    /// # Errors
    ///
    /// If it can't listen.
    pub fn serve(self) -> io::Result<()> {
        if let Some(processor) = self.processor {
            stay_on_processor(processor);
        }
        Flavor::CurrentThread.start()?.block_on(async {
            let listener = listen(self.address)?;
            loop {
                let Ok((stream, _)) = listener.accept().await else {
                    sleep(LOOK).await;
                    continue;
                };
                stream.set_nodelay(true)?;
                let service = service_fn(move |request| self.answer(request));
                let io = TokioIo::new(stream);
                let connection = http1::Builder::new().serve_connection(io, service);
                // A handler that waits for the first answer leaves the others alone.
                tokio::spawn(async move { drop(connection.await) });
            }
        })
    }

    async fn answer(
        self,
        request: Request<Incoming>,
    ) -> Result<Response<Empty<Bytes>>, Infallible> {
        let mut response = Response::new(Empty::new());
        match request.uri().path().trim_start_matches('/').parse() {
            Ok(number) => {
                let longest = u64::try_from(self.longest_delay.as_nanos()).unwrap_or(u64::MAX);
                match delay(self.seed, number, longest) {
                    0 => {}
                    nanoseconds => sleep(Duration::from_nanos(nanoseconds)).await,
                }
                let value = value(self.seed, number).into();
                response.headers_mut().insert("x-value", value);
            }
            Err(_) => *response.status_mut() = StatusCode::NOT_FOUND,
        }
        Ok(response)
    }
}

/// Listens at an address, with as long a queue as the system allows: a handler may connect a
/// thousand times at once, and who finds the queue full tries again a second later.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    const QUEUE: u32 = 1 << 16;
    let socket = TcpSocket::new_v4()?;
    socket.bind(address)?;
    socket.listen(QUEUE)
}
