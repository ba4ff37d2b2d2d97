//! The real host: the imports of the contract's world, and the glue that makes a
//! [`Strategy`] its export.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;

use bindings::exports::pollbench::bench::executor;
use bindings::pollbench::bench::driver::Step as Plain;
use bindings::pollbench::bench::stream_driver::{self, StreamStep};
use bindings::wasi::clocks::monotonic_clock;
use bindings::wasi::io::poll::Pollable;
use bindings::wasi::io::streams::InputStream;

use crate::{
    Description, Driver, Failure, Handle, Knob, KnobRange, PollHost, Step, Strategy, StreamHandle,
    StreamHost, raw_poll,
};

#[allow(missing_docs, unsafe_op_in_unsafe_fn)]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "guest-streams",
        generate_all,
        pub_export_macro: true,
        default_bindings_module: "pollbench_executor::wasi::bindings",
    });
}

/// The host a component runs on.
#[derive(Clone, Copy)]
pub struct Wasi;

impl PollHost for Wasi {
    fn poll(&self, handles: &[Handle], ready: &mut Vec<u32>) {
        raw_poll::poll(handles, ready);
    }

    fn is_ready(&self, handle: Handle) -> bool {
        // SAFETY: the caller owns the handle, and keeps it.
        ManuallyDrop::new(unsafe { Pollable::from_handle(handle.0) }).ready()
    }

    fn now(&self) -> u64 {
        monotonic_clock::now()
    }

    fn subscribe_instant(&self, deadline: u64) -> Handle {
        Handle(monotonic_clock::subscribe_instant(deadline).take_handle())
    }

    fn drop(&self, handle: Handle) {
        // SAFETY: the caller owns the handle, and gives it up.
        drop(unsafe { Pollable::from_handle(handle.0) });
    }
}

/// How many bytes are read at once.
const MOST_BYTES: u64 = 65_536;

impl Driver for Wasi {
    type Streams = Self;

    fn next(&self, task: u32, outcome: u32) -> Step {
        let handle = |pollable: Pollable| Handle(pollable.take_handle());
        match stream_driver::next(task, outcome) {
            StreamStep::Plain(Plain::Wait(pollable)) => Step::Wait(handle(pollable)),
            StreamStep::Plain(Plain::Again) => Step::Again,
            StreamStep::Plain(Plain::Sleep(nanoseconds)) => Step::Sleep(nanoseconds),
            StreamStep::Plain(Plain::Timeout((pollable, nanoseconds))) => {
                Step::Timeout(handle(pollable), nanoseconds)
            }
            StreamStep::Plain(Plain::Yield) => Step::Yield,
            StreamStep::Plain(Plain::Race(list)) => {
                Step::Race(list.into_iter().map(handle).collect())
            }
            StreamStep::Plain(Plain::Join(list)) => {
                Step::Join(list.into_iter().map(handle).collect())
            }
            StreamStep::Plain(Plain::Spawn(other)) => Step::Spawn(other),
            StreamStep::Plain(Plain::Done) => Step::Done,
            StreamStep::Read(stream) => Step::Read(StreamHandle(stream.take_handle())),
        }
    }

    fn streams(&self) -> &Self {
        self
    }
}

impl StreamHost for Wasi {
    fn subscribe(&self, stream: StreamHandle) -> Handle {
        Handle(borrowed(stream).subscribe().take_handle())
    }

    fn read(&self, stream: StreamHandle) -> Option<u64> {
        // Nothing fails but a stream that is at its end.
        borrowed(stream).read(MOST_BYTES).ok().map(|bytes| bytes.len() as u64)
    }

    fn drop(&self, stream: StreamHandle) {
        // SAFETY: the caller owns the handle, and gives it up.
        std::mem::drop(unsafe { InputStream::from_handle(stream.0) });
    }
}

fn borrowed(stream: StreamHandle) -> ManuallyDrop<InputStream> {
    // SAFETY: the caller owns the handle, and keeps it.
    ManuallyDrop::new(unsafe { InputStream::from_handle(stream.0) })
}

/// A strategy as the `executor` export.
pub struct Component<S>(PhantomData<S>);

impl<S: Strategy> executor::Guest for Component<S> {
    fn describe() -> executor::Description {
        describe(S::DESCRIPTION)
    }

    fn run(tasks: u32, knobs: Vec<u64>) -> Result<(), executor::Failure> {
        S::run(Wasi, tasks, &knobs).map_err(failure)
    }
}

/// Converts a description to the type of the export.
pub fn describe(description: Description) -> executor::Description {
    let Description { name, strategy, summary, knobs } = description;
    executor::Description {
        name: name.into(),
        strategy: strategy.into(),
        summary: summary.into(),
        knobs: knobs.iter().map(knob).collect(),
    }
}

/// Converts a failure to the type of the export.
pub fn failure(failure: Failure) -> executor::Failure {
    match failure {
        Failure::NotSupported(reason) => executor::Failure::NotSupported(reason),
        Failure::Failed(message) => executor::Failure::Failed(message),
    }
}

fn knob(knob: &Knob) -> executor::Knob {
    executor::Knob {
        name: knob.name.into(),
        summary: knob.summary.into(),
        range: match knob.range {
            KnobRange::Integer(low, high) => executor::KnobRange::Integer((low, high)),
            KnobRange::Choice(words) => {
                executor::KnobRange::Choice(words.iter().map(|&word| word.into()).collect())
            }
        },
        default: knob.default,
    }
}
