//! A guest by hand: each call is one that the test makes.

use std::sync::Arc;

use pollbench_reports::record::FailureKind;
use pollbench_simulation::agenda::{Event, HostModel, SourceId};
use pollbench_simulation::script::{Plan, Script, Step, Workload};
use pollbench_simulation::simulation::{Simulation, TaskStep, Violation};

use super::random_script::{Op, Programs, RandomScript};

/// A workload whose steps the test says when they are asked for.
struct Told<F>(Plan, F);

impl<F: FnMut(u32, &mut Script<'_>) -> Step + Send> Workload for Told<F> {
    fn plan(&self) -> Plan {
        self.0
    }

    fn next(&mut self, task: u32, _outcome: u32, script: &mut Script<'_>) -> Step {
        (self.1)(task, script)
    }
}

/// A workload that does what `next` says.
pub fn told(
    plan: Plan,
    next: impl FnMut(u32, &mut Script<'_>) -> Step + Send + 'static,
) -> Box<dyn Workload> {
    Box::new(Told(plan, next))
}

/// Every task has an event at once each time, and awaits the same pollable again.
pub fn always_due(tasks: u32) -> Box<dyn Workload> {
    let mut sources = vec![None; tasks as usize];
    told(Plan::io(tasks, 1, 100_000), move |task, script| {
        let known: &mut Option<SourceId> = &mut sources[task as usize];
        let is_start = known.is_none();
        let source = *known.get_or_insert_with(|| script.agenda.add_source());
        script.agenda.fire(source);
        if is_start { Step::Wait(source) } else { Step::Again }
    })
}

/// One task with each of these programs, and the first waits twice before.
pub fn scripted(programs: Vec<Vec<Op>>) -> Simulation {
    let from_start = programs.len();
    let script = RandomScript::new(&Programs { programs, from_start });
    Simulation::checked(Box::new(script), HostModel::DIRECT)
}

/// One task with these steps, after the two events every script begins with.
pub fn simulation(steps: &[Op]) -> Simulation {
    let mut simulation = scripted(vec![steps.to_vec()]);
    for _ in 0..2 {
        assert!(matches!(step(&mut simulation, 0), Ok(TaskStep::Wait(_))));
        simulation.dropped();
    }
    simulation
}

/// The next step of a task, whose pollables a poll reports as they are.
pub fn step_of(
    simulation: &mut Simulation,
    task: u32,
    outcome: u32,
) -> Result<TaskStep, Violation> {
    let step = simulation.next(task, outcome)?;
    poll(simulation, &step)?;
    Ok(step)
}

pub fn step(simulation: &mut Simulation, outcome: u32) -> Result<TaskStep, Violation> {
    step_of(simulation, 0, outcome)
}

/// Polls what a step has to wait for.
pub fn poll(simulation: &mut Simulation, step: &TaskStep) -> Result<(), Violation> {
    let events = match step {
        TaskStep::Wait(event) | TaskStep::Timeout(event, _) => std::slice::from_ref(event),
        TaskStep::Race(events) | TaskStep::Join(events) => events,
        _ => return Ok(()),
    };
    simulation.poll_begins(events.len())?;
    events.iter().filter(|event| event.is_ready()).for_each(|event| simulation.reported(event));
    Ok(())
}

pub fn kind<T>(result: Result<T, Violation>) -> Option<FailureKind> {
    result.err().map(|violation| violation.kind)
}

/// The event of the pollable that a task waits for.
pub fn waits(step: TaskStep) -> Arc<Event> {
    match step {
        TaskStep::Wait(event) | TaskStep::Timeout(event, _) => event,
        _ => panic!("it waits for a pollable"),
    }
}
