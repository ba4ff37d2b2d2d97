//! The handler: `wasi:http/handler` of WASI 0.3.

use pollbench_live_orders::{Fetched, parse};
use wasip3::http::types::{Fields, Request, Response};
use wasip3::wit_bindgen::spawn_local;
use wasip3::{wit_future, wit_stream};

use crate::fetch::fetch;

const OK: u16 = 200;
const BAD_REQUEST: u16 = 400;
const BAD_GATEWAY: u16 = 502;

/// Sends the requests that the path asks for, awaits their answers, and says how many answers
/// there were and the sum of their values.
pub async fn handle(request: Request) -> Response {
    let path = request.get_path_with_query().unwrap_or_default();
    let (status, text) = match parse(&path) {
        Ok((order, address)) => match fetch(order, address).await {
            Fetched { answers, sum, failure: None } => (OK, format!("{answers} {sum}")),
            Fetched { failure: Some(why), .. } => (BAD_GATEWAY, why),
        },
        Err(why) => (BAD_REQUEST, why),
    };
    answer(status, text)
}

/// Answers. Whoever has gone away needs no answer, so that nothing here can fail.
fn answer(status: u16, text: String) -> Response {
    let (mut body, sent) = wit_stream::new();
    let (_, trailers) = wit_future::new(|| Ok(None));
    let (response, _sent) = Response::new(Fields::new(), Some(sent), trailers);
    let _ = response.set_status_code(status);
    spawn_local(async move {
        body.write_all(text.into_bytes()).await;
    });
    response
}
