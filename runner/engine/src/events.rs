//! The events that pollables stand for, so that the simulation can be told which events the
//! host has reported. They are known only where the guest is checked.

use std::collections::HashMap;
use std::sync::Arc;

use pollbench_simulation::agenda::Event;
use pollbench_simulation::simulation::Simulation;
use wasmtime::component::Resource;
use wasmtime_wasi_io::poll::DynPollable;

/// The event of each pollable, by the number of the pollable.
#[derive(Default)]
pub struct Events(HashMap<u32, Arc<Event>>);

/// The numbers of the pollables of a list.
#[derive(Default)]
pub struct Places(Vec<u32>);

impl Events {
    /// Notes that a pollable was made of an event, if that is to be known.
    pub fn made(&mut self, pollable: u32, event: Option<Arc<Event>>) {
        if let Some(event) = event {
            self.0.insert(pollable, event);
        }
    }

    /// Notes that a pollable was dropped.
    pub fn dropped(&mut self, pollable: u32) {
        if !self.0.is_empty() {
            self.0.remove(&pollable);
        }
    }

    /// The numbers of the pollables that are about to be polled; none if no event is known.
    pub fn places(&self, pollables: &[Resource<DynPollable>]) -> Places {
        match self.0.is_empty() {
            true => Places::default(),
            false => Places(pollables.iter().map(Resource::rep).collect()),
        }
    }

    /// The event of a pollable, where it is known.
    pub fn of(&self, pollable: u32) -> Option<&Arc<Event>> {
        self.0.get(&pollable)
    }

    /// Tells the simulation that the host has reported a pollable as ready.
    pub fn reported(&self, pollable: Option<u32>, simulation: &mut Simulation) {
        if let Some(event) = pollable.and_then(|pollable| self.of(pollable)) {
            simulation.reported(event);
        }
    }
}

impl Places {
    /// The number of the pollable at a position.
    pub fn get(&self, position: u32) -> Option<u32> {
        self.0.get(position as usize).copied()
    }
}
