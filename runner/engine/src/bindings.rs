//! The contract as wasmtime sees it, generated from `wit/`.

wasmtime::component::bindgen!({
    path: "../../wit",
    world: "guest-streams",
    with: {
        "wasi:io/error": wasmtime_wasi_io::bindings::wasi::io::error,
        "wasi:io/poll": wasmtime_wasi_io::bindings::wasi::io::poll,
        "wasi:io/streams": wasmtime_wasi_io::bindings::wasi::io::streams,
    },
    imports: {
        "pollbench:bench/driver.next": store | trappable,
        "pollbench:bench/stream-driver.next": store | trappable,
        default: trappable,
    },
    exports: { default: async },
});
