use pollbench_reports::names::harmless;
use pollbench_reports::trace::Component;
use wasmtime::component::{Component as Code, InstancePre, Linker};
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
    /// The bytes of its file.
    pub bytes: Vec<u8>,
}

const EXPECTED: &str = "expected a component that exports wasi:cli/run of WASI 0.2 or 0.3";
/// The names of what a component can import begin with these.
const PROVIDED: [&str; 7] = [
    "wasi:cli/",
    "wasi:clocks/",
    "wasi:filesystem/",
    "wasi:http/",
    "wasi:io/",
    "wasi:random/",
    "wasi:sockets/",
];
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
        let compiled = Compiled::new(source, engine, purpose, EXPECTED)?;
        let is_p3 = is_p3(&compiled).map_err(|reason| compiled.refused(reason))?;
        let program = compiled.link(is_p3, extend, |it| Program::new(it, is_p3))?;
        Ok(Self { program, component: compiled.component, bytes: compiled.bytes })
    }
}

/// A component that is compiled, and not yet linked.
pub struct Compiled {
    code: Code,
    /// What a record says of it.
    pub component: Component,
    /// The bytes of its file.
    pub bytes: Vec<u8>,
}

impl Compiled {
    /// Compiles a component, to be used for a `purpose` such as "tracing". A message says what
    /// is `expected` where it is something else.
    ///
    /// # Errors
    ///
    /// If the file can't be read, or is no component.
    pub fn new(
        source: &Source,
        engine: &Engine,
        purpose: &str,
        expected: &str,
    ) -> Result<Self, CommandError> {
        let (file, bytes) = source.read()?;
        let component =
            Component { file: file.clone(), sha256: sha256(&bytes), bytes: bytes.len() as u64 };
        let refused =
            |reason| CommandError::NotACommand { component: component.file.clone(), reason };
        check_header(&bytes, expected).map_err(refused)?;
        announce(engine, &file, &bytes, purpose);
        let code = crate::engine::compile(engine, &bytes)
            .map_err(|error| refused(refusal::not_compiled(&bytes, &error)))?;
        Ok(Self { code, component, bytes })
    }

    /// Links it with stock WASI and what `extend` puts in place of that, and makes of it what
    /// it is to be. Components of WASI 0.3 may import 0.2 as well: their libraries do.
    ///
    /// # Errors
    ///
    /// If it imports something else, or is something else.
    pub fn link<T>(
        &self,
        is_p3: bool,
        extend: impl FnOnce(&mut Linker<Host>) -> Result<()>,
        make: impl FnOnce(InstancePre<Host>) -> Result<T>,
    ) -> Result<T, CommandError> {
        let linker = linker(self.code.engine(), is_p3, extend).map_err(LoadError::Engine)?;
        let linked = linker.instantiate_pre(&self.code).and_then(make);
        linked.map_err(|error| self.refused(not_linked(&self.code, &error)))
    }

    /// Whether it exports something with a name that begins so.
    pub fn exports(&self, name: &str) -> bool {
        self.names().iter().any(|it| it.starts_with(name))
    }

    /// What it exports, in words.
    pub fn exported(&self) -> String {
        match self.names().join(", ") {
            exports if exports.is_empty() => "nothing".into(),
            exports => harmless(&exports, SHOWN),
        }
    }

    fn names(&self) -> Vec<String> {
        let exports = self.code.component_type();
        exports.exports(self.code.engine()).map(|(name, _)| name.to_string()).collect()
    }

    /// The error that says why it can't be run.
    pub fn refused(&self, reason: String) -> CommandError {
        CommandError::NotACommand { component: self.component.file.clone(), reason }
    }
}

fn linker(
    engine: &Engine,
    is_p3: bool,
    extend: impl FnOnce(&mut Linker<Host>) -> Result<()>,
) -> Result<Linker<Host>> {
    let mut linker = Linker::new(engine);
    p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    if is_p3 {
        p3::add_to_linker(&mut linker)?;
        wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
    }
    extend(&mut linker)?;
    Ok(linker)
}

/// Whether it is a program of WASI 0.3, or else of 0.2; or why it is no program.
fn is_p3(compiled: &Compiled) -> Result<bool, String> {
    if compiled.exports("wasi:cli/run@0.2.") {
        return Ok(false);
    }
    if compiled.exports("wasi:cli/run@0.3.") {
        return Ok(true);
    }
    let hint = if compiled.exports("wasi:http/") {
        "; it is a handler of HTTP: `pollbench trace --http` sends it requests"
    } else if compiled.exports("pollbench:bench/") {
        "; it is a guest of pollbench: `pollbench profile` tells how it works"
    } else {
        ""
    };
    Err(format!("it exports {}; {EXPECTED}{hint}", compiled.exported()))
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
        "it imports {}, which WASI does not have; link something in its place",
        harmless(&unknown.join(", "), SHOWN)
    )
}
