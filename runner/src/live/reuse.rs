//! Handlers of WASI 0.3, whose instances handle several requests each, as those of
//! `wasmtime serve` do: the workers are wasmtime-wasi-http's own.

use std::future::pending;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use http_body_util::BodyExt as _;
use hyper::Request;
use hyper::body::Incoming;
use wasmtime::component::GuestTaskId;
use wasmtime::{Engine, Result, Store, StoreContextMut};
use wasmtime_wasi_http::handler::{
    HandlerState, Instance, ProxyHandler, ProxyPre, ShouldAccept, WorkerExpiration, WorkerState,
    WorkerStatus,
};
use wasmtime_wasi_http::{Error, WasiHttpView as _};

use super::handler::store;
use crate::command::{Host, Response, Surroundings, trapped};

/// How many requests an instance handles at the same time: as many as with `wasmtime serve`.
const AT_ONCE: usize = 16;

/// A handler whose instances are used again.
#[derive(Clone)]
pub struct Reused(ProxyHandler<Instances>);

/// Where instances come from.
struct Instances {
    proxy: ProxyPre<Host>,
    engine: Engine,
    surroundings: Surroundings,
    /// How many requests each handles.
    reuse: usize,
}

/// What an instance is used for.
struct Use {
    /// How many requests it handles.
    reuse: usize,
}

/// An instance may stay for as long as it likes.
struct Never;

impl Reused {
    /// Each instance is to handle up to `reuse` requests.
    pub fn new(proxy: ProxyPre<Host>, surroundings: Surroundings, reuse: u32) -> Self {
        let engine = match &proxy {
            ProxyPre::P2(proxy) => proxy.engine().clone(),
            ProxyPre::P3(service) => service.engine().clone(),
        };
        let reuse = reuse as usize;
        Self(ProxyHandler::new(Instances { proxy, engine, surroundings, reuse }))
    }

    /// Handles a request.
    pub async fn ask(self, request: Request<Incoming>) -> Option<Response> {
        let request = request.map(|body| body.map_err(Error::from).boxed_unsync());
        let answer = self.0.handle((), request).await;
        answer.map_err(|error| eprintln!("{}", trapped(&error))).ok()
    }
}

impl HandlerState for Instances {
    type StoreData = Host;
    type WorkerExpiration = Never;
    type WorkerState = Use;

    async fn instantiate(&self) -> Result<Instance<Host, Never, Use>> {
        let made = store(&self.engine, &self.surroundings);
        let mut store = made.map_err(wasmtime::Error::msg)?;
        let proxy = self.proxy.instantiate_async(&mut store).await?;
        let state = Use { reuse: self.reuse };
        Ok(Instance { store, proxy, view: Host::http, expiration: Never, state })
    }
}

impl WorkerState for Use {
    type StoreData = Host;
    type RequestData = ();

    fn should_accept_request(&self, at_once: usize, so_far: usize) -> ShouldAccept {
        if so_far >= self.reuse {
            ShouldAccept::Never
        } else if at_once >= AT_ONCE {
            ShouldAccept::No
        } else {
            ShouldAccept::Yes
        }
    }

    fn on_request_start(
        &self,
        _store: StoreContextMut<'_, Host>,
        (): (),
        _task: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + Sync>> {
        // A request may take as long as it likes.
        Box::pin(pending())
    }

    fn drop(&self, _store: Store<Host>, result: Result<()>) {
        if let Err(error) = result {
            eprintln!("a trap: {}", trapped(&error));
        }
    }
}

impl WorkerExpiration for Never {
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>, _: WorkerStatus, _: Instant) -> Poll<()> {
        Poll::Pending
    }
}
