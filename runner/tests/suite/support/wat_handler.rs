//! Handlers of `wasi:http` written in WebAssembly text.

use super::wat_command::encoded;

/// Of the types it has what a handler can't be without.
const WORLD: &str = "
package pollbench:wat-handler;
world wat-handler {
  import wasi:io/poll@0.2.0;
  import wasi:clocks/monotonic-clock@0.2.0;
  export wasi:http/incoming-handler@0.2.0;
}
package wasi:io@0.2.0 {
  interface poll { resource pollable { block: func(); } }
}
package wasi:clocks@0.2.0 {
  interface monotonic-clock {
    use wasi:io/poll@0.2.0.{pollable};
    subscribe-duration: func(when: u64) -> pollable;
  }
}
package wasi:http@0.2.0 {
  interface types {
    resource incoming-request;
    resource response-outparam;
  }
  interface incoming-handler {
    use types.{incoming-request, response-outparam};
    handle: func(request: incoming-request, response-out: response-outparam);
  }
}
";

const MODULE: &str = r#"(module
  (import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $block (param i32)))
  (import "wasi:clocks/monotonic-clock@0.2.0" "subscribe-duration"
    (func $timer (param i64) (result i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
  (func (export "wasi:http/incoming-handler@0.2.0#handle") (param i32 i32)
    BODY))"#;

/// A component which does this for each request, and never answers.
pub fn handler(body: &str) -> Vec<u8> {
    encoded(WORLD, &MODULE.replace("BODY", body))
}
