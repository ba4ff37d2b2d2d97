//! Components that use what few toolchains do.

use super::*;

/// A component of these definitions, with the core function `run` of the instance `$main` as
/// `run`, and an empty `flush`.
fn component(definitions: &str) -> Vec<u8> {
    let text = format!(
        r#"(component {definitions}
          (core module $end (func $flush (export "flush")))
          (core instance $end (instantiate $end))
          (func (export "run") (result u32) (canon lift (core func $main "run")))
          (func (export "flush") (canon lift (core func $end "flush"))))"#
    );
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}"))
}

/// A component of one core module.
fn of_module(fields: &str) -> Vec<u8> {
    component(&format!("(core module $m {fields}) (core instance $main (instantiate $m))"))
}

/// A component with a module that does nothing, and these definitions.
fn of_module_and(definitions: &str) -> Vec<u8> {
    let main = r#"(core module $m (func (export "run") (result i32) (i32.const 0)))
        (core instance $main (instantiate $m))"#;
    component(&format!("{main} {definitions}"))
}

const OUTSIDE: &str = "code that is not profiled";

#[test]
fn a_loop_burns_what_it_should() {
    let profile = profiled(&of_module(
        r#"(func $burn (param i32) (loop $again
             (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
           (func $run (export "run") (result i32)
             (call $burn (i32.const 100)) (call $burn (i32.const 10)) (i32.const 7))"#,
    ));
    // One for being called, and five for each round.
    assert_eq!(of("burn", &profile), (2, 2 + 5 * 110));
    assert_eq!(of("run", &profile), (1, 1 + 5));
    assert_eq!(of("flush", &profile), (1, 1));
    assert_eq!(of(OUTSIDE, &profile), (0, 0));
}

#[test]
fn tables_references_start_functions_and_many_results_work() {
    let profile = profiled(&of_module(
        r#"(type $pair (func (param i32 i64 f64) (result i64 i32)))
           (table 4 funcref)
           (elem (i32.const 0) $swap)
           (elem (table 0) (i32.const 1) funcref (ref.func $swap) (ref.null func))
           (elem declare func $run)
           (global $g (mut i32) (i32.const 0))
           (global $f funcref (ref.func $start))
           (func $start (global.set $g (i32.const 30)))
           (start $start)
           (func $swap (type $pair) (local.get 1) (local.get 0))
           (func $run (export "run") (result i32)
             (drop (ref.func $run))
             (call_indirect (type $pair) (i32.const 1) (i64.const 2) (f64.const 3) (i32.const 0))
             (global.set $g (i32.add (global.get $g)))
             (drop)
             (call_indirect (type $pair) (i32.const 5) (i64.const 2) (f64.const 3) (i32.const 1))
             (global.set $g (i32.add (global.get $g)))
             (drop)
             (global.get $g))"#,
    ));
    assert_eq!(of("swap", &profile), (2, 2 * 3));
    assert_eq!(of("start", &profile).0, 1);
}

#[test]
fn a_module_without_functions_of_its_own_passes_on_those_of_the_host() {
    let profile = profiled(&component(
        r#"(import "text" (func $text (result string)))
          (core module $memory (memory (export "memory") 1)
            (func $grow (param i32 i32 i32 i32) (result i32) (i32.const 64))
            (func (export "realloc") (param i32 i32 i32 i32) (result i32)
              (call $grow (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))))
          (core instance $memory (instantiate $memory))
          (core func $lowered (canon lower (func $text)
            (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
          (core module $stub (type $t (func (param i32)))
            (table (export "table") 1 funcref)
            (func $indirect (export "text") (type $t)
              (call_indirect (type $t) (local.get 0) (i32.const 0))))
          (core instance $stub (instantiate $stub))
          (core module $fill (import "" "0" (func $f (param i32)))
            (import "" "table" (table 1 funcref)) (elem (i32.const 0) func $f))
          (core instance $fill (instantiate $fill (with "" (instance
            (export "0" (func $lowered)) (export "table" (table $stub "table"))))))
          (core module $m
            (import "host" "text" (func $text (param i32)))
            (import "memory" "memory" (memory 1))
            (func $run (export "run") (result i32)
              (call $text (i32.const 16)) (call $text (i32.const 16))
              (i32.add (i32.load (i32.const 20)) (i32.load8_u (i32.const 64)))))
          (core instance $main (instantiate $m
            (with "host" (instance $stub)) (with "memory" (instance $memory))))"#,
    ));
    assert_eq!(of("indirect", &profile), (2, 2 * 4));
    assert_eq!(of("text", &profile), (2, 0));
    // What the canonical ABI calls is told of together, below the function of the host: six
    // instructions and two functions a call.
    let (functions, tree) = &profile;
    let named = |name: &str| functions.iter().position(|it| it.name == name).map(|it| it as u32);
    let text = tree.nodes.iter().position(|it| Some(it.function) == named("text"));
    let below =
        tree.nodes.iter().filter(|it| it.parent.is_some() && it.parent == text.map(|it| it as u32));
    let below: Vec<_> = below.map(|it| (Some(it.function), it.own)).collect();
    assert_eq!(below, [(named(OUTSIDE), 2 * (6 + 2))]);
}

#[test]
fn a_realloc_that_another_module_calls_is_told_of_apart_from_its_caller() {
    let profile = profiled(&component(
        r#"(import "text" (func $text (result string)))
          (core module $memory (memory (export "memory") 1)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64)))
          (core instance $memory (instantiate $memory))
          (core func $lowered (canon lower (func $text)
            (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
          (core module $m
            (import "memory" "realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
            (func $run (export "run") (result i32)
              (call $realloc (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))))
          (core instance $main (instantiate $m (with "memory" (instance $memory))))"#,
    ));
    assert_eq!(of("memory#realloc", &profile), (1, 0));
    assert_eq!(of(OUTSIDE, &profile), (0, 2));
    assert_eq!(of("run", &profile), (1, 6));
}

#[test]
fn a_reference_to_a_function_that_only_its_export_declares_stays_valid() {
    instrumented(&component(
        r#"(import "text" (func $text (result string)))
          (core module $m (memory (export "memory") 1)
            (func $realloc (export "realloc") (param i32 i32 i32 i32) (result i32)
              (drop (ref.func $realloc)) (i32.const 64))
            (func (export "run") (result i32) (i32.const 0)))
          (core instance $main (instantiate $m))
          (core func $lowered (canon lower (func $text)
            (memory (core memory $main "memory")) (realloc (core func $main "realloc"))))"#,
    ));
}

#[test]
fn the_types_of_streams_and_futures_are_moved() {
    instrumented(&of_module_and(
        r#"(type $s (stream u8)) (type $f (future u8))
          (core func (canon stream.cancel-read $s)) (core func (canon stream.cancel-write $s))
          (core func (canon future.cancel-read $f)) (core func (canon future.cancel-write $f))
          (core func (canon stream.new $s)) (core func (canon future.drop-readable $f))"#,
    ));
}

#[test]
fn functions_keep_their_names_and_so_do_their_bodies() {
    let instrumented = instrumented(&of_module(
        r#"(func $first) (func $run (export "run") (result i32) (local $l i32)
             (local.get $l))"#,
    ));
    let names = wasmparser::Parser::new(0).parse_all(&instrumented.component);
    let mut names_of_functions = Vec::new();
    for payload in names {
        let wasmparser::Payload::CustomSection(section) = payload.expect("it is valid") else {
            continue;
        };
        let wasmparser::KnownCustom::Name(names) = section.as_known() else { continue };
        for names in names {
            if let wasmparser::Name::Function(names) = names.expect("a subsection") {
                let names = names.into_iter().map(|it| it.expect("a name"));
                names_of_functions.push(names.map(|it| (it.index, it.name)).collect::<Vec<_>>());
            }
        }
    }
    assert!(names_of_functions.contains(&vec![(4, "first"), (5, "run"), (6, "first"), (7, "run")]));
}

#[test]
fn nested_components_stay_as_they_are() {
    let bytes = component(
        r#"(type $number u32)
          (core module $shared
            (func $start (nop)) (start $start)
            (func (export "f") (result i32) (i32.const 1)))
          (component $inner
            (alias outer 1 $number (type $number))
            (alias outer 1 $shared (core module $shared))
            (core instance $i (instantiate $shared))
            (core module $own (func $start (nop) (nop)) (start $start))
            (core instance (instantiate $own))
            (type $f (func (result $number)))
            (func (export "f") (type $f) (canon lift (core func $i "f"))))
          (instance $inner (instantiate $inner))
          (core instance $shared (instantiate $shared))
          (core module $m
            (import "shared" "f" (func $f (result i32)))
            (func $g (result i32) (call $f))
            (func $run (export "run") (result i32) (i32.add (call $g) (call $f))))
          (core instance $main (instantiate $m (with "shared" (instance $shared))))
          (export "inner" (instance $inner))"#,
    );
    let profile = profiled(&bytes);
    assert_eq!(of("shared#f", &profile), (2, 0));
    // Three start functions, each called by one that the engine makes, and two calls of `f`.
    assert_eq!(of(OUTSIDE, &profile), (0, 3 * 3 + 2 * 2));
    let left_out = instrumented(&bytes).left_out;
    let expected = [
        "core module 0 is not profiled: it is used in another component",
        "core module 1 is not profiled: it is part of a nested component",
    ];
    assert_eq!(left_out, expected);
}

#[test]
fn a_module_with_tail_calls_is_left_alone() {
    let bytes = component(
        r#"(core module $tail (func $f (export "f") (param i32) (result i32)
            (if (result i32) (local.get 0)
              (then (return_call $f (i32.sub (local.get 0) (i32.const 1))))
              (else (i32.const 0)))))
          (core instance $tail (instantiate $tail))
          (core module $m (import "tail" "f" (func $f (param i32) (result i32)))
            (func $run (export "run") (result i32) (call $f (i32.const 200000))))
          (core instance $main (instantiate $m (with "tail" (instance $tail))))"#,
    );
    let profile = profiled(&bytes);
    assert_eq!(of("tail#f", &profile), (1, 0));
    assert!(of(OUTSIDE, &profile).1 > 200_000);
    let left_out = instrumented(&bytes).left_out;
    assert_eq!(left_out, ["core module 0 is not profiled: it makes tail calls"]);
}

#[test]
fn what_is_no_component_is_refused() {
    assert!(matches!(instrument(b"\0asm nonsense"), Err(InstrumentError::Damaged(_))));
    let module = wat::parse_str("(module (func))").expect("a module");
    assert!(matches!(instrument(&module), Err(InstrumentError::Odd(_))));
}
