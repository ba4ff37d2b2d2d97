//! Notes the version of wasmtime, which the record has to name.

use std::error::Error;
use std::fs;

fn main() -> Result<(), Box<dyn Error>> {
    const LOCK: &str = "../../Cargo.lock";
    println!("cargo::rerun-if-changed={LOCK}");
    println!("cargo::rerun-if-changed=build.rs");
    let lock = fs::read_to_string(LOCK)?;
    let engine = locked_version(&lock, "wasmtime").ok_or("Cargo.lock names no wasmtime")?;
    println!("cargo::rustc-env=POLLBENCH_WASMTIME={engine}");
    Ok(())
}

/// The version of a package in the text of a lock file, where a `name` line is
/// followed by its `version` line.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}
