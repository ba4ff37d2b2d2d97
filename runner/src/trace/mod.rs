//! Runs any `wasi:cli/command` component of WASI 0.2 on stock wasmtime-wasi, or any handler of
//! `wasi:http` on stock wasmtime-wasi-http, and observes what it does with its pollables.
//!
//! Nothing about the component has to be changed or known: `wasi:io/poll` and the calls that
//! make pollables are linked to a thin view, which passes each call on to the stock
//! implementation and tells a [`Watch`](watch::Watch) of it.

mod clock;
mod drive;
mod http;
mod link;
mod pause;
mod poll;
mod run;
mod sampler;
mod stop;
mod view;
mod waker;
mod watch;

pub use http::{Requests, TraceableHandler};
pub use run::{Kept, Limits, Traceable, Traced};
