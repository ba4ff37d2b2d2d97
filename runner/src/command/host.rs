use std::any::Any;

use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use super::error::CommandError;
use super::outgoing::Outgoing;
use super::surroundings::Surroundings;

/// What a store holds of a program: what stock wasmtime-wasi and wasmtime-wasi-http need, and
/// what a lane that looks on has beside it.
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
    http: WasiHttpCtx,
    outgoing: Outgoing,
}

impl Host {
    /// The host of a program that has just begun.
    ///
    /// # Errors
    ///
    /// If it can't have a directory that it is to have.
    pub fn new(
        surroundings: &Surroundings,
        lane: Box<dyn Any + Send>,
    ) -> Result<Self, CommandError> {
        Ok(Self {
            context: surroundings.context()?,
            table: ResourceTable::new(),
            lane,
            http: WasiHttpCtx::new(),
            outgoing: Outgoing(surroundings.network),
        })
    }
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.context, table: &mut self.table }
    }
}

impl WasiHttpView for Host {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        let Self { http, outgoing, table, .. } = self;
        WasiHttpCtxView { hooks: outgoing, table, ctx: http }
    }
}
