//! The worker process: it reads requests, and writes replies.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

use pollbench_guests::{BUILT_IN, SLOWED};
use pollbench_reports::record::{KnobValue, PhaseCounters};
use quanta::Clock;

use super::processors::stay_on;
use super::protocol::{
    Counted, GuestSource, Job, Load, Loaded, PROTOCOL, Reply, Request, Timed, WhyNot,
};
use crate::engine::{
    Configuration, Description, Host, Lane, NoWindow, OneLane, RunLimits, Source, Window,
    engine_version,
};
use crate::matrix::nearest;
use pollbench_simulation::workload::{CATALOGUE, Kind, Shape};

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
            self::knobs(&ready.guest.description, &knobs)?;
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
        let host = Host::ALL.into_iter().find(|it| it.name() == host);
        let host = host.ok_or("this pollbench has no such host")?;
        let host = if counted { host.counting() } else { host };
        let configuration = Configuration::of(host).map_err(|error| error.to_string())?;
        let lane = if counted { Lane::Counted } else { Lane::Plain };
        let guest = OneLane::load(&source(guest)?, &configuration, lane);
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
        let (kind, shape) = shape(job)?;
        let knobs = knobs(&self.guest.description, &job.knobs)?;
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

fn source(guest: &GuestSource) -> Result<Source, String> {
    match guest {
        GuestSource::File(path) => Ok(Source::File(path.clone())),
        GuestSource::BuiltIn(name) => {
            let found = BUILT_IN.iter().chain([&SLOWED]).find(|guest| guest.name == name);
            let guest = found.ok_or_else(|| format!("this pollbench has no guest {name:?}"))?;
            Ok(Source::BuiltIn(*guest))
        }
    }
}

fn shape(job: &Job) -> Result<(&'static Kind, Shape), String> {
    let kind = CATALOGUE.iter().find(|kind| kind.name == job.workload);
    let kind = kind.ok_or_else(|| format!("this pollbench has no workload {:?}", job.workload))?;
    let mut parameters = kind.defaults();
    for (name, value) in &job.parameters {
        let parameter = kind.parameters.iter().find(|it| it.name == name);
        let parsed = parameter.and_then(|it| it.range.parse(&value.to_string()));
        let parsed = parsed
            .ok_or_else(|| format!("the workload {} can't have {name} = {value}", kind.name))?;
        parameters.insert(name.clone(), parsed);
    }
    if job.pollables == 0 || job.active > job.pollables {
        return Err(format!("{} active of {} pollables", job.active, job.pollables));
    }
    let active = kind.activity.of(job.pollables, job.active);
    let mut shape = Shape { pollables: job.pollables, active, parameters, effort: job.effort };
    shape.active = (kind.active)(&shape);
    Ok((kind, shape))
}

/// A value for each knob of a guest, in the order of its description.
fn knobs(
    description: &Description,
    named: &BTreeMap<String, KnobValue>,
) -> Result<Vec<u64>, String> {
    let known = |name: &String| description.knobs.iter().any(|knob| knob.name == *name);
    if let Some(name) = named.keys().find(|name| !known(name)) {
        let known: Vec<String> = description.knobs.iter().map(|it| it.name.clone()).collect();
        let meant = nearest(name, &known).map(|it| format!(", did you mean {it:?}?"));
        let meant = meant.unwrap_or_default();
        return Err(format!("the guest {} has no knob {name:?}{meant}", description.name));
    }
    let value = |knob: &crate::engine::Knob| match named.get(&knob.name) {
        None => Ok(knob.default),
        Some(value) => knob.range.parse(&value.to_string()).ok_or_else(|| {
            format!(
                "the knob {} of {} can't be {value}: it takes {}",
                knob.name, description.name, knob.range
            )
        }),
    };
    description.knobs.iter().map(value).collect()
}
