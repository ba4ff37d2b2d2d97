//! Guests written in WebAssembly text: as small as can be, and able to do anything.

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The contract's world, and some of what stock toolchains import beside it.
const WORLD: &str = "
package pollbench:wat;
world wat {
  include pollbench:bench/guest@0.2.0;
  import wasi:io/streams@0.2.3;
  import wasi:cli/stderr@0.2.3;
  import wasi:cli/exit@0.2.3;
  import wasi:clocks/wall-clock@0.2.3;
  import wasi:random/random@0.2.3;
}
package wasi:io@0.2.3 {
  interface poll { resource pollable; }
  interface error { resource error; }
  interface streams {
    use error.{error};
    use poll.{pollable};
    variant stream-error { last-operation-failed(error), closed }
    resource output-stream {
      subscribe: func() -> pollable;
      blocking-write-and-flush: func(contents: list<u8>) -> result<_, stream-error>;
    }
  }
}
package wasi:cli@0.2.3 {
  interface stderr {
    use wasi:io/streams@0.2.3.{output-stream};
    get-stderr: func() -> output-stream;
  }
  interface exit { exit: func(status: result); }
}
package wasi:clocks@0.2.3 {
  interface wall-clock {
    record datetime { seconds: u64, nanoseconds: u32 }
    now: func() -> datetime;
  }
}
package wasi:random@0.2.3 {
  interface random { get-random-u64: func() -> u64; }
}
";

/// Where its description is.
const DESCRIBED: &str = "(i32.const 16)";

/// Everything but the name and what happens: `$run` has the number of tasks in
/// `$tasks`, 512 bytes to write to at 1024, and returns `ok` at its end.
const MODULE: &str = r#"(module
  (import "wasi:io/poll@0.2.0" "poll" (func $poll (param i32 i32 i32)))
  (import "wasi:io/poll@0.2.0" "[resource-drop]pollable" (func $drop (param i32)))
  (import "wasi:clocks/monotonic-clock@0.2.0" "now" (func $now (result i64)))
  (import "wasi:clocks/monotonic-clock@0.2.0" "subscribe-instant"
    (func $subscribe (param i64) (result i32)))
  (import "pollbench:bench/driver@0.2.0" "next" (func $next (param i32 i32 i32)))
  (import "wasi:cli/stderr@0.2.3" "get-stderr" (func $stderr (result i32)))
  (import "wasi:cli/exit@0.2.3" "exit" (func $exit (param i32)))
  (import "wasi:io/streams@0.2.3" "[method]output-stream.subscribe"
    (func $stream-subscribe (param i32) (result i32)))
  (import "wasi:io/poll@0.2.3" "[resource-drop]pollable" (func $stream-drop (param i32)))
  (import "wasi:io/streams@0.2.3" "[resource-drop]output-stream"
    (func $output-drop (param i32)))
  (import "wasi:io/streams@0.2.3" "[method]output-stream.blocking-write-and-flush"
    (func $write (param i32 i32 i32 i32)))
  (import "wasi:clocks/wall-clock@0.2.3" "now" (func $wall-clock (param i32)))
  (import "wasi:random/random@0.2.3" "get-random-u64" (func $random (result i64)))
  (memory (export "memory") 4)
  (data (i32.const 16) "\40\00\00\00NAME_LENGTH\40\00\00\00\01\00\00\00\40\00\00\00\01\00\00\00")
  (data (i32.const 64) "NAME_TEXT")
  (data (i32.const 128) "thread panicked:\nbroken on purpose\nnote: no more is known\n")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 2048))
  (func $describe (export "pollbench:bench/executor@0.2.0#describe") (result i32)
    DESCRIBE)
  (func $print (call $write (call $stderr) (i32.const 128) (i32.const 57) (i32.const 1024)))
  FUNCTIONS
  (func $run (export "pollbench:bench/executor@0.2.0#run")
    (param $tasks i32) (param i32 i32) (result i32)
    (local $i i32) (local $n i32) (local $task i32) (local $pollable i32)
    RUN
    (i32.const 0))
)"#;

/// A component of this name whose `run` does this.
pub fn component(name: &str, run: &str) -> Vec<u8> {
    build(name, DESCRIBED, "", run)
}

/// [`SERVE`], which burns so many rounds in a function `hot` before each step for which the
/// condition holds.
pub fn burning(condition: &str, rounds: u32) -> Vec<u8> {
    let event = "(call $next (local.get $task)";
    let burn = format!("(if {condition} (then (call $hot (i32.const {rounds})))) {event}");
    let hot = "(func $hot (param i32) (loop $burn (br_if $burn
        (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))";
    component_with("burning", hot, &SERVE.replace(event, &burn))
}

