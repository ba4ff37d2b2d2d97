//! What the tests share.
pub mod command;
pub mod faulty_sets;
pub mod native_host;
pub mod random_script;
pub mod spy;
pub mod wat_guest;
