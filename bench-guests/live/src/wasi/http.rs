//! The servers that a handler asks: `wasi:http/outgoing-handler`.

use std::rc::Rc;

use pollbench_executor::Handle;
use pollbench_live_orders::VALUE;
use wasip2::http::outgoing_handler::handle;
use wasip2::http::types::{
    Fields, FutureIncomingResponse, IncomingResponse, OutgoingRequest, Scheme,
};

use super::on_wasi;
use crate::fetch::Upstream;

/// The server at an address.
#[derive(Clone)]
pub struct Outgoing(Rc<str>);

impl Outgoing {
    /// The server at `authority`, such as `127.0.0.1:8080`.
    pub fn new(authority: &str) -> Self {
        Self(authority.into())
    }
}

impl Upstream for Outgoing {
    type Request = FutureIncomingResponse;

    fn send(&self, number: u32) -> Result<FutureIncomingResponse, String> {
        let request = OutgoingRequest::new(Fields::new());
        let path = format!("/{number}");
        let is_set = request.set_scheme(Some(&Scheme::Http)).is_ok()
            && request.set_authority(Some(&self.0)).is_ok()
            && request.set_path_with_query(Some(&path)).is_ok();
        if !is_set {
            return Err(format!("http://{}{path} is no address", self.0));
        }
        handle(request, None).map_err(|code| format!("{code:?}"))
    }

    fn pollable(&self, request: &FutureIncomingResponse) -> Handle {
        Handle(request.subscribe().take_handle())
    }

    fn answer(&self, request: &FutureIncomingResponse) -> Option<Result<u32, String>> {
        Some(match request.get()? {
            Ok(Ok(response)) => value(&response),
            Ok(Err(code)) => Err(format!("{code:?}")),
            Err(()) => Err("the answer has been taken before".into()),
        })
    }
}

on_wasi!(Outgoing);

/// The value that the server has told.
fn value(response: &IncomingResponse) -> Result<u32, String> {
    let fields = response.headers().get(VALUE);
    let value = fields.first().and_then(|it| str::from_utf8(it).ok()?.parse().ok());
    value.ok_or_else(|| format!("an answer with status {} has no value", response.status()))
}
