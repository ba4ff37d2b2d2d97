//! Tasks whose steps are written down: what a check draws at random, and a file keeps.
//!
//! The workloads of the [catalogue](crate::workload::CATALOGUE) decide as they go what a task
//! does next. Here every step is known before the run begins, so that steps can be left out
//! of a script one by one until the shortest one is left that still shows a fault.

mod cursor;
mod words;
mod workload;

use serde::{Deserialize, Serialize};

pub use workload::Scripted;

/// What every task does, from its start to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskScripts {
    /// How often one instance of the guest runs them, one run after the other; at least 1.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    pub runs: u32,
    /// How many tasks run from the start: the first ones. The others are spawned, by a step
    /// or by a task that ends.
    pub started: u32,
    /// The steps of each task, in their order.
    pub tasks: Vec<Vec<ScriptedStep>>,
}

/// What a task does next. Times are in nanoseconds, from when the step is given.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ScriptedStep {
    /// Await a new pollable, which is ready after this time.
    Wait(u64),
    /// Await the pollable of the step before once more; it is ready again after this time.
    /// If the step before was neither `Wait` nor `Again`, this is a `Wait`.
    Again(u64),
    /// Let this time pass.
    Sleep(u64),
    /// Await a pollable against a timer.
    Timeout {
        /// After which time the pollable is ready; never, if that is left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        event: Option<u64>,
        /// After which time the wait is over.
        limit: u64,
    },
    /// Let the other runnable tasks run first.
    Yield,
    /// Await the first of some pollables, each of which is ready after its time.
    Race(Vec<u64>),
    /// Await all of some pollables, each of which is ready after its time.
    Join(Vec<u64>),
    /// Read a stream. With each time something arrives, after the read before; with the last
    /// one, it is the stream's end.
    Read(Vec<u64>),
    /// Start the first task that has not been started; nothing, if all have been.
    Spawn,
    /// Do some steps again and again.
    Repeat {
        /// How often.
        times: u32,
        /// The steps.
        steps: Vec<ScriptedStep>,
    },
}

/// What is wrong with a script that was written by hand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    /// It is never run.
    #[error("`runs` is 0; a script is run at least once")]
    NoRuns,
    /// It starts more tasks than it has, or none of those it has.
    #[error(
        "`started` is {started}, but there are {tasks} tasks; it is at least 1 where there are any, and at most all"
    )]
    Started {
        /// How many it starts.
        started: u32,
        /// How many it has.
        tasks: usize,
    },
    /// A race or a join of nothing, or a stream that never ends.
    #[error("task {task} has a `{step}` of nothing; it needs at least one time")]
    Empty {
        /// The task.
        task: usize,
        /// The step.
        step: &'static str,
    },
}

fn once() -> u32 {
    1
}

fn is_once(runs: &u32) -> bool {
    *runs == 1
}

impl TaskScripts {
    /// Scripts of tasks that all run from the start.
    pub fn all_started(tasks: Vec<Vec<ScriptedStep>>) -> Self {
        Self { runs: 1, started: tasks.len() as u32, tasks }
    }

    /// Checks that the scripts can be run.
    ///
    /// # Errors
    ///
    /// If they can't be.
    pub fn check(&self) -> Result<(), ScriptError> {
        let tasks = self.tasks.len();
        if self.runs == 0 {
            return Err(ScriptError::NoRuns);
        }
        if self.started as usize > tasks || (self.started == 0 && tasks > 0) {
            return Err(ScriptError::Started { started: self.started, tasks });
        }
        for (task, steps) in self.tasks.iter().enumerate() {
            if let Some(step) = steps.iter().find_map(ScriptedStep::is_empty) {
                return Err(ScriptError::Empty { task, step });
            }
        }
        Ok(())
    }

    /// How many steps the tasks take in a run, each repetition counted.
    pub fn steps(&self) -> u64 {
        self.sum(|_| 1)
    }

