//! Builds the guests into components, and writes the list of them that `src/lib.rs`
//! includes.
//!
//! `toolchain` picks the compiler, `compile` runs cargo with it, `encode` turns
//! a core module into a component, `rerun` says when to do it again.

mod compile;
mod encode;
mod rerun;
mod toolchain;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use compile::Build;
use toolchain::Toolchain;

/// The folders under `bench-guests/` that become the guests to measure, the floor first.
const MEASURED: &[&str] = &[
    "bare",
    "vector-scan",
    "slab",
    "slab-list",
    "batched",
    "tiered",
    "adaptive",
    "dotnet",
    "wstd",
    "spin-executor",
    "wasi-async-runtime",
    "poll-set",
    "p3",
];

/// The folders of guests that are not measured with the others: `src/lib.rs` has a static
/// for each.
const SPECIAL: &[&str] = &["slowed", "faulty", "faulty-p3", "wstd-0-5", "spin-executor-3-1"];

/// The crate of the servers on real sockets, and the executors that one is built over.
const SERVERS: &str = "live";
/// The crate of the server of WASI 0.3, and its name among the servers.
const SERVER_P3: (&str, &str) = ("live-p3", "p3");
const SERVED: &[&str] = &[
    "bare",
    "vector-scan",
    "slab",
    "slab-list",
    "batched",
    "tiered",
    "adaptive",
    "dotnet",
    "wstd",
    "spin-executor",
    "wasi-async-runtime",
];

/// Names guests, with commas between, that are built alone: for tests of the build.
/// The files of the others are empty.
const ONLY: &str = "POLLBENCH_GUESTS_ONLY";

const TARGET: &str = "wasm32-unknown-unknown";

fn main() {
    if let Err(message) = components() {
        // Fails the build with this line alone, which a panic or an exit code
        // would bury in output.
        println!("cargo::error={message}");
    }
}

fn components() -> Result<(), String> {
    let workspace = workspace();
    let out = PathBuf::from(variable("OUT_DIR"));
    rerun::sources();

    let toolchain = Toolchain::choose(&PathBuf::from(variable("RUSTC")))?;
    println!("cargo::rustc-env=POLLBENCH_GUEST_COMPILER={}", toolchain.version);

    let build = Build { workspace: &workspace, target_dir: &out.join("target"), toolchain };
    println!("cargo::rerun-if-env-changed={ONLY}");
    let only = env::var(ONLY).ok();
    let is_built = |name: &str| only.as_ref().is_none_or(|it| it.split(',').any(|it| it == name));
    for guest in [MEASURED, SPECIAL].concat() {
        let component = match is_built(guest) {
            true => encode::component(guest, &build.core_module(guest, None)?)?,
            false => Vec::new(),
        };
        write(&out.join(guest).with_extension("wasm"), &component)?;
    }
    let over = SERVED.iter().map(|executor| (SERVERS, *executor, Some(*executor)));
    let (p3, name) = SERVER_P3;
    for (server, name, feature) in over.chain([(p3, name, None)]) {
        let component = match is_built(server) {
            true => encode::component(server, &build.core_module(server, feature)?)?,
            false => Vec::new(),
        };
        write(&out.join(format!("{SERVERS}-{name}.wasm")), &component)?;
    }
    list(&out.join("measured.rs"), MEASURED, "")?;
    list(&out.join("served.rs"), &[SERVED, &[name]].concat(), &format!("{SERVERS}-"))
}

/// Writes the list of some guests, whose files are named `prefix` and their names.
fn list(path: &Path, guests: &[&str], prefix: &str) -> Result<(), String> {
    let element = |name: &&str| format!("built_in!({name:?}, {:?})", format!("{prefix}{name}"));
    let elements: Vec<String> = guests.iter().map(element).collect();
    write(path, format!("&[{}]", elements.join(", ")).as_bytes())
}

fn write(path: &Path, content: &[u8]) -> Result<(), String> {
    fs::write(path, content).map_err(|e| format!("cannot write {}: {e}", path.display()))
}

fn workspace() -> PathBuf {
    let here = PathBuf::from(variable("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).map(Path::to_path_buf).expect("the crate lies in bench-guests/")
}

/// A variable that cargo sets for every build script.
fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|e| panic!("{name}: {e}"))
}
