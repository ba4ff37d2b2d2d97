use hyper::Request;
use hyper::body::Incoming;
use pollbench_reports::trace::Component;
use wasmtime::component::Linker;
use wasmtime::{Engine, Result, Store};
use wasmtime_wasi_http::WasiHttpView as _;
use wasmtime_wasi_http::p2::bindings::ProxyPre;
use wasmtime_wasi_http::p2::bindings::http::types::{ErrorCode, Scheme};
use wasmtime_wasi_http::p2::body::HyperOutgoingBody;

use super::error::CommandError;
use super::host::Host;
use super::load::Compiled;
use crate::engine::Source;

/// A component that answers requests of HTTP: it exports `wasi:http/incoming-handler` of WASI 0.2.
pub struct Handler {
    proxy: ProxyPre<Host>,
    /// What a record says of it.
    pub component: Component,
}

/// What a handler answers.
pub type Answer = Result<hyper::Response<HyperOutgoingBody>, ErrorCode>;

const EXPECTED: &str = "expected a component that exports wasi:http/incoming-handler of WASI 0.2";

impl Handler {
    /// Compiles a component, to be used for a `purpose` such as "tracing", and links it with
    /// stock WASI and what `extend` puts in place of that; or says why it is no handler.
    ///
    /// # Errors
    ///
    /// If the file can't be read, or is no such component.
    pub fn load(
        source: &Source,
        engine: &Engine,
        purpose: &str,
        extend: impl FnOnce(&mut Linker<Host>) -> Result<()>,
    ) -> Result<Self, CommandError> {
        let compiled = Compiled::new(source, engine, purpose, EXPECTED)?;
        if !compiled.exports("wasi:http/incoming-handler@0.2.") {
            let exported = compiled.exported();
            let hint = hint(&compiled);
            return Err(compiled.refused(format!("it exports {exported}; {EXPECTED}{hint}")));
        }
        let proxy = compiled.link(false, extend, ProxyPre::new)?;
        Ok(Self { proxy, component: compiled.component })
    }

    /// The engine that it was compiled for.
    pub fn engine(&self) -> &Engine {
        self.proxy.engine()
    }

    /// Passes a request to a new instance of the component in this store, and waits until its
    /// function has returned, which may be after its answer.
    ///
    /// # Errors
    ///
    /// If the request names no host, the component can't be instantiated, or it traps.
    pub async fn handle(
        &self,
        store: &mut Store<Host>,
        request: Request<Incoming>,
        answer: impl FnOnce(Answer) + Send + Sync + 'static,
    ) -> wasmtime::Result<()> {
        let mut http = store.data_mut().http();
        let request = http.new_incoming_request(Scheme::Http, request)?;
        let answer = http.new_response_outparam_from_callback(answer)?;
        let proxy = self.proxy.instantiate_async(&mut *store).await?;
        proxy.wasi_http_incoming_handler().call_handle(store, request, answer).await
    }
}

fn hint(compiled: &Compiled) -> &'static str {
    if compiled.exports("wasi:http/handler@0.3.") {
        "; handlers of WASI 0.3 wait without pollables"
    } else if compiled.exports("wasi:cli/run@") {
        "; it is a program: leave `--http` out"
    } else {
        ""
    }
}