    /// How many events of pollables and timers a run has.
    pub fn events(&self) -> u64 {
        self.sum(|step| match step {
            ScriptedStep::Yield | ScriptedStep::Spawn => 0,
            ScriptedStep::Read(delays) => delays.len() as u64,
            _ => 1,
        })
    }

    /// How many steps are written in the scripts, whatever repeats them.
    pub fn written(&self) -> u64 {
        fn written(steps: &[ScriptedStep]) -> u64 {
            let one = |step: &ScriptedStep| match step {
                ScriptedStep::Repeat { steps, .. } => written(steps),
                _ => 1,
            };
            steps.iter().map(one).sum()
        }
        self.tasks.iter().map(|steps| written(steps)).sum()
    }

    fn sum(&self, of: fn(&ScriptedStep) -> u64) -> u64 {
        self.tasks.iter().map(|steps| sum(steps, of)).fold(0, u64::saturating_add)
    }
}

/// The sum over all steps, those in repetitions as often as they are taken.
fn sum(steps: &[ScriptedStep], of: fn(&ScriptedStep) -> u64) -> u64 {
    let one = |step: &ScriptedStep| match step {
        ScriptedStep::Repeat { times, steps } => sum(steps, of).saturating_mul((*times).into()),
        step => of(step),
    };
    steps.iter().map(one).fold(0, u64::saturating_add)
}

impl ScriptedStep {
    /// The name of the first race, join or read in it that has no times.
    fn is_empty(&self) -> Option<&'static str> {
        match self {
            Self::Race(delays) if delays.is_empty() => Some("race"),
            Self::Join(delays) if delays.is_empty() => Some("join"),
            Self::Read(delays) if delays.is_empty() => Some("read"),
            Self::Repeat { steps, .. } => steps.iter().find_map(Self::is_empty),
            _ => None,
        }
    }

    /// The name of the contract's step; `None` for a repetition.
    pub fn name(&self) -> Option<&'static str> {
        Some(match self {
            Self::Wait(_) => "wait",
            Self::Again(_) => "again",
            Self::Sleep(_) => "sleep",
            Self::Timeout { .. } => "timeout",
            Self::Yield => "yield",
            Self::Race(_) => "race",
            Self::Join(_) => "join",
            Self::Read(_) => "read",
            Self::Spawn => "spawn",
            Self::Repeat { .. } => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::ScriptedStep::{Again, Join, Race, Repeat, Spawn, Wait, Yield};
    use super::*;

    #[test]
    fn repetitions_count_as_often_as_they_are_taken() {
        let inner = Repeat { times: 3, steps: vec![Wait(1), Yield] };
        let scripts = TaskScripts::all_started(vec![
            vec![Repeat { times: 2, steps: vec![inner, Spawn] }, Again(1)],
            Vec::new(),
        ]);
        assert_eq!((scripts.written(), scripts.steps(), scripts.events()), (4, 15, 7));
    }

    #[test]
    fn what_can_not_be_run_is_refused() {
        let scripts = |started, steps| TaskScripts { runs: 1, started, tasks: vec![steps] };
        let empty = |step| Err(ScriptError::Empty { task: 0, step });
        for (scripts, expected) in [
            (TaskScripts { runs: 1, ..TaskScripts::default() }, Ok(())),
            (scripts(1, vec![Race(vec![0])]), Ok(())),
            (scripts(1, vec![Race(Vec::new())]), empty("race")),
            (scripts(1, vec![Repeat { times: 1, steps: vec![Join(Vec::new())] }]), empty("join")),
            (scripts(0, Vec::new()), Err(ScriptError::Started { started: 0, tasks: 1 })),
            (scripts(2, Vec::new()), Err(ScriptError::Started { started: 2, tasks: 1 })),
            (TaskScripts::default(), Err(ScriptError::NoRuns)),
        ] {
            assert_eq!(scripts.check(), expected, "{scripts:?}");
        }
    }
}
