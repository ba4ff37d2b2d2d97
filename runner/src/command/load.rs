use pollbench_reports::names::harmless;
use pollbench_reports::trace::Component;
use wasmtime::component::{Component as Code, Linker};
use wasmtime::{Engine, Result};
use wasmtime_wasi::p2::bindings::CommandPre;

use super::error::CommandError;
use crate::engine::{LoadError, Source, announce, check_header, refusal, sha256};

/// A component that can be run as a program is: it exports `wasi:cli/run`. Its store holds a
/// `T`.
pub struct Command<T: 'static> {
    /// The component, compiled and linked.
    pub program: CommandPre<T>,
    /// What a record says of it.
    pub component: Component,
}

const EXPECTED: &str = "expected a component that exports wasi:cli/run of WASI 0.2";
/// The names of what `wasi:cli/command` has begin with these.
const PROVIDED: [&str; 6] =
    ["wasi:cli/", "wasi:clocks/", "wasi:filesystem/", "wasi:io/", "wasi:random/", "wasi:sockets/"];
/// How much of a list of exports is shown.
const SHOWN: usize = 300;

impl<T> Command<T> {
    /// Compiles a component, to be used for a `purpose` such as "tracing", and links it; or
    /// says why it can't be run.
    ///
    /// # Errors
    ///
    /// If the file can't be read, or is no such component.
    pub fn load(
        source: &Source,
        engine: &Engine,
        linker: impl FnOnce(&Engine) -> Result<Linker<T>>,
        purpose: &str,
    ) -> Result<Self, CommandError> {
        let (file, bytes) = source.read()?;
        let component =
            Component { file: file.clone(), sha256: sha256(&bytes), bytes: bytes.len() as u64 };
        let refused = |reason| CommandError::NotACommand { component: file.clone(), reason };
        check_header(&bytes, EXPECTED).map_err(refused)?;
        announce(engine, &file, &bytes, purpose);
        let code = crate::engine::compile(engine, &bytes)
            .map_err(|error| refused(refusal::not_compiled(&bytes, &error)))?;
        check_exports(&code, engine).map_err(refused)?;
        let program = linker(engine)
            .map_err(LoadError::Engine)?
            .instantiate_pre(&code)
            .and_then(CommandPre::new)
            .map_err(|error| refused(not_linked(&code, &error)))?;
        Ok(Self { program, component })
    }
}

fn check_exports(code: &Code, engine: &Engine) -> Result<(), String> {
    let exports: Vec<String> =
        code.component_type().exports(engine).map(|(name, _)| name.to_string()).collect();
    let has = |name: &str| exports.iter().any(|it| it.starts_with(name));
    if has("wasi:cli/run@0.2.") {
        return Ok(());
    }
    let what = match exports.join(", ") {
        exports if exports.is_empty() => "nothing".into(),
        exports => harmless(&exports, SHOWN),
    };
    let hint = if has("wasi:http/") {
        "; handlers of HTTP can't be run yet"
    } else if has("wasi:cli/run@0.3") {
        "; components of WASI 0.3 can't be run yet"
    } else if has("pollbench:bench/") {
        "; it is a guest of pollbench: `pollbench profile` tells how it works"
    } else {
        ""
    };
    Err(format!("it exports {what}; {EXPECTED}{hint}"))
}

/// Why a component can't be linked.
fn not_linked(code: &Code, error: &wasmtime::Error) -> String {
    let unknown = refusal::imports_beyond(code, &PROVIDED);
    if unknown.is_empty() {
        return format!(
            "it imports something in another version or form than WASI 0.2 has it: {}; build it for WASI 0.2",
            refusal::shown(error)
        );
    }
    format!(
        "it imports {}, which `wasi:cli/command` does not have; link something in its place",
        harmless(&unknown.join(", "), SHOWN)
    )
}
