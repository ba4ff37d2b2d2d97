//! A server that is a handler of HTTP.

use std::net::SocketAddr;
use std::sync::Arc;

use hyper::Request;
use hyper::body::Incoming;
use pollbench_reports::live::LiveHost;
use pollbench_reports::trace::Ended;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::unconstrained;
use wasmtime::{Engine, Store};
use wasmtime_wasi_http::handler::ProxyPre;

use super::reuse::Reused;
use super::server::HANDLES;
use crate::command::{
    Answer, CommandError, Handler, Host, Network, P2Handler, Response, Surroundings, handle,
    take_requests, trapped,
};
use crate::engine::{Flavor, Source};

/// A handler of WASI 0.2, and how the host runs it.
struct Serving {
    handler: P2Handler,
    surroundings: Surroundings,
    host: LiveHost,
}

/// The component, compiled and linked as `wasmtime serve` does it.
pub fn handler(source: &Source) -> Result<Handler, CommandError> {
    Handler::load(source, &Engine::default(), "measuring it as a handler of HTTP", |_| Ok(()))
}

/// Handles all requests that come to an address until this process is ended from outside: one of
/// WASI 0.2 each in an instance of its own, and one of 0.3 up to `reuse` of them in each. All of it
/// is on the calling thread, so that the processor time of that is what requests take.
pub fn serve(
    handler: Handler,
    address: SocketAddr,
    host: LiveHost,
    reuse: u32,
) -> Result<Ended, CommandError> {
    let surroundings = Surroundings { network: Network::Loopback, ..Surroundings::default() };
    Flavor::CurrentThread.start()?.block_on(async {
        let listener = TcpListener::bind(address).await.map_err(CommandError::Requests)?;
        match handler.proxy {
            ProxyPre::P2(handler) => {
                let serving = Arc::new(Serving { handler, surroundings, host });
                take_requests(listener, move |request| ask(serving.clone(), request)).await;
            }
            ProxyPre::P3(_) => {
                let reused = Reused::new(handler.proxy, surroundings, reuse);
                take_requests(listener, move |request| reused.clone().ask(request)).await;
            }
        }
        Ok(Ended::Answered)
    })
}

/// Handles a request. What the handler does after its answer goes on meanwhile.
async fn ask(serving: Arc<Serving>, request: Request<Incoming>) -> Option<Response> {
    let (answer, answered) = oneshot::channel();
    let host = serving.host;
    let handled = async move {
        if let Err(why) = serving.handle(request, answer).await {
            eprintln!("{why}");
        }
    };
    match host {
        LiveHost::Stock => tokio::spawn(handled),
        LiveHost::Unconstrained => tokio::spawn(unconstrained(handled)),
    };
    answered.await.ok().flatten()
}

impl Serving {
    async fn handle(
        &self,
        request: Request<Incoming>,
        answer: oneshot::Sender<Option<Response>>,
    ) -> Result<(), String> {
        let mut store = store(self.handler.engine(), &self.surroundings)?;
        // A client that has gone needs no answer.
        let answer = |it: Answer| drop(answer.send(it.ok()));
        let handled = handle(&self.handler, &mut store, request, answer).await;
        handled.map_err(|error| format!("a trap: {}", trapped(&error)))
    }
}

/// The store of an instance.
pub fn store(engine: &Engine, surroundings: &Surroundings) -> Result<Store<Host>, String> {
    let host = Host::new(surroundings, Box::new(())).map_err(|it| it.to_string())?;
    let mut store = Store::new(engine, host);
    store.set_max_component_handles(HANDLES);
    Ok(store)
}
