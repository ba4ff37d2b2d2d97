//! Experimental: an executor over a poll set, which the host keeps between two
//! calls as epoll does. Pollables stay in the set until they are dropped, and a
//! turn costs what there is to report.

mod host;
mod members;
mod reactor;
#[cfg(target_family = "wasm")]
mod wasi;

use std::cell::RefCell;
use std::rc::Rc;

use pollbench_executor::{Description, Driver, Failure, Knob, KnobRange, script};

use host::Tracking;
pub use host::{Set, SetHost};
use members::Members;
use reactor::PollSet;

/// What `describe` answers.
pub const DESCRIPTION: Description = Description {
    name: "poll-set",
    strategy: "experimental: a poll set kept by the host",
    summary: "adds each pollable once, waits for the set; no WASI release has such an interface",
    knobs: &[
        Knob {
            name: "max",
            summary: "the most tokens a wait may return",
            range: KnobRange::Integer(1, MOST),
            default: MOST,
        },
        Knob {
            name: "registration",
            summary: "whether a pollable stays in the set when it was reported",
            range: KnobRange::Choice(&["kept", "one-shot"]),
            default: 0,
        },
    ],
};

/// As many as there can be pollables.
const MOST: u64 = 1_000_000;

/// Runs tasks 0 up to `tasks`, and those they spawn, to their end. `knobs` holds a
/// value for each knob of the description.
pub fn run<H: SetHost + Driver>(host: H, tasks: u32, knobs: &[u64]) -> Result<(), Failure> {
    let [max, registration] = knobs else {
        return Err("expected two knobs, max and registration".into());
    };
    let members = Rc::new(RefCell::new(Members::default()));
    let reactor = PollSet::new(host.clone(), members.clone(), *max as u32, *registration == 0);
    script::run(Tracking { host, members }, reactor, tasks)
}
