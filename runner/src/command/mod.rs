//! Components that are programs: any `wasi:cli/command` of WASI 0.2, loaded for a stock
//! wasmtime-wasi, and what such a component is run with.

mod ended;
mod error;
mod load;
mod surroundings;

pub use ended::ended;
pub use error::CommandError;
pub use load::Command;
pub use surroundings::{Directory, Network, Surroundings, Variable};
