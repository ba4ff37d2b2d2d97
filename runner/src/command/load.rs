use pollbench_reports::names::harmless;
use pollbench_reports::trace::Component;
use wasmtime::component::{Component as Code, Linker};
use wasmtime::{Engine, Result};
use wasmtime_wasi::{p2, p3};

use super::error::CommandError;
use super::host::Host;
use super::program::Program;
use crate::engine::{LoadError, Source, announce, check_header, refusal, sha256};

/// A component that can be run as a program is: it exports `wasi:cli/run`.
pub struct Command {
    /// The component, compiled and linked.
    pub program: Program,
    /// What a record says of it.
    pub component: Component,
}

const EXPECTED: &str = "expected a component that exports wasi:cli/run of WASI 0.2 or 0.3";
/// The names of what `wasi:cli/command` has begin with these.
const PROVIDED: [&str; 6] =
    ["wasi:cli/", "wasi:clocks/", "wasi:filesystem/", "wasi:io/", "wasi:random/", "wasi:sockets/"];
/// How much of a list of exports is shown.
const SHOWN: usize = 300;

impl Command {
    /// Compiles a component, to be used for a `purpose` such as "tracing", and links it with
    /// stock WASI and what `extend` puts in place of that; or says why it can't be run.
    ///
    /// # Errors
    ///
    /// If the file can't be read, or is no such component.
    pub fn load(
        source: &Source,
        engine: &Engine,
        purpose: &str,
        extend: impl FnOnce(&mut Linker<Host>) -> Result<()>,
    ) -> Result<Self, CommandError> {
        let (file, bytes) = source.read()?;
        let component =
            Component { file: file.clone(), sha256: sha256(&bytes), bytes: bytes.len() as u64 };
        let refused = |reason| CommandError::NotACommand { component: file.clone(), reason };
        check_header(&bytes, EXPECTED).map_err(refused)?;
        announce(engine, &file, &bytes, purpose);
        let code = crate::engine::compile(engine, &bytes)
            .map_err(|error| refused(refusal::not_compiled(&bytes, &error)))?;
        let is_p3 = is_p3(&code, engine).map_err(refused)?;
        let linker = linker(engine, is_p3, extend).map_err(LoadError::Engine)?;
        let program = linker
            .instantiate_pre(&code)
            .and_then(|it| Program::new(it, is_p3))
            .map_err(|error| refused(not_linked(&code, &error)))?;
        Ok(Self { program, component })
    }
}

/// Components of WASI 0.3 may import 0.2 as well: their libraries do.
fn linker(
    engine: &Engine,
    is_p3: bool,
    extend: impl FnOnce(&mut Linker<Host>) -> Result<()>,
) -> Result<Linker<Host>> {
    let mut linker = Linker::new(engine);
    p2::add_to_linker_async(&mut linker)?;
    if is_p3 {
        p3::add_to_linker(&mut linker)?;
    }
    extend(&mut linker)?;
    Ok(linker)
}

/// Whether it is a program of WASI 0.3, or else of 0.2; or why it is no program.
fn is_p3(code: &Code, engine: &Engine) -> Result<bool, String> {
    let exports: Vec<String> =
        code.component_type().exports(engine).map(|(name, _)| name.to_string()).collect();
    let has = |name: &str| exports.iter().any(|it| it.starts_with(name));
    if has("wasi:cli/run@0.2.") {
        return Ok(false);
    }
    if has("wasi:cli/run@0.3.") {
        return Ok(true);
    }
    let what = match exports.join(", ") {
        exports if exports.is_empty() => "nothing".into(),
        exports => harmless(&exports, SHOWN),
    };
    let hint = if has("wasi:http/") {
        "; handlers of HTTP can't be run yet"
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
            "it imports something in another version or form than this WASI has it: {}; build it for WASI 0.2 or 0.3",
            refusal::shown(error)
        );
    }
    format!(
        "it imports {}, which `wasi:cli/command` does not have; link something in its place",
        harmless(&unknown.join(", "), SHOWN)
    )
}
