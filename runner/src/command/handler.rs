use hyper::Request;
use hyper::body::Incoming;
use pollbench_reports::trace::Component;
use wasmtime::component::Linker;
use wasmtime::{Engine, Result, Store};
use wasmtime_wasi_http::handler::ProxyPre;
use wasmtime_wasi_http::p2::bindings::http::types::{ErrorCode, Scheme};
use wasmtime_wasi_http::p2::body::HyperOutgoingBody;
use wasmtime_wasi_http::{WasiHttpView as _, p2, p3};

use super::error::CommandError;
use super::host::Host;
use super::load::Compiled;
use crate::engine::Source;

/// A component that answers requests of HTTP: it exports `wasi:http/incoming-handler` of WASI 0.2,
/// or `wasi:http/handler` of WASI 0.3.
pub struct Handler {
    /// The component, compiled and linked.
    pub proxy: ProxyPre<Host>,
    /// What a record says of it.
    pub component: Component,
    /// The bytes of its file.
    pub bytes: Vec<u8>,
}

/// A handler of WASI 0.2.
pub type P2Handler = p2::bindings::ProxyPre<Host>;

/// What such a handler answers.
pub type Answer = Result<hyper::Response<HyperOutgoingBody>, ErrorCode>;

const EXPECTED: &str = "expected a component that exports wasi:http/incoming-handler of WASI 0.2, or wasi:http/handler of WASI 0.3";

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
        let proxy = if compiled.exports("wasi:http/incoming-handler@0.2.") {
            compiled.link(false, extend, |it| Ok(ProxyPre::P2(P2Handler::new(it)?)))?
        } else if compiled.exports("wasi:http/handler@0.3.") {
            let service = p3::bindings::ServicePre::new;
            compiled.link(true, extend, |it| Ok(ProxyPre::P3(service(it)?)))?
        } else {
            let exported = compiled.exported();
            let hint = match compiled.exports("wasi:cli/run@") {
                true => "; it is a program: leave `--http` out",
                false => "",
            };
            return Err(compiled.refused(format!("it exports {exported}; {EXPECTED}{hint}")));
        };
        Ok(Self { proxy, component: compiled.component, bytes: compiled.bytes })
    }
}

/// Passes a request to a new instance of a handler in this store, and waits until its function
/// has returned, which may be after its answer.
///
/// # Errors
///
/// If the request names no host, the component can't be instantiated, or it traps.
pub async fn handle(
    handler: &P2Handler,
    store: &mut Store<Host>,
    request: Request<Incoming>,
    answer: impl FnOnce(Answer) + Send + Sync + 'static,
) -> Result<()> {
    let mut http = store.data_mut().http();
    let request = http.new_incoming_request(Scheme::Http, request)?;
    let answer = http.new_response_outparam_from_callback(answer)?;
    let proxy = handler.instantiate_async(&mut *store).await?;
    proxy.wasi_http_incoming_handler().call_handle(store, request, answer).await
}
