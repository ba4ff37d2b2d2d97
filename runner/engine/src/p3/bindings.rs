//! The second world as wasmtime sees it, generated from `wit/p3.wit`.

wasmtime::component::bindgen!({
    path: "../../wit",
    world: "guest-p3",
    imports: { default: async | store | trappable },
    exports: {
        "pollbench:bench/async-executor.describe": async,
        default: async | store,
    },
});
