//! Components that are programs: any `wasi:cli/command` of WASI 0.2 or 0.3, loaded for a stock
//! wasmtime-wasi, and what such a component is run with.

mod ended;
mod error;
mod host;
mod load;
mod program;
mod surroundings;

pub use ended::ended;
pub use error::CommandError;
pub use host::Host;
pub use load::Command;
pub use program::Program;
pub use surroundings::{Directory, Network, Surroundings, Variable};
