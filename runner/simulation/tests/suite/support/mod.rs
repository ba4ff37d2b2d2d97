//! What the tests share.
pub mod by_hand;
pub mod faulty_sets;
pub mod native_host;
// The tests of the runner use the rest of it.
#[allow(dead_code)]
pub mod random_script;
pub mod spy;
