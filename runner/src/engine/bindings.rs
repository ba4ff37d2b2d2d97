//! The contract as wasmtime sees it, generated from `wit/`.

wasmtime::component::bindgen!({
    path: "../wit",
    world: "guest",
    with: {
        "wasi:io/poll": wasmtime_wasi_io::bindings::wasi::io::poll,
    },
    imports: {
        "pollbench:bench/driver.next": store | trappable,
        default: trappable,
    },
    exports: { default: async },
});
