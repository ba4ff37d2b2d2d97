//! The second world: WASI 0.3, where the engine runs the event loop, and a guest waits for
//! its asynchronous calls.

mod bindings;
mod calls;
mod description;
mod run;
mod simulated_loop;

pub use bindings::GuestP3Pre;
pub use bindings::pollbench::bench::async_driver;
pub use description::describe;
pub use run::run;
