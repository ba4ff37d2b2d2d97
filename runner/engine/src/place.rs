//! Where a guest was when its run ended: in which of its functions, and in which call of the
//! host.

use pollbench_reports::names::harmless;
use wasmparser::{BinaryReaderError, Operator, Parser, Payload, TypeRef};
use wasmtime::{FrameInfo, Module, WasmBacktrace};

use super::function_names::demangled;

/// How many functions are named.
const FUNCTIONS: usize = 20;
/// How many characters of a name are shown.
const NAME: usize = 120;

/// How the functions are called by which a component passes on calls of the host that need its
/// memory.
const PASSED_ON: &str = "indirect-";

/// Where a guest was when its run ended.
#[derive(Default)]
pub struct Place {
    /// The guest's functions, the innermost first.
    pub functions: Vec<String>,
    /// The call of the host in which it was.
    call: Option<String>,
}

impl Place {
    /// Reads it off an error of the engine. `component` is the guest.
    pub fn of(error: &wasmtime::Error, component: &[u8]) -> Self {
        let Some(backtrace) = error.downcast_ref::<WasmBacktrace>() else { return Self::default() };
        let frames = backtrace.frames();
        let passed_on = frames.first().and_then(|it| it.func_name()?.strip_prefix(PASSED_ON));
        let (call, own) = match (passed_on, frames) {
            (Some(call), _) => (Some(passed_on_in_words(call)), &frames[1..]),
            (None, [first, caller, ..]) if first.func_name().is_none() => {
                // Such a function may have no name. Then the one that calls it says what it is.
                match import_called(caller, component) {
                    Some(call) => (Some(call), &frames[1..]),
                    None => (import_called(first, component), frames),
                }
            }
            (None, [first, ..]) => (import_called(first, component), frames),
            (None, []) => (None, frames),
        };
        let mut functions: Vec<String> = own.iter().take(FUNCTIONS).map(name).collect();
        if own.len() > FUNCTIONS {
            functions.push("…".into());
        }
        Self { functions, call: call.map(|it| harmless(&it, NAME)) }
    }

    /// The innermost function and the call, in words.
    pub fn words(&self) -> Option<String> {
        let function = self.functions.first();
        match (function, &self.call) {
            (Some(function), Some(call)) => Some(format!("in {call}, called by `{function}`")),
            (Some(function), None) => Some(format!("in `{function}`")),
            (None, Some(call)) => Some(format!("in {call}")),
            (None, None) => None,
        }
    }
}

fn name(frame: &FrameInfo) -> String {
    match frame.func_name() {
        Some(name) => harmless(&demangled(name), NAME),
        None => format!("function {}, which has no name", frame.func_index()),
    }
}

/// A call as `wasi:io/poll@0.2.0-poll`, in words.
fn passed_on_in_words(call: &str) -> String {
    let after_version = call.find('@').unwrap_or(0);
    match call[after_version..].find('-') {
        Some(end) => {
            let (interface, function) = call.split_at(after_version + end);
            in_words(interface, &function[1..])
        }
        None => format!("`{call}`"),
    }
}

/// A function of the host, as it is said in a sentence.
fn in_words(interface: &str, function: &str) -> String {
    let interface = interface.split('@').next().unwrap_or(interface);
    match function.split_once(']') {
        Some(("[resource-drop", resource)) => format!("the drop of `{resource}` ({interface})"),
        Some(("[constructor", resource)) => format!("the making of `{resource}` ({interface})"),
        Some((_, method)) => format!("`{method}` of {interface}"),
        None => format!("`{function}` of {interface}"),
    }
}

/// The import that a function was calling, which its code says.
fn import_called(frame: &FrameInfo, component: &[u8]) -> Option<String> {
    // The offset in the function: that in the module is counted from the component's beginning.
    let (function, at) = (frame.func_index(), frame.func_offset()?);
    let modules = Parser::new(0).parse_all(component).filter_map(|payload| match payload {
        Ok(Payload::ModuleSection { unchecked_range, .. }) => component.get(unchecked_range),
        _ => None,
    });
    let called =
        modules.filter_map(|module| called_at(module, function, at, frame.module()).ok().flatten());
    called.map(|(interface, function)| in_words(interface, function)).next()
}

type Import<'a> = (&'a str, &'a str);

/// The import that the instruction at this place of a function calls, if the function is one of
/// the module that the engine has compiled.
fn called_at<'a>(
    module: &'a [u8],
    function: u32,
    at: usize,
    compiled: &Module,
) -> Result<Option<Import<'a>>, BinaryReaderError> {
    let mut imports: Vec<Import<'a>> = Vec::new();
    let mut all: Vec<Import<'a>> = Vec::new();
    let mut bodies = 0..;
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    all.push((import.module, import.name));
                    if matches!(import.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)) {
                        imports.push((import.module, import.name));
                    }
                }
            }
            Payload::CodeSectionEntry(body) => {
                // Functions are numbered behind those that are imported.
                if bodies.next().map(|it: usize| it + imports.len()) != Some(function as usize) {
                    continue;
                }
                let at = body.range().start + at;
                if !all.iter().copied().eq(compiled.imports().map(|it| (it.module(), it.name()))) {
                    return Ok(None);
                }
                let mut operators = body.get_operators_reader()?;
                while !operators.eof() {
                    match operators.read_with_offset()? {
                        (Operator::Call { function_index }, place) if place == at => {
                            return Ok(imports.get(function_index as usize).copied());
                        }
                        (_, place) if place >= at => return Ok(None),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_the_host_are_said_in_words() {
        for (call, words) in [
            ("wasi:io/poll@0.2.0-poll", "`poll` of wasi:io/poll"),
            (
                "wasi:io/streams@0.2.3-[method]output-stream.blocking-write-and-flush",
                "`output-stream.blocking-write-and-flush` of wasi:io/streams",
            ),
            ("wasi:io/poll@0.2.0-[resource-drop]pollable", "the drop of `pollable` (wasi:io/poll)"),
            ("odd", "`odd`"),
        ] {
            assert_eq!(passed_on_in_words(call), words);
        }
    }
}
