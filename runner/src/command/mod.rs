//! Components that others have written: programs, which are any `wasi:cli/command` of WASI 0.2
//! or 0.3, and handlers of `wasi:http`; loaded for a stock wasmtime-wasi, and what such a
//! component is run with.

mod ended;
mod error;
mod handler;
mod host;
mod load;
mod outgoing;
mod program;
mod serving;
mod surroundings;

pub use ended::{ended, trapped};
pub use error::CommandError;
pub use handler::{Answer, Handler, P2Handler, handle};
pub use host::Host;
pub use load::Command;
pub use program::Program;
pub use serving::{Response, take_requests};
pub use surroundings::{Directory, Network, Surroundings, Variable};
