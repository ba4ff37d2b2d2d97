//! The contract's second world, and this guest as its export.

use bindings::exports::pollbench::bench::async_executor::{
    Description, Failure, Guest, Knob, KnobRange,
};
use futures::future::{join_all, select_all};

use crate::task::task;
use crate::{FAULTS, Fault};

#[allow(missing_docs, unsafe_op_in_unsafe_fn)]
pub mod bindings {
    wit_bindgen::generate!({ path: "../../wit", world: "guest-p3", generate_all });
}

struct Component;

impl Guest for Component {
    fn describe() -> Description {
        let words = FAULTS.iter().map(|(word, _)| word.to_string()).collect();
        let range = KnobRange::Choice(words);
        let summary = "the mistake".into();
        Description {
            name: "faulty-p3".into(),
            strategy: "broken on purpose".into(),
            summary: "tasks of the host's loop with the mistake that its knob says".into(),
            knobs: vec![Knob { name: "fault".into(), summary, range, default: 0 }],
        }
    }

    async fn run(tasks: u32, knobs: Vec<u64>) -> Result<(), Failure> {
        let (_, fault) = FAULTS[knobs[0] as usize];
        let tasks = (0..tasks).map(|number| Box::pin(task(number, fault)));
        match fault {
            Fault::Fail => return Err(Failure::Failed("broken on purpose".into())),
            Fault::Refuse => return Err(Failure::NotSupported("broken on purpose".into())),
            Fault::ReturnEarly => {
                let (_, _, others) = select_all(tasks).await;
                // Not even cancelled.
                std::mem::forget(others);
            }
            _ => {
                join_all(tasks).await;
            }
        }
        Ok(())
    }
}

bindings::export!(Component with_types_in bindings);
