//! Checks that a file is a component of a world of the contract, in the right version.

use pollbench_reports::names::harmless;
use wasmtime::Engine;
use wasmtime::component::Component;

use super::poll_set::EXPERIMENTAL;

/// The version of the contract this program speaks, as in `wit/bench.wit`. While
/// the major number is 0, the minor one must match.
const VERSION: (u64, u64) = (0, 2);
pub const EXECUTOR: &str = "pollbench:bench/executor";
pub const ASYNC_EXECUTOR: &str = "pollbench:bench/async-executor";
pub const DRIVER: &str = "pollbench:bench/driver";
pub const ASYNC_DRIVER: &str = "pollbench:bench/async-driver";
/// What is expected of a guest.
pub const EXPECTED: &str =
    "expected a component that exports pollbench:bench/executor@0.2.0 (see wit/README.md)";

/// A world of the contract, which a component's export names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorldKind {
    /// `guest`: WASI 0.2.
    Poll,
    /// `guest-p3`: WASI 0.3.
    Async,
}

/// The first bytes of every WebAssembly file, and those that follow in a core module and in a
/// component.
const MAGIC: &[u8] = b"\0asm";
const CORE_MODULE: &[u8] = &[1, 0, 0, 0];
const COMPONENT: &[u8] = &[0x0d, 0, 1, 0];
/// How much of a list of exports is shown.
const SHOWN: usize = 300;

/// Checks what can be seen without compiling. A refusal says what is `expected` instead.
pub fn check_header(bytes: &[u8], expected: &str) -> Result<(), String> {
    if bytes.is_empty() {
        return Err(format!("it is an empty file; {expected}"));
    }
    let text = bytes.trim_ascii_start();
    if [&b"(module"[..], b"(component"].iter().any(|it| text.starts_with(it)) {
        return Err(
            "it is WebAssembly in text form; `wasm-tools parse` makes a binary of it".into()
        );
    }
    match bytes.split_at_checked(8) {
        Some((header, _)) if !header.starts_with(MAGIC) => {
            Err(format!("it is not a WebAssembly file; {expected}"))
        }
        Some((header, _)) if header.ends_with(CORE_MODULE) => Err(format!(
            "it is a core module; {expected}, made from it by `wasm-tools component new`, with `--adapt` if it imports wasi_snapshot_preview1"
        )),
        Some((header, _)) if header.ends_with(COMPONENT) => Ok(()),
        Some(_) => Err(format!(
            "it is in a version of the binary format that is not known; {expected}, made by current tools"
        )),
        None if MAGIC.starts_with(&bytes[..bytes.len().min(4)]) => {
            Err("it is cut short: it has not even a whole header; build or copy it again".into())
        }
        None => Err(format!("it is not a WebAssembly file; {expected}")),
    }
}

/// Checks that the component exports an executor, in the right version.
pub fn check_world(component: &Component, engine: &Engine) -> Result<WorldKind, String> {
    let exports: Vec<String> =
        component.component_type().exports(engine).map(|(name, _)| name.to_string()).collect();
    let version = |interface| exports.iter().find_map(|name| name.strip_prefix(interface));
    let found = [(EXECUTOR, WorldKind::Poll), (ASYNC_EXECUTOR, WorldKind::Async)]
        .into_iter()
        .find_map(|(interface, kind)| Some((interface, version(interface)?, kind)));
    let Some((interface, version, kind)) = found else {
        let hint = hint(&exports);
        let exports = if exports.is_empty() { "nothing".into() } else { exports.join(", ") };
        let exports = harmless(&exports, SHOWN);
        return Err(format!(
            "it is a component of another world, which exports {exports}; {EXPECTED}{hint}"
        ));
    };
    let version = version.trim_start_matches('@');
    match parse_version(version) {
        Some(found) if found == VERSION => Ok(kind),
        Some(found) if found < VERSION => Err(format!(
            "it speaks version {version} of the contract, which is too old; build it anew with {interface}@0.2.0"
        )),
        _ => Err(format!(
            "it speaks version {version:?} of the contract, and this pollbench speaks 0.2; use a newer pollbench"
        )),
    }
}

/// What can be done with a component that is no guest.
fn hint(exports: &[String]) -> &'static str {
    let has = |name| exports.iter().any(|it| it.starts_with(name));
    if has("wasi:cli/run@0.2.") {
        "; it is a program, and `pollbench trace --report FILE` tells how one works"
    } else if has("wasi:cli/run@0.3.") || has("wasi:http/handler@0.3.") {
        "; it is of WASI 0.3, and `pollbench live` measures servers of it"
    } else if has("wasi:http/incoming-handler@0.2.") {
        "; it is a handler of HTTP, and `pollbench trace --http --report FILE` tells how one works"
    } else {
        ""
    }
}

/// Whether a component imports an experimental interface, which is not part of the
/// contract.
pub fn is_experimental(component: &Component, engine: &Engine) -> bool {
    component.component_type().imports(engine).any(|(name, _)| name.starts_with(EXPERIMENTAL))
}

fn parse_version(version: &str) -> Option<(u64, u64)> {
    let mut numbers = version.split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}
