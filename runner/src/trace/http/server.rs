use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use hyper::Request;
use hyper::body::Incoming;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use super::client::{Requests, send};
use crate::command::{Response, take_requests};

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

impl Server {
    /// Listens on a port of the system's choice, and begins to send requests to it.
    pub async fn start(requests: Requests) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (asks, queue) = mpsc::channel(1);
        let asked = asks.clone();
        tokio::spawn(take_requests(listener, move |request| ask(request, asked.clone())));
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

/// Hands a request over, and waits for its answer.
async fn ask(request: Request<Incoming>, asks: mpsc::Sender<Asked>) -> Option<Response> {
    let (answer, answered) = oneshot::channel();
    asks.send(Asked::Request(Box::new(Question { request, answer }))).await.ok()?;
    answered.await.ok().flatten()
}
