use wasmtime::component::{Linker, ResourceTable};
use wasmtime::{Engine, Result};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView, p2};

/// What a store holds of a server: nothing but what stock wasmtime-wasi needs.
pub struct ServerHost {
    pub context: WasiCtx,
    pub table: ResourceTable,
}

impl WasiView for ServerHost {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.context, table: &mut self.table }
    }
}

/// Links stock WASI 0.2.
pub fn linker(engine: &Engine) -> Result<Linker<ServerHost>> {
    let mut linker = Linker::new(engine);
    p2::add_to_linker_async(&mut linker)?;
    Ok(linker)
}
