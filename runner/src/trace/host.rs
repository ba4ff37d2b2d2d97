use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use super::watch::Watch;

/// What a store holds of a component that is traced.
pub struct TraceHost {
    pub context: WasiCtx,
    pub table: ResourceTable,
    pub watch: Watch,
}

impl WasiView for TraceHost {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.context, table: &mut self.table }
    }
}
