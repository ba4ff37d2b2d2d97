;; What Go's runtime asks of WASI 0.1, in WASI 0.2: an adapter that needs no memory of its own.
(module
  (import "env" "memory" (memory 0))
  (import "wasi:cli/stderr@0.2.0" "get-stderr" (func $stderr (result i32)))
  (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush"
    (func $write (param $stream i32) (param $bytes i32) (param $length i32) (param $answer i32)))
  (import "wasi:io/streams@0.2.0" "[resource-drop]output-stream" (func $drop (param i32)))

  ;; Go's own clock only counts. It may be asked while the host writes a result into memory,
  ;; when the canonical ABI lets nobody call the host; and a time of zero, at which pollbench
  ;; begins, is a clock that doesn't work to Go.
  (global $time (mut i64) (i64.const 0))
  (func (export "clock_time_get") (param i32) (param i64) (param $answer i32) (result i32)
    (global.set $time (i64.add (global.get $time) (i64.const 1000)))
    (i64.store (local.get $answer) (global.get $time))
    (i32.const 0))

  ;; Writes the first of the buffers, to standard error whatever the descriptor.
  (func (export "fd_write") (param i32) (param $buffers i32) (param i32) (param $written i32) (result i32)
    (local $stream i32)
    (local $length i32)
    (local.set $stream (call $stderr))
    (local.set $length (i32.load offset=4 (local.get $buffers)))
    ;; The host takes no more at a time.
    (if (i32.gt_u (local.get $length) (i32.const 4096)) (then (local.set $length (i32.const 4096))))
    ;; The answer goes where Go keeps nothing: its data begins at 12288.
    (call $write (local.get $stream) (i32.load (local.get $buffers)) (local.get $length) (i32.const 64))
    (call $drop (local.get $stream))
    (i32.store (local.get $written) (local.get $length))
    (i32.const 0))

  ;; Neither arguments nor an environment.
  (func $nothing (param $count i32) (param $size i32) (result i32)
    (i32.store (local.get $count) (i32.const 0))
    (i32.store (local.get $size) (i32.const 0))
    (i32.const 0))
  (export "args_sizes_get" (func $nothing))
  (export "environ_sizes_get" (func $nothing))
  (func $done (param i32 i32) (result i32) (i32.const 0))
  (export "args_get" (func $done))
  (export "environ_get" (func $done))
  ;; The seed of Go's maps stays what it is in memory, zeros: each run is the same.
  (export "random_get" (func $done))
  (func (export "sched_yield") (result i32) (i32.const 0))

  ;; No file but the standard ones: 8 is EBADF.
  (func $no_file (param i32 i32) (result i32) (i32.const 8))
  (export "fd_fdstat_get" (func $no_file))
  (export "fd_fdstat_set_flags" (func $no_file))
  (export "fd_prestat_get" (func $no_file))
  (func (export "fd_prestat_dir_name") (param i32 i32 i32) (result i32) (i32.const 8))
  (func (export "fd_close") (param i32) (result i32) (i32.const 8))

  ;; Go's runtime sleeps for a moment before it panics: that has passed at once.
  (func (export "poll_oneoff") (param i32 i32 i32) (param $events i32) (result i32)
    (i32.store (local.get $events) (i32.const 1))
    (i32.const 0))
  (func (export "proc_exit") (param i32) (unreachable)))
