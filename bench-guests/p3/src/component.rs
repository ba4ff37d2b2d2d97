//! The contract's second world, and this guest as its export.

use bindings::exports::pollbench::bench::async_executor::{Description, Failure, Guest};

use crate::tasks::Tasks;

#[allow(missing_docs, unsafe_op_in_unsafe_fn)]
pub mod bindings {
    wit_bindgen::generate!({ path: "../../wit", world: "guest-p3", generate_all });
}

struct Component;

impl Guest for Component {
    fn describe() -> Description {
        Description {
            name: "p3".into(),
            strategy: "the host's loop".into(),
            summary: "WASI 0.3: async calls in wit-bindgen's runtime, no poll".into(),
            knobs: Vec::new(),
        }
    }

    async fn run(tasks: u32, _knobs: Vec<u64>) -> Result<(), Failure> {
        let alive = Tasks::default();
        (0..tasks).for_each(|number| alive.spawn(number));
        alive.all_ended().await;
        Ok(())
    }
}

bindings::export!(Component with_types_in bindings);
