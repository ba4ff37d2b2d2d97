//! Handlers of HTTP: a request that comes to a port of this machine is handled in an instance of
//! its own, as `wasmtime serve` does it for WASI 0.2, and one after the other, so that one watch
//! sees all of them.

mod client;
mod handled;
mod server;

use std::net::SocketAddr;
use std::path::PathBuf;

use pollbench_reports::trace::{Component, Ended};
use quanta::Clock;
use wasmtime_wasi_http::handler::ProxyPre;

use super::drive::Driver;
use super::link::observe;
use super::pause::Pause;
use super::run::{Kept, Limits, Traced, engine, store, traced};
use super::stop::Stopped;
use super::view::watch_of;
use super::watch::Watch;
use crate::command::{CommandError, Handler, Host, P2Handler, Surroundings, handle};
use crate::engine::{Flavor, Source, Ticker};

pub use client::Requests;
use handled::{Answered, Handled, One};
use server::{Asked, Question, Server};

/// A handler of HTTP that is to be traced.
pub struct TraceableHandler {
    handler: P2Handler,
    component: Component,
    bytes: Vec<u8>,
    /// Moves the engine's epoch, so that a component which never blocks can be ended.
    _ticker: Ticker,
}

/// Why a handler of WASI 0.3 is not traced.
const NO_POLLABLES: &str = "it is a handler of WASI 0.3, which waits without pollables, so that \
                            there is nothing to trace; `pollbench live http` measures it";

/// What its instances are run with.
struct Run<'a> {
    handler: &'a P2Handler,
    surroundings: &'a Surroundings,
    limits: Limits,
    clock: &'a Clock,
    driver: Driver,
}

impl TraceableHandler {
    /// Compiles a component, or says why it can't be traced.
    ///
    /// # Errors
    ///
    /// If the file can't be read, or is no handler of HTTP.
    pub fn load(path: PathBuf) -> Result<Self, CommandError> {
        let engine = engine()?;
        let loaded = Handler::load(&Source::File(path), &engine, "tracing", observe)?;
        let Handler { proxy, component, bytes } = loaded;
        match proxy {
            ProxyPre::P2(handler) => {
                Ok(Self { handler, component, bytes, _ticker: Ticker::start(&engine) })
            }
            ProxyPre::P3(_) => {
                let (component, reason) = (component.file, NO_POLLABLES.into());
                Err(CommandError::NotACommand { component, reason })
            }
        }
    }

    /// What the record says of the component.
    pub fn component(&self) -> &Component {
        &self.component
    }

    /// Listens on a port, which `listens` is told, and handles requests until all that were to
    /// be sent have been handled, or the component is ended.
    ///
    /// # Errors
    ///
    /// If there is no port to listen on, or a request can't be sent.
    pub fn trace(
        &self,
        surroundings: &Surroundings,
        limits: Limits,
        requests: Requests,
        kept: Kept,
        listens: impl FnOnce(SocketAddr),
    ) -> Result<Traced, CommandError> {
        let (clock, pause) = (Clock::new(), Pause::default());
        let runtime = Flavor::MultiThread.start()?;
        let done = runtime.block_on(async {
            let server = Server::start(requests).await.map_err(CommandError::Requests)?;
            listens(server.address());
            let engine = self.handler.engine();
            let mut watch = Box::new(kept.watch(engine, clock.clone(), pause.clone()));
            watch.between_instances();
            let driver = Driver::new(limits, clock.clone(), pause);
            let handler = &self.handler;
            Run { handler, surroundings, limits, clock: &clock, driver }.serve(server, watch).await
        });
        runtime.shutdown_background();
        let (ended, watch, handled) = done?;
        let traced = traced(ended, watch.finish(), &self.bytes, &clock);
        Ok(Traced { served: Some(handled.served()), ..traced })
    }
}

impl Run<'_> {
    /// Handles one request after the other.
    async fn serve(
        mut self,
        mut server: Server,
        mut watch: Box<Watch>,
    ) -> Result<(Ended, Box<Watch>, Handled), CommandError> {
        let mut all = Handled::default();
        let ended = loop {
            let asked = match self.driver.drive(server.next()).await {
                Ok(Asked::Request(asked)) => *asked,
                Ok(Asked::Done(sent)) => {
                    sent.map_err(CommandError::Requests)?;
                    break Ended::Answered;
                }
                Err(why) => break why.into(),
            };
            let handled;
            (watch, handled) = self.handle(watch, asked).await?;
            match handled {
                Ok(handled) => all.add(handled),
                Err(why) => break why.into(),
            }
        };
        Ok((ended, watch, all))
    }

    /// Handles a request, and gives the watch back.
    async fn handle(
        &mut self,
        watch: Box<Watch>,
        Question { request, answer }: Question,
    ) -> Result<(Box<Watch>, Result<One, Stopped>), CommandError> {
        let host = Host::new(self.surroundings, watch)?;
        let mut store = store(self.handler.engine(), host, self.limits, self.clock);
        let answered = Answered::default();
        let began = self.clock.raw();
        let call = handle(self.handler, &mut store, request, answered.noted(answer));
        let end = self.driver.drive(call).await;
        let took = self.clock.delta_as_nanos(began, self.clock.raw());
        let mut watch = watch_of(store.into_data());
        let left = watch.between_instances();
        Ok((watch, end.map(|returned| One { took, left, outcome: answered.outcome(returned) })))
    }
}
