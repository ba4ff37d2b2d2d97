//! The handler: `wasi:http/incoming-handler` of a component.

use pollbench_executor::{Failure, Strategy};
use pollbench_live_orders::{Fetched, parse};
use wasip2::http::types::{
    Fields, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam,
};

use crate::fetch::Fetch;
use crate::program::words;
use crate::wasi::Outgoing;

const OK: u16 = 200;
const BAD_REQUEST: u16 = 400;
const NOT_IMPLEMENTED: u16 = 501;
const BAD_GATEWAY: u16 = 502;

/// Sends the requests that the path asks for, awaits their answers, and says how many answers
/// there were and the sum of their values.
#[allow(dead_code, reason = "a library has no executor")]
pub fn handle<S: Strategy>(request: &IncomingRequest, answer: ResponseOutparam) {
    let path = request.path_with_query().unwrap_or_default();
    let (status, text) = match fetch::<S>(&path) {
        Ok(Fetched { answers, sum, failure: None }) => (OK, format!("{answers} {sum}")),
        Ok(Fetched { failure: Some(why), .. }) => (BAD_GATEWAY, why),
        Err(refused) => refused,
    };
    respond(answer, status, &text);
}

fn fetch<S: Strategy>(path: &str) -> Result<Fetched, (u16, String)> {
    let (order, address) = parse(path).map_err(|why| (BAD_REQUEST, why))?;
    let fetch = Fetch::new(Outgoing::new(address), order);
    S::run(fetch.clone(), 1, &S::DESCRIPTION.defaults()).map_err(|failure| {
        let status = match failure {
            Failure::NotSupported(_) => NOT_IMPLEMENTED,
            Failure::Failed(_) => BAD_GATEWAY,
        };
        (status, words(failure))
    })?;
    Ok(fetch.fetched())
}

/// Answers. Whoever has gone away needs no answer, so that nothing here can fail.
fn respond(answer: ResponseOutparam, status: u16, text: &str) {
    let response = OutgoingResponse::new(Fields::new());
    let _ = response.set_status_code(status);
    let Ok(body) = response.body() else { return };
    ResponseOutparam::set(answer, Ok(response));
    if let Ok(stream) = body.write() {
        let _ = stream.blocking_write_and_flush(text.as_bytes());
    }
    let _ = OutgoingBody::finish(body, None);
}
