use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use pollbench_reports::trace::{
    Component, Counts, Ended, Recording, SampledFunctions, Served, Spread, Times,
};
use quanta::Clock;
use wasmtime::{CallHook, Config, Engine, Store};

use super::drive::Driver;
use super::link::observe;
use super::pause::Pause;
use super::sampler::{Sampler, at_epoch, sample};
use super::stop::Stopped;
use super::view::{view, watch_of};
use super::watch::{Watch, Watched};
use crate::command::{self, Command, CommandError, Host, Program, Surroundings};
use crate::engine::{
    Flavor, LoadError, MOST_FRAMES, Observation, PERIOD, Source, StackSamples, Ticker,
};
use crate::profile::sampled_tree;

/// What ends a component.
#[derive(Clone, Copy)]
pub struct Limits {
    /// How long it may run.
    pub time: Option<Duration>,
    /// Ends it as soon as it is set.
    pub stop: &'static AtomicBool,
    /// How many handles it may have.
    pub handles: usize,
}

/// What is kept of a trace beside its counts.
pub struct Kept {
    /// What gets every event, if they are to be kept.
    pub recording: Option<Recording>,
    /// Whether the component's stack is looked at, too.
    pub functions: bool,
}

/// What was seen of a component.
pub struct Traced {
    /// How it ended.
    pub ended: Ended,
    /// How long it ran, in nanoseconds.
    pub nanoseconds: u64,
    /// What was counted.
    pub counts: Counts,
    /// Where the time went.
    pub times: Times,
    /// How long after a wake a wait returned to the component.
    pub wake_up: Option<Spread>,
    /// The requests, if it is a handler of HTTP.
    pub served: Option<Served>,
    /// The events, if they were to be kept.
    pub recording: Option<Recording>,
    /// Its functions, if its stack was looked at, or why they can't be told.
    pub functions: Option<Result<SampledFunctions, String>>,
}

/// A component that is to be traced.
pub struct Traceable {
    command: Command,
    /// Moves the engine's epoch, so that a component which never blocks can be ended.
    _ticker: Ticker,
}

/// Why a component of WASI 0.3 is not traced.
const NO_POLLABLES: &str = "it is a program of WASI 0.3, which waits without pollables, so that \
                            there is nothing to trace; `pollbench live` measures one that is a server";

impl Traceable {
    /// Compiles a component, or says why it can't be traced.
    ///
    /// # Errors
    ///
    /// If the file can't be read, or is no component that can be run.
    pub fn load(path: PathBuf) -> Result<Self, CommandError> {
        let engine = engine()?;
        let command = Command::load(&Source::File(path), &engine, "tracing", observe)?;
        if let Program::P3(_) = command.program {
            let component = command.component.file;
            return Err(CommandError::NotACommand { component, reason: NO_POLLABLES.into() });
        }
        Ok(Self { command, _ticker: Ticker::start(&engine) })
    }

    /// What the record says of the component.
    pub fn component(&self) -> &Component {
        &self.command.component
    }

    /// Runs the component until it ends or is ended.
    ///
    /// # Errors
    ///
    /// If it can't even be started.
    pub fn trace(
        &self,
        surroundings: &Surroundings,
        limits: Limits,
        kept: Kept,
    ) -> Result<Traced, CommandError> {
        let (clock, pause) = (Clock::new(), Pause::default());
        let engine = self.command.program.engine();
        let watch = Box::new(kept.watch(engine, clock.clone(), pause.clone()));
        let mut store = store(engine, Host::new(surroundings, watch)?, limits, &clock);
        let runtime = Flavor::MultiThread.start()?;
        let end = runtime.block_on(async {
            let mut driver = Driver::new(limits, clock.clone(), pause);
            driver.drive(self.command.program.run(&mut store)).await
        });
        let watched = watch_of(store.into_data()).finish();
        // What the component has left to do on other threads is not waited for.
        runtime.shutdown_background();
        let ended = end.map_or_else(Ended::from, command::ended);
        Ok(traced(ended, watched, &self.command.bytes, &clock))
    }
}

/// An engine whose components can be ended although they never block.
pub fn engine() -> Result<Engine, CommandError> {
    let mut config = Config::new();
    config.epoch_interruption(true);
    config.wasm_backtrace_max_frames(NonZeroUsize::new(MOST_FRAMES));
    Ok(Engine::new(&config).map_err(LoadError::Engine)?)
}

/// The store of an instance that is watched by the lane of its host.
pub fn store(engine: &Engine, host: Host, limits: Limits, clock: &Clock) -> Store<Host> {
    let mut store = Store::new(engine, host);
    store.set_max_component_handles(limits.handles);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(at_epoch(clock.clone()));
    store.call_hook(|mut store, hook| {
        // The last chance: after this the component's stack is another one.
        if matches!(hook, CallHook::CallingHost) {
            sample(&mut store);
        }
        view(store.data_mut()).watch.cross(hook);
        Ok(())
    });
    store
}

impl From<Stopped> for Ended {
    fn from(why: Stopped) -> Self {
        match why {
            Stopped::TimeUp => Self::TimeUp,
            Stopped::Interrupted => Self::Interrupted,
        }
    }
}

/// What was seen, put together.
pub fn traced(ended: Ended, watched: Watched, component: &[u8], clock: &Clock) -> Traced {
    let split = watched.profile.split(Observation::measure(clock)).unwrap_or_default();
    let times = Times {
        guest: split.guest,
        boundary: split.poll_boundary + split.other_boundary,
        host: split.poll + split.other_host,
        blocked: split.waiting,
        observation: split.observation + split.driver,
    };
    Traced {
        ended,
        nanoseconds: watched.nanoseconds,
        counts: watched.tally.finish(),
        times,
        wake_up: watched.wake_up,
        served: None,
        recording: watched.recording,
        functions: watched.samples.map(|it| functions(&it, component)),
    }
}

impl Kept {
    /// What watches a component of this engine.
    pub fn watch(self, engine: &Engine, clock: Clock, pause: Pause) -> Watch {
        let sampler = self.functions.then(|| Sampler::start(engine));
        Watch::new(clock, self.recording, sampler, pause)
    }
}

fn functions(samples: &StackSamples, component: &[u8]) -> Result<SampledFunctions, String> {
    let mut functions = Vec::new();
    let tree = sampled_tree(samples, component, &mut functions)?;
    Ok(SampledFunctions { functions, tree, period_ns: PERIOD.as_nanos() as u64 })
}
