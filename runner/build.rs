//! Notes the version of the compiler, which the record has to name.

use std::env;
use std::error::Error;
use std::process::Command;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let rustc = Command::new(env::var("RUSTC")?).arg("--version").output()?;
    println!("cargo::rustc-env=POLLBENCH_RUSTC={}", String::from_utf8(rustc.stdout)?.trim());
    Ok(())
}
