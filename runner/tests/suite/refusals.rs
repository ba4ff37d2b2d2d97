//! Every way in which a component can be no guest: what is the case is said, and what to do.

use crate::support::command::Workplace;
use crate::support::wat_guest::{SERVE, component, describing};
use pollbench_guests::BUILT_IN;

fn wat(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("a component in text form")
}

/// A component with these parts, which exports an instance `$e` as an executor.
fn executor(parts: &str) -> Vec<u8> {
    wat(&format!(r#"(component {parts} (export "pollbench:bench/executor@0.2.0" (instance $e)))"#))
}

/// A component whose functions have no parameters and no results, and whose module has `part`.
fn of_another_type(part: &str) -> Vec<u8> {
    executor(&format!(
        r#"(core module $m {part} (func (export "f")))
        (core instance $i (instantiate $m))
        (func $f (canon lift (core func $i "f")))
        (instance $e (export "describe" (func $f)) (export "run" (func $f)))"#
    ))
}

fn importing(import: &str) -> Vec<u8> {
    executor(&format!(r#"(import "{import}" (instance (export "f" (func)))) (instance $e)"#))
}

#[test]
fn whoever_brings_no_guest_is_told_what_it_is_and_what_to_do() {
    let damaged = {
        let mut bytes = BUILT_IN[0].component.to_vec();
        let middle = bytes.len() / 3;
        bytes[middle..middle + 64].fill(0xff);
        bytes
    };
    let async_executor = r#"(component
        (import "pollbench:bench/driver@0.2.0" (instance (export "f" (func))))
        (instance $e) (export "pollbench:bench/async-executor@0.2.0" (instance $e)))"#;
    let cases: [(Vec<u8>, &[&str]); 25] = [
        (Vec::new(), &["an empty file"]),
        (b"#!/bin/sh\n".to_vec(), &["not a WebAssembly file"]),
        (b"hi".to_vec(), &["not a WebAssembly file"]),
        (b"\n(component)".to_vec(), &["text form", "wasm-tools parse"]),
        (b"\0as".to_vec(), &["cut short", "again"]),
        (b"\0asm\x0a\0\x01\0".to_vec(), &["version of the binary format", "current tools"]),
        (wat("(module)"), &["core module", "wasm-tools component new"]),
        (BUILT_IN[0].component[..100].to_vec(), &["damaged or cut short", "again"]),
        (damaged, &["damaged or cut short", "again"]),
        (wat("(component (core module (tag (param i32))))"), &["needs exceptions", "without"]),
        (
            wat("(component (core module (type (struct (field i32)))))"),
            &["needs garbage collection", "without"],
        ),
        (
            wat("(component (core module (memory 1 1 shared)))"),
            &["needs shared memory", "threads", "without"],
        ),
        (wat("(component)"), &["another world, which exports nothing", "bench/executor@0.2.0"]),
        (executor("(instance $e)"), &["do not fit the contract", "wit/bench.wit"]),
        (
            importing("wasi:http/types@0.2.0"),
            &["imports wasi:http/types@0.2.0, which pollbench does not provide", "without"],
        ),
        (
            importing("pollbench:bench/driver@0.1.0"),
            &["another version or form", "pollbench:bench/driver@0.1.0", "wit/bench.wit"],
        ),
        (
            importing("pollbench:bench/async-driver@0.2.0"),
            &[
                "exports pollbench:bench/executor and imports pollbench:bench/async-driver",
                "two worlds",
            ],
        ),
        (
            wat(async_executor),
            &[
                "exports pollbench:bench/async-executor and imports pollbench:bench/driver",
                "two worlds",
            ],
        ),
        (of_another_type(""), &["`describe` or its `run` has another type", "wit/bench.wit"]),
        (
            of_another_type("(func $s (unreachable)) (start $s)"),
            &["it ends while it starts", "in `s`", "unreachable"],
        ),
        (describing("(unreachable)"), &["does not describe itself", "describe`", "unreachable"]),
        (
            describing("(call $print) (unreachable)"),
            &["does not describe itself", "it printed: thread panicked: / broken on purpose"],
        ),
        (
            describing("(call $exit (i32.const 1)) (unreachable)"),
            &["does not describe itself", "it called exit(1)"],
        ),
        (
            describing("(call $next (i32.const 0) (i32.const 0) (i32.const 1024)) (i32.const 16)"),
            &["does not describe itself", "task 0, which was never started"],
        ),
        (component("all", SERVE), &["its name is \"all\"", "every guest", "wit/README.md"]),
    ];
    let workplace = Workplace::new();
    for (number, (bytes, words)) in cases.iter().enumerate() {
        let name = format!("case-{number}.wasm");
        workplace.file(&name, bytes);
        let words = [&[name.as_str()], *words].concat();
        workplace.refuses(&["list", "--guest", &name], &words);
    }
}
