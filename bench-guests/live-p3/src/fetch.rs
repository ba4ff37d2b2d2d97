//! The requests that are sent to another server: `wasi:http/client`.

use futures::stream::{FuturesUnordered, StreamExt as _};
use pollbench_live_orders::{Awaited, Fetched, Order, VALUE};
use wasip3::http::client::send;
use wasip3::http::types::{Fields, Request, Response, Scheme};
use wasip3::wit_future;

/// Sends the requests of an order to the server at an address, and awaits their answers. Those
/// that are not awaited are cancelled.
pub async fn fetch(order: Order, address: &str) -> Fetched {
    let numbers = (0..order.requests).map(|place| order.first.wrapping_add(place));
    let mut answers: FuturesUnordered<_> = numbers.map(|it| ask(address, it)).collect();
    let mut fetched = Fetched::default();
    while let Some(answer) = answers.next().await {
        match answer {
            Ok(value) => {
                fetched.answers += 1;
                fetched.sum += u64::from(value);
            }
            Err(why) => drop(fetched.failure.get_or_insert(why)),
        }
        if order.awaited == Awaited::Any {
            break;
        }
    }
    fetched
}

/// The value of a number, or why there is none.
async fn ask(address: &str, number: u32) -> Result<u32, String> {
    let path = format!("/{number}");
    let (_, trailers) = wit_future::new(|| Ok(None));
    let (request, _sent) = Request::new(Fields::new(), None, trailers, None);
    let is_set = request.set_scheme(Some(&Scheme::Http)).is_ok()
        && request.set_authority(Some(address)).is_ok()
        && request.set_path_with_query(Some(&path)).is_ok();
    if !is_set {
        return Err(format!("http://{address}{path} is no address"));
    }
    value(&send(request).await.map_err(|code| format!("{code:?}"))?)
}

/// The value that the server has told.
fn value(response: &Response) -> Result<u32, String> {
    let fields = response.get_headers().get(VALUE);
    let value = fields.first().and_then(|it| str::from_utf8(it).ok()?.parse().ok());
    value
        .ok_or_else(|| format!("an answer with status {} has no value", response.get_status_code()))
}
