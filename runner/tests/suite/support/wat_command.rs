//! Programs of `wasi:cli/command` written in WebAssembly text: what they do with their
//! pollables is known to the call.

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

const WORLD: &str = "
package pollbench:wat-command;
world wat-command {
  import wasi:io/poll@0.2.0;
  import wasi:io/streams@0.2.0;
  import wasi:clocks/monotonic-clock@0.2.0;
  import wasi:cli/stdout@0.2.0;
  import wasi:cli/exit@0.2.0;
  export wasi:cli/run@0.2.0;
}
package wasi:io@0.2.0 {
  interface error { resource error; }
  interface poll {
    resource pollable { ready: func() -> bool; block: func(); }
    poll: func(in: list<borrow<pollable>>) -> list<u32>;
  }
  interface streams {
    use error.{error};
    use poll.{pollable};
    variant stream-error { last-operation-failed(error), closed }
    resource output-stream {
      check-write: func() -> result<u64, stream-error>;
      subscribe: func() -> pollable;
      blocking-write-and-flush: func(contents: list<u8>) -> result<_, stream-error>;
    }
  }
}
package wasi:clocks@0.2.0 {
  interface monotonic-clock {
    use wasi:io/poll@0.2.0.{pollable};
    now: func() -> u64;
    subscribe-duration: func(when: u64) -> pollable;
  }
}
package wasi:cli@0.2.0 {
  interface stdout {
    use wasi:io/streams@0.2.0.{output-stream};
    get-stdout: func() -> output-stream;
  }
  interface exit { exit: func(status: result); }
  interface run { run: func() -> result; }
}
";

/// The functions of a program besides `$run`: the list that it polls is at 4096, and the
/// positions that a poll returns are at 1 MiB.
const MODULE: &str = r#"(module
  (import "wasi:io/poll@0.2.0" "poll" (func $poll (param i32 i32 i32)))
  (import "wasi:io/poll@0.2.0" "[method]pollable.ready" (func $ready (param i32) (result i32)))
  (import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $block (param i32)))
  (import "wasi:io/poll@0.2.0" "[resource-drop]pollable" (func $drop (param i32)))
  (import "wasi:clocks/monotonic-clock@0.2.0" "subscribe-duration"
    (func $timer (param i64) (result i32)))
  (import "wasi:cli/stdout@0.2.0" "get-stdout" (func $stdout (result i32)))
  (import "wasi:io/streams@0.2.0" "[method]output-stream.subscribe"
    (func $subscribe (param i32) (result i32)))
  (import "wasi:io/streams@0.2.0" "[method]output-stream.check-write"
    (func $check-write (param i32 i32)))
  (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush"
    (func $write (param i32 i32 i32 i32)))
  (import "wasi:cli/exit@0.2.0" "exit" (func $exit (param i32)))
  (memory (export "memory") 48)
  (data (i32.const 512) "said by the component\n")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1048576))
  (func $at (param $place i32) (result i32)
    (i32.add (i32.const 4096) (i32.mul (local.get $place) (i32.const 4))))
  (func $set (param $place i32) (param $pollable i32)
    (i32.store (call $at (local.get $place)) (local.get $pollable)))
  (func $get (param $place i32) (result i32) (i32.load (call $at (local.get $place))))
  (func $wait (param $length i32) (result i32)
    (call $poll (i32.const 4096) (local.get $length) (i32.const 1024))
    (i32.load (i32.const 1028)))
  (func $reported (param $number i32) (result i32)
    (i32.load (i32.add (i32.const 1048576) (i32.mul (local.get $number) (i32.const 4)))))
  (func $burn (param $rounds i32)
    (loop $round
      (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
      (br_if $round (local.get $rounds))))
  (func $glow (param $rounds i32)
    (loop $round
      (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
      (br_if $round (local.get $rounds))))
  (func $say (call $write (call $stdout) (i32.const 512) (i32.const 22) (i32.const 1024)))
  (func (export "wasi:cli/run@0.2.0#run") (result i32)
    (local $i i32) (local $n i32) (local $k i32) (local $p i32) (local $s i32)
    BODY
    (i32.const 0)))"#;

/// A component which does this and returns.
pub fn command(body: &str) -> Vec<u8> {
    encoded(WORLD, &MODULE.replace("BODY", body))
}

/// The component of a module, whose world is the one in a text of WIT.
pub fn encoded(world: &str, module: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("world.wit", world).expect("the world parses");
    let world = resolve.select_world(&[package], None).expect("there is one world");
    let mut module = wat::parse_str(module).expect("the module parses");
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)
        .expect("the module fits the world");
    ComponentEncoder::default()
        .module(&module)
        .and_then(|encoder| encoder.validate(true).encode())
        .expect("the component is one")
}
