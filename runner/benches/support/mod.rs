//! What the benches share: a table of pollables, and a poll of them.

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Waker};

use wasmtime::component::{Resource, ResourceTable};
use wasmtime_wasi_io::bindings::wasi::io::poll::Host;
use wasmtime_wasi_io::poll::{DynPollable, Pollable, subscribe};

/// Ready or not, for ever.
struct Fixed(bool);

#[wasmtime_wasi_io::async_trait]
impl Pollable for Fixed {
    async fn ready(&mut self) {
        if !self.0 {
            std::future::pending().await
        }
    }
}

/// Fills a table with `count` pollables, of which `ready` are, evenly spread, and
/// returns what to list.
pub fn fill(table: &mut ResourceTable, count: u32, ready: u32) -> Vec<u32> {
    let push = |number: u32| {
        let is_ready = number * ready / count != (number + 1) * ready / count;
        let source = table.push(Fixed(is_ready)).expect("room in the table");
        subscribe(table, source).expect("room in the table").rep()
    };
    (0..count).map(push).collect()
}

/// One call of `poll`, as far as it gets at once.
pub fn poll_once(host: &mut impl Host, list: &[u32]) {
    let list: Vec<Resource<DynPollable>> =
        list.iter().map(|rep| Resource::new_borrow(*rep)).collect();
    let call = pin!(host.poll(list));
    let _ = black_box(call.poll(&mut Context::from_waker(Waker::noop())));
}
