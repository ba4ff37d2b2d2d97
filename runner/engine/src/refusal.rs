//! Why a component is no guest, and what to do.

use pollbench_reports::names::harmless;
use wasmparser::{Validator, WasmFeatures};
use wasmtime::Error;
use wasmtime::component::Component;

use super::contract::{ASYNC_DRIVER, ASYNC_EXECUTOR, DRIVER, EXECUTOR, WorldKind};

/// How much of an error of the engine is shown.
const SHOWN: usize = 300;
/// How many imports are named.
const IMPORTS: usize = 5;

/// What the engine may leave off, as toolchains call it.
const FEATURES: [(WasmFeatures, &str); 13] = [
    (WasmFeatures::EXCEPTIONS, "exceptions"),
    (WasmFeatures::LEGACY_EXCEPTIONS, "exceptions of the former kind"),
    (WasmFeatures::GC_TYPES, "garbage collection"),
    (WasmFeatures::GC, "garbage collection"),
    (WasmFeatures::FUNCTION_REFERENCES, "typed references to functions"),
    (WasmFeatures::THREADS, "shared memory and atomics (threads)"),
    (WasmFeatures::SHARED_EVERYTHING_THREADS, "shared memory and atomics (threads)"),
    (WasmFeatures::STACK_SWITCHING, "stack switching"),
    (WasmFeatures::CUSTOM_PAGE_SIZES, "pages of other sizes"),
    (WasmFeatures::WIDE_ARITHMETIC, "wide arithmetic"),
    (WasmFeatures::MEMORY_CONTROL, "memory control"),
    (WasmFeatures::CM_GC, "garbage collection"),
    (WasmFeatures::CM_ASYNC, "async functions of the component model"),
];

/// Parts of the names of what is provided; `wit/README.md` has the list.
const PROVIDED: [&str; 7] = [
    "pollbench:",
    "wasi:cli/",
    "wasi:clocks/",
    "wasi:filesystem/",
    "wasi:io/",
    "wasi:random/",
    "wasi:sockets/",
];

/// Why the engine does not compile a component: it is no valid one, or needs what the engine
/// leaves off.
pub fn not_compiled(bytes: &[u8], error: &Error) -> String {
    let reason = harmless(&error.root_cause().to_string(), SHOWN);
    let is_valid_with =
        |features| Validator::new_with_features(features).validate_all(bytes).is_ok();
    if !is_valid_with(WasmFeatures::all()) {
        return format!("it is damaged or cut short: {reason}; build or copy it again");
    }
    let mut needed: Vec<&str> = Vec::new();
    for (feature, name) in FEATURES {
        let is_needed = !is_valid_with(WasmFeatures::all().difference(feature));
        if is_needed && !needed.contains(&name) {
            needed.push(name);
        }
    }
    match needed.as_slice() {
        [] => format!("wasmtime can't compile it: {reason}"),
        needed => format!(
            "it needs {}, and wasmtime as pollbench has it does not provide all of that ({reason}); build it without",
            needed.join(", ")
        ),
    }
}

/// Checks that a component does not import the driver of another world than it exports the
/// executor of.
pub fn check_one_world(component: &Component, kind: WorldKind) -> Result<(), String> {
    let (executor, driver, other) = match kind {
        WorldKind::Poll => (EXECUTOR, DRIVER, ASYNC_DRIVER),
        WorldKind::Async => (ASYNC_EXECUTOR, ASYNC_DRIVER, DRIVER),
    };
    let is_other =
        |name: &String| name.strip_prefix(other).is_some_and(|version| version.starts_with('@'));
    match imports(component).iter().any(is_other) {
        false => Ok(()),
        true => Err(format!(
            "it exports {executor} and imports {other}, which are of two worlds: a guest with {executor} imports {driver} (see wit/README.md)"
        )),
    }
}

/// Why a component can't be linked, whose exports are those of a world.
pub fn not_linked(component: &Component, error: &Error) -> String {
    let unknown = imports_beyond(component, &PROVIDED);
    if unknown.is_empty() {
        return format!(
            "it imports something in another version or form than pollbench provides: {}; build it from wit/bench.wit and WASI 0.2",
            shown(error)
        );
    }
    let more = match unknown.len().saturating_sub(IMPORTS) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let named = harmless(&unknown[..unknown.len().min(IMPORTS)].join(", "), SHOWN);
    format!(
        "it imports {named}{more}, which pollbench does not provide (wit/README.md says what it does); build it without, or link something in its place"
    )
}

/// The imports whose names begin with none of these.
pub fn imports_beyond(component: &Component, provided: &[&str]) -> Vec<String> {
    let mut unknown = imports(component);
    unknown.retain(|name| !provided.iter().any(|known| name.starts_with(known)));
    unknown
}

fn imports(component: &Component) -> Vec<String> {
    let ty = component.component_type();
    ty.imports(component.engine()).map(|(name, _)| name.to_string()).collect()
}

/// An error of the engine with its causes, on one line.
pub fn shown(error: &Error) -> String {
    harmless(&format!("{error:#}"), SHOWN)
}
