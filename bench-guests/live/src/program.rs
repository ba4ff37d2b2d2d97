//! The program: `wasi:cli/run` of a component, over the executor that a feature names.

use std::net::SocketAddrV4;

use pollbench_executor::{Failure, Strategy};
use wasip2::cli::{environment, stderr};

use crate::echo::Echo;
use crate::wasi::Listener;

/// Names the executor of a component. `again` says whether it can wait for a pollable again.
macro_rules! executors {
    ($($feature:literal: $strategy:path, $again:literal;)*) => {
        $(
            #[cfg(feature = $feature)]
            mod component {
                type Executor = $strategy;
                struct Program;
                impl wasip2::exports::cli::run::Guest for Program {
                    fn run() -> Result<(), ()> {
                        super::serve::<Executor>($again)
                    }
                }
                wasip2::cli::command::export!(Program);
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

/// Serves at the address that the first argument has.
#[allow(dead_code, reason = "a library has no executor")]
fn serve<S: Strategy>(waits_again: bool) -> Result<(), ()> {
    let arguments = environment::get_arguments();
    let address = arguments.get(1).ok_or("name the address to listen at, such as 127.0.0.1:8080");
    let served = address
        .map_err(str::to_string)
        .and_then(|it| it.parse::<SocketAddrV4>().map_err(|error| format!("{it:?}: {error}")))
        .and_then(|it| Listener::bind(it).map_err(|error| format!("can't listen at {it}: {error}")))
        .and_then(|listener| {
            S::run(Echo::new(listener, waits_again), 1, &S::DESCRIPTION.defaults()).map_err(words)
        });
    served.map_err(|why| complain(&format!("{}: {why}\n", S::DESCRIPTION.name)))
}

fn words(failure: Failure) -> String {
    match failure {
        Failure::NotSupported(why) => format!("the executor does not support a step: {why}"),
        Failure::Failed(why) => why,
    }
}

fn complain(words: &str) {
    // If this can't be written, nobody is left to be told.
    let _ = stderr::get_stderr().blocking_write_and_flush(words.as_bytes());
}
