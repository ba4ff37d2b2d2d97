use std::future::poll_fn;
use std::pin::pin;
use std::task::Context;

use pollbench_reports::trace::Function;
use wasmtime::Result;
use wasmtime::component::Resource;
use wasmtime_wasi_io::bindings::wasi::io::poll;
use wasmtime_wasi_io::poll::DynPollable;

use super::view::TraceView;
use super::watch::Watch;
use crate::engine::Call;

impl poll::Host for TraceView<'_> {
    async fn poll(&mut self, pollables: Vec<Resource<DynPollable>>) -> Result<Vec<u32>> {
        let Self { table, watch, .. } = self;
        watch.look(Call::Poll, pollables.iter().map(Resource::rep));
        let ready = waiting(poll::Host::poll(table, pollables), watch).await?;
        watch.looked(Function::Poll, &ready);
        Ok(ready)
    }
}

impl poll::HostPollable for TraceView<'_> {
    async fn ready(&mut self, pollable: Resource<DynPollable>) -> Result<bool> {
        let Self { table, watch, .. } = self;
        watch.look(Call::Other, [pollable.rep()].into_iter());
        let is_ready = poll::HostPollable::ready(table, pollable).await?;
        let ready: &[u32] = if is_ready { &[0] } else { &[] };
        watch.looked(Function::Ready, ready);
        Ok(is_ready)
    }

    async fn block(&mut self, pollable: Resource<DynPollable>) -> Result<()> {
        let Self { table, watch, .. } = self;
        watch.look(Call::Other, [pollable.rep()].into_iter());
        waiting(poll::HostPollable::block(table, pollable), watch).await?;
        watch.looked(Function::Block, &[0]);
        Ok(())
    }

    fn drop(&mut self, pollable: Resource<DynPollable>) -> Result<()> {
        let Self { table, watch, .. } = self;
        watch.begin_drop();
        let place = pollable.rep();
        poll::HostPollable::drop(table, pollable)?;
        watch.dropped(place);
        watch.end();
        Ok(())
    }
}

/// Awaits a host function that blocks, and notes when it was suspended and what woke it.
async fn waiting<R>(body: impl Future<Output = Result<R>>, watch: &mut Watch) -> Result<R> {
    let mut body = pin!(body);
    poll_fn(|cx| {
        let waker = watch.looks(cx);
        body.as_mut().poll(&mut Context::from_waker(&waker))
    })
    .await
}
