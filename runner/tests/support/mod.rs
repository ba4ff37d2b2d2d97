//! What the tests share.
#![allow(dead_code)]

pub mod command;
pub mod native_host;
pub mod random_script;
