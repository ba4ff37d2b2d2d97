//! What the tests share.
pub mod command;
pub mod history;
// Other tests use the rest of it.
#[allow(dead_code)]
#[path = "../../../simulation/tests/suite/support/random_script.rs"]
pub mod random_script;
#[allow(dead_code)]
#[path = "../../../../reports/tests/support/sample.rs"]
pub mod sample;
pub mod scripts;
#[allow(dead_code)]
#[path = "../../../simulation/tests/suite/support/spy.rs"]
pub mod spy;
pub mod wat_command;
pub mod wat_guest;
pub mod wat_handler;
