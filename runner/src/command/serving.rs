use std::convert::Infallible;
use std::time::Duration;

use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, StatusCode};
use tokio::net::TcpListener;
use tokio::time::sleep;
use wasmtime_wasi_http::io::TokioIo;
use wasmtime_wasi_http::p2::body::HyperOutgoingBody;

/// What a client gets.
pub type Response = hyper::Response<HyperOutgoingBody>;

/// How long to wait when the system has no connection to give, as when it has no files left.
const RETRY: Duration = Duration::from_millis(50);

/// Takes connections, and answers each of their requests with what `ask` says; where it has no
/// answer, with status 500. It never ends.
pub async fn take_requests<Asked>(
    listener: TcpListener,
    ask: impl Fn(Request<Incoming>) -> Asked + Clone + Send + 'static,
) where
    Asked: Future<Output = Option<Response>> + Send + 'static,
{
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            sleep(RETRY).await;
            continue;
        };
        // An answer is sent when it is there, and not when it has company.
        let _ = stream.set_nodelay(true);
        let ask = ask.clone();
        let service = service_fn(move |request| {
            let asked = ask(request);
            async move { Ok::<_, Infallible>(asked.await.unwrap_or_else(no_answer)) }
        });
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        // That a client goes away is not the component's fault.
        tokio::spawn(async move { drop(connection.await) });
    }
}

fn no_answer() -> Response {
    let nothing = Empty::new().map_err(|never: Infallible| match never {}).boxed_unsync();
    let mut response = Response::new(nothing);
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}
