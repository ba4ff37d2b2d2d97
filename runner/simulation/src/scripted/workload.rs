use super::cursor::Cursor;
use super::{ScriptedStep, TaskScripts};
use crate::agenda::SourceId;
use crate::script::{Plan, Script, Step, Workload};

/// The bytes that arrive with each event of a stream.
const CHUNK: u32 = 100;

/// The workload of a script. It ends when its steps do, whatever the measured window is.
pub struct Scripted {
    plan: Plan,
    /// By task: where it is in its script.
    places: Vec<Cursor>,
    /// By task: the pollable that it keeps.
    kept: Vec<Option<SourceId>>,
    /// By task: the stream that it reads, and when its other events come, the last one first.
    stream: Vec<Option<(SourceId, Vec<u64>)>>,
    started: u32,
}

impl Scripted {
    /// The first event is the warm-up, and all others are in the measured window.
    pub fn new(scripts: &TaskScripts) -> Self {
        let measured = scripts.events().saturating_sub(1);
        Self {
            plan: Plan::io(scripts.started, 1, measured),
            places: scripts.tasks.iter().map(|steps| Cursor::new(steps)).collect(),
            kept: vec![None; scripts.tasks.len()],
            stream: vec![None; scripts.tasks.len()],
            started: scripts.started,
        }
    }

    /// The next task that nobody has started.
    fn spawn(&mut self) -> Option<Step> {
        let next = ((self.started as usize) < self.places.len()).then_some(self.started)?;
        self.started += 1;
        Some(Step::Spawn(next))
    }

    /// What a step is to the guest; `None` if it is nothing.
    fn step(
        &mut self,
        task: usize,
        step: ScriptedStep,
        kept: Option<SourceId>,
        script: &mut Script<'_>,
    ) -> Option<Step> {
        let mut source = |delay| {
            let source = script.agenda.add_source();
            script.agenda.fire_in(source, delay);
            source
        };
        Some(match (step, kept) {
            (ScriptedStep::Again(delay), Some(source)) => {
                script.agenda.fire_in(source, delay);
                Step::Again
            }
            (ScriptedStep::Wait(delay) | ScriptedStep::Again(delay), _) => {
                Step::Wait(source(delay))
            }
            (ScriptedStep::Sleep(nanoseconds), _) => Step::Sleep(nanoseconds),
            (ScriptedStep::Timeout { event: Some(delay), limit }, _) => {
                Step::Timeout(source(delay), limit)
            }
            (ScriptedStep::Timeout { event: None, limit }, _) => {
                Step::Timeout(script.agenda.add_source(), limit)
            }
            (ScriptedStep::Yield, _) => Step::Yield,
            (ScriptedStep::Race(delays), _) => Step::Race(delays.into_iter().map(source).collect()),
            (ScriptedStep::Join(delays), _) => Step::Join(delays.into_iter().map(source).collect()),
            (ScriptedStep::Read(mut delays), _) => {
                delays.reverse();
                let source = source(delays.pop()?);
                self.stream[task] = Some((source, delays));
                Step::Read(source, CHUNK)
            }
            (ScriptedStep::Spawn, _) => return self.spawn(),
            // A cursor goes through repetitions by itself.
            (ScriptedStep::Repeat { .. }, _) => return None,
        })
    }
}

impl Workload for Scripted {
    fn plan(&self) -> Plan {
        self.plan
    }

    fn next(&mut self, task: u32, _outcome: u32, script: &mut Script<'_>) -> Step {
        let index = task as usize;
        let kept = self.kept[index].take();
        if let Some((source, delays)) = &mut self.stream[index]
            && let Some(delay) = delays.pop()
        {
            script.agenda.fire_in(*source, delay);
            return Step::Again;
        }
        while let Some(step) = self.places[index].next() {
            if let Some(step) = self.step(index, step, kept, script) {
                self.kept[index] = match &step {
                    Step::Wait(source) => Some(*source),
                    Step::Again => kept,
                    _ => None,
                };
                return step;
            }
        }
        // Tasks that no step has spawned are started by those that end.
        self.spawn().unwrap_or(Step::Done)
    }
}
