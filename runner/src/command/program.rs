use wasmtime::component::InstancePre;
use wasmtime::{Engine, Result, Store};
use wasmtime_wasi::{p2, p3};

use super::host::Host;

/// A component that is linked and exports `wasi:cli/run`.
pub enum Program {
    /// Of WASI 0.2: `run` blocks in `wasi:io/poll`.
    P2(p2::bindings::CommandPre<Host>),
    /// Of WASI 0.3: `run` is asynchronous, and the host runs the loop.
    P3(p3::bindings::CommandPre<Host>),
}

impl Program {
    /// The program that a component is. `is_p3` says of which WASI its `run` is.
    ///
    /// # Errors
    ///
    /// If its `run` has another type.
    pub fn new(component: InstancePre<Host>, is_p3: bool) -> Result<Self> {
        Ok(match is_p3 {
            true => Self::P3(p3::bindings::CommandPre::new(component)?),
            false => Self::P2(p2::bindings::CommandPre::new(component)?),
        })
    }

    /// The engine that it was compiled for.
    pub fn engine(&self) -> &Engine {
        match self {
            Self::P2(program) => program.engine(),
            Self::P3(program) => program.engine(),
        }
    }

    /// Runs it, and returns what its `run` returned.
    ///
    /// # Errors
    ///
    /// If it can't be instantiated, traps, or calls `wasi:cli/exit`.
    pub async fn run(&self, store: &mut Store<Host>) -> Result<Result<(), ()>> {
        match self {
            Self::P2(program) => {
                let program = program.instantiate_async(&mut *store).await?;
                program.wasi_cli_run().call_run(store).await
            }
            Self::P3(program) => {
                let program = program.instantiate_async(&mut *store).await?;
                let run = async |host: &_| program.wasi_cli_run().call_run(host).await;
                store.run_concurrent(run).await?
            }
        }
    }
}
