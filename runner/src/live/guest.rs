use pollbench_reports::live::{LiveGuest, Scenario};
use wasmtime::Engine;

use super::handler::handler;
use crate::command::{Command, CommandError};
use crate::engine::Source;

/// A server that is to be measured.
#[derive(Clone, Debug)]
pub struct Guest {
    /// What the record says of it.
    pub record: LiveGuest,
    /// Where its component is.
    pub source: Source,
}

impl Guest {
    /// Compiles a component, which then need not be compiled in each round, or says why it
    /// can't do what is asked of it.
    ///
    /// # Errors
    ///
    /// If the file can't be read, or is no component that can be run.
    pub fn load(name: String, source: Source, scenario: Scenario) -> Result<Self, CommandError> {
        let component = match scenario {
            Scenario::Echo | Scenario::Timers => command(&source)?.component,
            Scenario::Http => handler(&source)?.component,
        };
        Ok(Self { record: LiveGuest { name, component }, source })
    }
}

/// The component, compiled and linked as `wasmtime run` does it.
pub fn command(source: &Source) -> Result<Command, CommandError> {
    let engine = Engine::default();
    Command::load(source, &engine, "measuring it as a server", |_| Ok(()))
}
