//! The worker process: it reads requests, and writes replies.

use std::io::{self, BufRead, Write};

use pollbench_reports::record::PhaseCounters;
use quanta::Clock;

use super::job::knob_values;
use super::processors::stay_on;
use super::protocol::{
    Counted, GuestSource, Job, Load, Loaded, PROTOCOL, Reply, Request, Timed, WhyNot,
};
use crate::engine::{
    Configuration, Host, Lane, NoWindow, OneLane, RunLimits, Window, engine_version,
};

/// Answers each line of the input with a line of the output, until the input ends.
pub fn serve(input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    let mut state = None;
    for line in input.split(b'\n') {
        let reply = match serde_json::from_slice(&line?) {
            Ok(request) => answer(request, &mut state).unwrap_or_else(Reply::Refused),
            Err(error) => Reply::Refused(format!("not a request of protocol {PROTOCOL}: {error}")),
        };
        serde_json::to_writer(&mut output, &reply)?;
        output.write_all(b"\n")?;
        output.flush()?;
    }
    Ok(())
}

fn answer(request: Request, state: &mut Option<Ready>) -> Result<Reply, String> {
    match request {
        Request::Load(Load { guest, host, counted, limits, knobs, processor }) => {
            if let Some(processor) = processor {
                stay_on(processor);
            }
            let ready = Ready::load(&guest, &host, counted, limits)?;
            knob_values(&ready.guest.description, &knobs)?;
            let loaded = ready.loaded();
            *state = Some(ready);
            Ok(Reply::Loaded(Box::new(loaded)))
        }
        Request::Run(job) => state.as_ref().ok_or("no guest has been loaded")?.run(&job),
    }
}

/// A guest that has been loaded and can be run.
struct Ready {
    guest: OneLane,
    lane: Lane,
    limits: RunLimits,
    clock: Clock,
}

impl Ready {
    fn load(
        guest: &GuestSource,
        host: &str,
        counted: bool,
        limits: RunLimits,
    ) -> Result<Self, String> {
        let host = Host::named(host).ok_or("this pollbench has no such host")?;
        let host = if counted { host.counting() } else { host };
        let configuration = Configuration::of(host).map_err(|error| error.to_string())?;
        let lane = if counted { Lane::Counted } else { Lane::Plain };
        let guest = OneLane::load(&guest.source()?, &configuration, lane);
        let guest = guest.map_err(|error| error.to_string())?;
        Ok(Self { guest, lane, limits, clock: Clock::new() })
    }

    fn loaded(&self) -> Loaded {
        Loaded {
            protocol: PROTOCOL,
            pollbench: env!("CARGO_PKG_VERSION").into(),
            engine: engine_version(),
            guest: self.guest.record.clone(),
        }
    }

    fn run(&self, job: &Job) -> Result<Reply, String> {
        let (kind, shape) = job.shape()?;
        let knobs = knob_values(&self.guest.description, &job.knobs)?;
        let program = &self.guest.program;
        let outcome =
            program.run((kind.build)(&shape), &knobs, self.lane, self.limits, &self.clock);
        Ok(match outcome {
            Ok(window) if self.lane == Lane::Counted => {
                Reply::Counted(Box::new(Counted { counters: window.counters }))
            }
            Ok(window) => Reply::Timed(timed(&window)),
            Err(NoWindow::NotSupported(why)) => Reply::WhyNot(WhyNot::NotSupported(why)),
            Err(NoWindow::Failed(failure)) => Reply::WhyNot(WhyNot::Failed(failure)),
        })
    }
}

fn timed(window: &Window) -> Timed {
    let PhaseCounters { events, pollable_events, timer_events, yields, .. } =
        window.counters.window;
    let waits = &window.waits.nanoseconds;
    Timed {
        nanoseconds: window.nanoseconds,
        processor_nanoseconds: window.processor_nanoseconds,
        events,
        steps: pollable_events + timer_events + yields,
        latency_p99: (!waits.is_empty()).then(|| waits.value_at_quantile(0.99)),
    }
}
