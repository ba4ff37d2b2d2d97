use std::sync::Arc;

use pollbench_simulation::simulation::Edge;
use quanta::Mock;

use super::*;
use crate::observer::Observer;

/// A run on a clock that moves only when it is told to, by nanoseconds.
struct Run {
    clock: Arc<Mock>,
    observer: Observer,
}

impl Run {
    /// A run in whose guest some time has passed before the window opens.
    fn new(event_loop: bool) -> Self {
        let (clock, mock) = Clock::mock();
        let mut run = Self { clock: mock, observer: Observer::profiled(clock, event_loop) };
        run.passes(1_000);
        run.observer.at_edge(Edge::Opens);
        run
    }

    fn passes(&self, nanoseconds: u64) {
        self.clock.increment(nanoseconds);
    }

    /// Crosses, and then lets time pass.
    fn cross(&mut self, hook: CallHook, nanoseconds: u64) {
        self.observer.profile.as_mut().expect("a profile").cross(hook);
        self.passes(nanoseconds);
    }

    /// Runs the body of a host function for this time, and then lets the same time pass again.
    fn body(&mut self, call: Call, nanoseconds: u64) {
        self.observer.begin(call);
        self.passes(nanoseconds);
        self.observer.end();
        self.passes(nanoseconds);
    }

    /// A run whose window has closed, after some more time in it.
    fn closed(mut self) -> Observer {
        self.observer.at_edge(Edge::Closes);
        self.passes(1_000);
        self.cross(CallHook::CallingHost, 1_000);
        self.observer
    }
}

/// The guest polls, asks the driver, and calls a function of the engine, which has no body.
fn three_calls() -> Observer {
    let mut run = Run::new(false);
    run.passes(10);
    run.cross(CallHook::CallingHost, 3);
    run.body(Call::Poll, 20);
    run.cross(CallHook::ReturningFromHost, 5);
    run.cross(CallHook::CallingHost, 2);
    run.body(Call::Driver, 6);
    run.cross(CallHook::ReturningFromHost, 8);
    run.cross(CallHook::CallingHost, 9);
    run.cross(CallHook::ReturningFromHost, 30);
    run.closed()
}

#[test]
fn each_stretch_of_time_is_added_to_the_part_it_was_spent_in() {
    let observer = three_calls();
    let split = observer.split(Observation::default()).expect("the window has closed");
    let expected = Split {
        guest: 10.0 + 5.0 + 8.0 + 30.0,
        poll_boundary: 3.0 + 20.0,
        other_boundary: 2.0 + 6.0 + 9.0,
        poll: 20.0,
        other_host: 0.0,
        driver: 6.0,
        waiting: 0.0,
        observation: 0.0,
    };
    assert_eq!(split, expected);
    // The window has time stamps of its own.
    assert_eq!(split.total(), observer.nanoseconds() as f64);
}

#[test]
fn the_cost_of_observing_is_subtracted_from_the_parts_it_was_spent_in() {
    let observer = three_calls();
    let cost = Observation { stamp: 1.0, crossing: 2.0 };
    let split = observer.split(cost).expect("the window has closed");
    // Six crossings, two bodies that begin and end, and the closing of the window.
    let observed = observer.observations();
    assert_eq!((observed.stamps, observed.crossings), (6 + 2 * 2 + 1, 6));
    assert_eq!(split.observation, 11.0 + 6.0 * 2.0);
    assert_eq!(split.total() + split.observation, observer.nanoseconds() as f64);
    // The guest has four stretches, with six ends that are crossings.
    assert_eq!(split.guest, 53.0 - 4.0 - 6.0);
    assert_eq!(split.poll_boundary, 23.0 - 2.0 - 2.0);
    assert_eq!(split.other_boundary, 17.0 - 3.0 - 4.0);
    assert_eq!((split.poll, split.driver), (20.0 - 1.0, 6.0 - 1.0));
    // No part is less than nothing, however dear a time stamp is said to be.
    let cost = Observation { stamp: 1e6, crossing: 1e6 };
    let split = observer.split(cost).expect("the window has closed");
    assert_eq!((split.total(), split.observation), (0.0, observer.nanoseconds() as f64));
}

#[test]
fn the_event_loop_of_the_host_does_the_work_of_poll() {
    let mut run = Run::new(true);
    run.cross(CallHook::CallingWasm, 5);
    run.cross(CallHook::CallingHost, 2);
    // The guest's `cabi_realloc`, within a call of the host.
    run.cross(CallHook::CallingWasm, 7);
    run.cross(CallHook::ReturningFromWasm, 3);
    run.cross(CallHook::ReturningFromHost, 11);
    run.cross(CallHook::ReturningFromWasm, 40);
    let observer = run.closed();
    let split = observer.split(Observation::default()).expect("the window has closed");
    assert_eq!((split.guest, split.other_boundary, split.poll), (5.0 + 7.0 + 11.0, 5.0, 40.0));
    assert_eq!(split.total(), observer.nanoseconds() as f64);
}
