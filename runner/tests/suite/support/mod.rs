//! What the tests share.
pub mod command;
// The tests of the simulation use the rest of it.
#[allow(dead_code)]
#[path = "../../../simulation/tests/suite/support/random_script.rs"]
pub mod random_script;
#[allow(dead_code)]
#[path = "../../../simulation/tests/suite/support/spy.rs"]
pub mod spy;
pub mod wat_guest;
