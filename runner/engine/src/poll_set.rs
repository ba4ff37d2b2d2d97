//! The host functions of the experimental `poll-set`. A call that asks what is ready counts
//! as a call of `poll` with no handles; the other calls change the set.

use std::future::poll_fn;

use wasmtime::component::Resource;
use wasmtime::{Result, format_err};
use wasmtime_wasi_io::poll::DynPollable;

use pollbench_simulation::agenda::PollSets;
use pollbench_simulation::simulation::Simulation;

use super::calls::blocking;
use super::host_state::HostState;
use super::limits::LimitReached;
use super::profile::Call;
use bindings::pollbench::experimental::poll_set;

/// How the name of every interface begins that is not part of the contract.
pub const EXPERIMENTAL: &str = "pollbench:experimental/";

/// A set of the simulation, by its number.
pub struct Set;

pub mod bindings {
    wasmtime::component::bindgen!({
        path: ["../../wit/deps/io", "../../wit/deps/poll-set"],
        inline: "
            package pollbench:host;
            world host { import pollbench:experimental/poll-set@0.1.0; }
        ",
        with: {
            "wasi:io/poll": wasmtime_wasi_io::bindings::wasi::io::poll,
            "pollbench:experimental/poll-set.poll-set": crate::poll_set::Set,
        },
        imports: {
            "pollbench:experimental/poll-set.[method]poll-set.wait": async | trappable,
            default: trappable,
        },
    });
}

impl poll_set::Host for HostState {}

impl poll_set::HostPollSet for HostState {
    fn new(&mut self) -> Result<Resource<Set>> {
        self.observed(Call::Other, |state| Ok(Resource::new_own(state.sets.create())))
    }

    fn add(
        &mut self,
        set: Resource<Set>,
        pollable: Resource<DynPollable>,
        token: u32,
    ) -> Result<()> {
        self.observed(Call::Other, |state| {
            state.simulation.set_change();
            // A set is memory of the host's, which a pollable could fill with many tokens.
            if state.sets.members() >= state.limits.handles {
                return Err(LimitReached::Handles.into());
            }
            let event = state.lean.as_ref().and_then(|lean| lean.event(&pollable));
            let event = event.ok_or_else(|| {
                format_err!("only pollables of the contract and its clock can be in a poll set")
            })?;
            Ok(state.sets.add(set.rep(), pollable.rep(), event, token)?)
        })
    }

    fn remove(&mut self, set: Resource<Set>, token: u32) -> Result<bool> {
        self.observed(Call::Other, |state| {
            state.simulation.set_change();
            Ok(state.sets.remove(set.rep(), token))
        })
    }

    async fn wait(&mut self, set: Resource<Set>, max: u32) -> Result<Vec<u32>> {
        if max == 0 {
            return Err(format_err!("a poll set can't wait for 0 tokens"));
        }
        let Self { simulation, sets, observer, .. } = self;
        observer.begin(Call::Poll);
        simulation.poll_set_begins()?;
        let ready = poll_fn(|cx| sets.poll_ready(set.rep(), max, cx).map(Ok));
        let tokens = blocking(ready, simulation, observer, Call::Poll).await?;
        simulation.poll_ends(tokens.len());
        observer.polled(0, tokens.len());
        report(simulation, sets, set.rep(), &tokens);
        observer.end();
        Ok(tokens)
    }

    fn ready(&mut self, set: Resource<Set>, max: u32) -> Result<Vec<u32>> {
        self.observed(Call::Poll, |state| {
            state.simulation.poll_set_begins()?;
            let tokens = state.sets.ready(set.rep(), max);
            state.simulation.poll_ends(tokens.len());
            report(&mut state.simulation, &state.sets, set.rep(), &tokens);
            Ok(tokens)
        })
    }

    fn drop(&mut self, set: Resource<Set>) -> Result<()> {
        self.observed(Call::Other, |state| {
            state.sets.drop(set.rep());
            Ok(())
        })
    }
}

/// Tells the simulation what a set has reported.
fn report(simulation: &mut Simulation, sets: &PollSets, set: u32, tokens: &[u32]) {
    if simulation.is_checked() {
        let events = tokens.iter().filter_map(|token| sets.event(set, *token));
        events.for_each(|event| simulation.reported(event));
    }
}
