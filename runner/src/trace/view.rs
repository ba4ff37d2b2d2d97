use std::any::Any;

use wasmtime::component::{HasData, ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use super::watch::Watch;
use crate::command::Host;

/// What a host function that is observed sees of the store.
pub struct TraceView<'a> {
    pub context: &'a mut WasiCtx,
    pub table: &'a mut ResourceTable,
    pub watch: &'a mut Watch,
}

/// Says to the engine that such host functions have a [`TraceView`].
pub struct Traced;

impl HasData for Traced {
    type Data<'a> = TraceView<'a>;
}

/// What is seen of the host of a program that is traced.
///
/// # Panics
///
/// If the lane of the host is not a [`Watch`].
pub fn view(host: &mut Host) -> TraceView<'_> {
    let Host { context, table, lane, .. } = host;
    let lane: &mut dyn Any = &mut **lane;
    TraceView { context, table, watch: lane.downcast_mut().expect(WATCHED) }
}

impl WasiView for TraceView<'_> {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: self.context, table: self.table }
    }
}

/// What a program was watched with, when it has ended.
///
/// # Panics
///
/// If the lane of the host is not a [`Watch`].
pub fn watch_of(host: Host) -> Box<Watch> {
    let lane: Box<dyn Any> = host.lane;
    lane.downcast().expect(WATCHED)
}

const WATCHED: &str = "a traced program is watched";