/// The same, with these functions beside `$run`.
pub fn component_with(name: &str, functions: &str, run: &str) -> Vec<u8> {
    build(name, DESCRIBED, functions, run)
}

/// The same component in other bytes: with a section of so many bytes that nobody reads.
pub fn padded(component: &[u8], padding: usize) -> Vec<u8> {
    let mut length = Vec::new();
    let mut left = padding + 1;
    while left >= 0x80 {
        length.push(left as u8 | 0x80);
        left >>= 7;
    }
    length.push(left as u8);
    // A custom section without a name.
    [component, &[0], &length, &[0], &vec![0; padding]].concat()
}

/// A `run` that can't express a step.
pub const UNSUPPORTED: &str = r#"
  (i32.store8 (i32.const 1024) (i32.const 1))
  (i32.store8 (i32.const 1028) (i32.const 0))
  (i32.store (i32.const 1032) (i32.const 145))
  (i32.store (i32.const 1036) (i32.const 17))
  (return (i32.const 1024))
"#;

/// A component whose `describe` does this, and returns the place of the description.
pub fn describing(describe: &str) -> Vec<u8> {
    build("describing", describe, "", "")
}

/// A component whose `describe` never returns.
pub fn mute() -> Vec<u8> {
    build("mute", "(loop $l (br $l)) (unreachable)", "", "")
}

fn build(name: &str, describe: &str, functions: &str, run: &str) -> Vec<u8> {
    let text = MODULE
        .replace("NAME_LENGTH", &format!("\\{:02x}\\00\\00\\00", name.len()))
        .replace("NAME_TEXT", name)
        .replace("DESCRIBE", describe)
        .replace("FUNCTIONS", functions)
        .replace("RUN", run);
    let mut module = wat::parse_str(text).expect("a module in text form");
    let mut resolve = Resolve::default();
    let contract = concat!(env!("CARGO_MANIFEST_DIR"), "/../wit");
    resolve.push_dir(contract).expect("the contract");
    let package = resolve.push_str("wat.wit", WORLD).expect("a package");
    let world = resolve.select_world(&[package], Some("wat")).expect("a world");
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)
        .expect("a section");
    // Both versions of `wasi:io/poll` are imported.
    ComponentEncoder::default()
        .merge_imports_based_on_semver(false)
        .module(&module)
        .and_then(|encoder| encoder.validate(true).encode())
        .expect("a component")
}

/// [`SERVE`] with so many rounds of an empty loop before each event is passed on.
pub fn serve_slowly(rounds: u32) -> String {
    let event = "(call $next (local.get $task)";
    let burn = format!(
        "(local.set $pollable (i32.const {rounds}))
        (loop $burn (br_if $burn
          (local.tee $pollable (i32.sub (local.get $pollable) (i32.const 1)))))
        {event}"
    );
    assert!(SERVE.contains(event), "a place for it");
    SERVE.replace(event, &burn)
}

/// A `run` that serves waiting tasks as it should: handles by task from 0x10000,
/// the list of a turn from 0x20000, the task at each position from 0x30000.
pub const SERVE: &str = r#"
  (loop $start
    (call $next (local.get $i) (i32.const 0) (i32.const 1024))
    (i32.store offset=0x10000 (i32.mul (local.get $i) (i32.const 4)) (i32.load (i32.const 1032)))
    (br_if $start (i32.lt_u
      (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $tasks))))
  (loop $turn
    (local.set $i (i32.const 0))
    (local.set $n (i32.const 0))
    (loop $list
      (local.set $pollable
        (i32.load offset=0x10000 (i32.mul (local.get $i) (i32.const 4))))
      (if (local.get $pollable) (then
        (i32.store offset=0x20000 (i32.mul (local.get $n) (i32.const 4)) (local.get $pollable))
        (i32.store offset=0x30000 (i32.mul (local.get $n) (i32.const 4)) (local.get $i))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))))
      (br_if $list (i32.lt_u
        (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $tasks))))
    (if (local.get $n) (then
      (call $poll (i32.const 0x20000) (local.get $n) (i32.const 1040))
      (local.set $i (i32.const 0))
      (loop $ready
        (local.set $task (i32.load offset=0x30000 (i32.mul (i32.const 4)
          (i32.load (i32.add (i32.load (i32.const 1040)) (i32.mul (local.get $i) (i32.const 4)))))))
        (call $next (local.get $task) (i32.const 0) (i32.const 1024))
        (if (i32.ne (i32.load8_u (i32.const 1024)) (i32.const 1)) (then
          (call $drop (i32.load offset=0x10000 (i32.mul (local.get $task) (i32.const 4))))
          (i32.store offset=0x10000 (i32.mul (local.get $task) (i32.const 4)) (i32.const 0))))
        (br_if $ready (i32.lt_u
          (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.load (i32.const 1044)))))
      (br $turn))))
"#;
