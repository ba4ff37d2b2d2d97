use std::any::Any;

use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

/// What a store holds of a program: what stock wasmtime-wasi needs, and what a lane that looks
/// on has beside it.
///
/// All lanes have this one type, because WASI's host functions are compiled anew for each
/// type of store, which takes minutes.
pub struct Host {
    /// WASI's settings.
    pub context: WasiCtx,
    /// The resources of the program.
    pub table: ResourceTable,
    /// What the lane itself keeps.
    pub lane: Box<dyn Any + Send>,
}

impl Host {
    /// The host of a program that has just begun.
    pub fn new(context: WasiCtx, lane: impl Any + Send) -> Self {
        Self { context, table: ResourceTable::new(), lane: Box::new(lane) }
    }
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.context, table: &mut self.table }
    }
}
