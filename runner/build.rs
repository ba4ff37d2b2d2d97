//! Notes the versions the record has to name: of the engine, and of the compiler.

use std::error::Error;
use std::process::Command;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=../Cargo.lock");
    println!("cargo::rerun-if-changed=build.rs");
    let lock = fs::read_to_string("../Cargo.lock")?;
    let engine = locked_version(&lock, "wasmtime").ok_or("Cargo.lock names no wasmtime")?;
    println!("cargo::rustc-env=POLLBENCH_WASMTIME={engine}");

    let rustc = Command::new(env::var("RUSTC")?).arg("--version").output()?;
    println!("cargo::rustc-env=POLLBENCH_RUSTC={}", String::from_utf8(rustc.stdout)?.trim());
    Ok(())
}

/// The version of a package in the text of a lock file, where a `name` line is
/// followed by its `version` line.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}
