//! Runs cargo inside cargo.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};

use crate::toolchain::Toolchain;
use crate::{TARGET, variable};

/// How the guests are compiled.
pub struct Build<'a> {
    pub workspace: &'a Path,
    /// Not that of the outer cargo, which holds its lock until we are done.
    pub target_dir: &'a Path,
    pub toolchain: Toolchain,
}

impl Build<'_> {
    /// Compiles the crate `pollbench-<guest>`, with a feature if one is named, and reads the
    /// result.
    pub fn core_module(&self, guest: &str, feature: Option<&str>) -> Result<Vec<u8>, String> {
        let package = format!("pollbench-{guest}");
        let mut cargo = Command::new(variable("CARGO"));
        clean(&mut cargo);
        // `rustc --crate-type cdylib`, and so one guest a time, because cargo
        // skips the profile's LTO for crates that are an rlib as well.
        cargo
            .args(["rustc", "--quiet", "--locked", "--profile", "guest", "--crate-type", "cdylib"])
            .args(["--target", TARGET, "--package", &package, "--target-dir"])
            .arg(self.target_dir)
            .args(feature.map(|it| format!("--features={it}")))
            .env("RUSTC", &self.toolchain.compiler)
            .env("CARGO_ENCODED_RUSTFLAGS", self.flags())
            .current_dir(self.workspace)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        if let Some(linker) = &self.toolchain.linker {
            cargo
                .args(["-Z", "build-std=std,panic_abort"])
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }

        let status = cargo.status().map_err(|e| format!("cannot run cargo: {e}"))?;
        if !status.success() {
            println!("cargo::error=the guest {package} does not compile: see cargo's words below");
            // Failing, not just the line above, makes cargo show them.
            process::exit(1);
        }
        let module = package.replace('-', "_") + ".wasm";
        let module = self.target_dir.join(TARGET).join("guest").join(module);
        fs::read(&module).map_err(|e| format!("cannot read {}: {e}", module.display()))
    }

    /// Keeps the paths of this machine out of the guests, so that the same
    /// source gives the same bytes in every checkout.
    fn flags(&self) -> String {
        let mut prefixes =
            vec![(self.workspace.into(), "/pollbench"), (self.target_dir.into(), "/target")];
        if let Some(home) = cargo_home() {
            // The folders are named after the registry, or after its mirror.
            let registries = fs::read_dir(home.join("registry/src")).into_iter().flatten();
            prefixes.push((home, "/cargo"));
            prefixes.extend(registries.flatten().map(|entry| (entry.path(), "/cargo/registry")));
        }
        let flags = prefixes
            .iter()
            .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
        flags.collect::<Vec<_>>().join("\x1f")
    }
}

fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")))
}

/// Removes what is meant for the outer build only: its flags, wrappers
/// (clippy, coverage) and target, and what cargo tells a build script.
fn clean(cargo: &mut Command) {
    const KEPT: [&str; 7] = [
        "CARGO_HOME",
        "CARGO_HTTP_",
        "CARGO_MAKEFLAGS",
        "CARGO_NET_",
        "CARGO_REGISTR",
        "CARGO_SOURCE_",
        "RUSTUP_",
    ];
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let foreign = text.starts_with("CARGO") || text.starts_with("RUST");
        if foreign && !KEPT.iter().any(|prefix| text.starts_with(prefix)) {
            cargo.env_remove(&name);
        }
    }
}
