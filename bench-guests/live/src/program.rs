//! What a component exports, over the executor that a feature names: the program, which is
//! `wasi:cli/run`, and the handler.

use std::net::SocketAddrV4;

use pollbench_executor::{Failure, Strategy};
use pollbench_live_orders::Timers;
use wasip2::cli::{environment, stderr};

use crate::echo::Echo;
use crate::wasi::Listener;

/// Names the executor of a component. `again` says whether it can wait for a pollable again.
macro_rules! executors {
    ($($feature:literal: $strategy:path, $again:literal;)*) => {
        $(
            #[cfg(feature = $feature)]
            mod component {
                use wasip2::http::types::{IncomingRequest, ResponseOutparam};

                type Executor = $strategy;
                struct Program;
                impl wasip2::exports::cli::run::Guest for Program {
                    fn run() -> Result<(), ()> {
                        super::serve::<Executor>($again)
                    }
                }
                wasip2::cli::command::export!(Program);
                impl wasip2::exports::http::incoming_handler::Guest for Program {
                    fn handle(request: IncomingRequest, answer: ResponseOutparam) {
                        crate::handler::handle::<Executor>(&request, answer);
                    }
                }
                wasip2::http::proxy::export!(Program);
            }
        )*
    };
}

executors! {
    "bare": pollbench_bare::Bare, true;
    "vector-scan": pollbench_vector_scan::VectorScan, true;
    "slab": pollbench_slab::SlabIndexed, true;
    "slab-list": pollbench_slab_list::SlabList, true;
    "batched": pollbench_batched::Batched, true;
    "tiered": pollbench_tiered::Tiered, true;
    "adaptive": pollbench_adaptive::Adaptive, true;
    "dotnet": pollbench_dotnet::DotNet, true;
    "wstd": pollbench_wstd::WstdExecutor, true;
    "spin-executor": pollbench_spin_executor::SpinExecutor, false;
    "wasi-async-runtime": pollbench_wasi_async_runtime::WasiAsyncRuntime, false;
}

/// Serves at the address that the first argument has, with the timers that the others name.
#[allow(dead_code, reason = "a library has no executor")]
fn serve<S: Strategy>(waits_again: bool) -> Result<(), ()> {
    let served = listen().and_then(|(listener, timers)| {
        let server = Echo::new(listener, waits_again, timers);
        S::run(server, 1, &S::DESCRIPTION.defaults()).map_err(words)
    });
    served.map_err(|why| complain(&format!("{}: {why}\n", S::DESCRIPTION.name)))
}

#[allow(dead_code, reason = "a library has no executor")]
fn listen() -> Result<(Listener, Option<Timers>), String> {
    let arguments = environment::get_arguments();
    let [_, address, others @ ..] = arguments.as_slice() else {
        return Err("name the address to listen at, such as 127.0.0.1:8080".into());
    };
    let timers = Timers::parse(others)?;
    let address: SocketAddrV4 = address.parse().map_err(|error| format!("{address:?}: {error}"))?;
    let listener =
        Listener::bind(address).map_err(|error| format!("can't listen at {address}: {error}"))?;
    Ok((listener, timers))
}

/// Why an executor has not run, in words.
pub fn words(failure: Failure) -> String {
    match failure {
        Failure::NotSupported(why) => format!("the executor does not support a step: {why}"),
        Failure::Failed(why) => why,
    }
}

fn complain(words: &str) {
    // If this can't be written, nobody is left to be told.
    let _ = stderr::get_stderr().blocking_write_and_flush(words.as_bytes());
}
