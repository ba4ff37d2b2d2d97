use http_body_util::BodyExt as _;
use hyper::{Request, Response};
use wasmtime_wasi_http::{
    Error, RequestOptions, Result, WasiBody, WasiHttpHooks, default_send_request,
};

use super::surroundings::Network;

/// Sends the requests of a component to those that its network lets it reach.
pub struct Outgoing(pub Network);

type Sent = Box<dyn Future<Output = Result<()>> + Send>;

impl WasiHttpHooks for Outgoing {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _answered: Sent,
    ) -> Box<dyn Future<Output = Result<(Response<WasiBody>, Sent)>> + Send> {
        let Self(network) = *self;
        Box::new(async move {
            if !network.allows_host(request.uri().host().unwrap_or_default()) {
                return Err(Error::HttpRequestDenied);
            }
            let (response, sent) = default_send_request(request, options).await?;
            let sent: Sent = Box::new(sent);
            Ok((response.map(|body| body.boxed_unsync()), sent))
        })
    }
}
