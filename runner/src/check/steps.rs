//! Each step of the contract alone, to know which of them the guest has a way to express.

use pollbench_reports::check::{Group, NotSupported};
use pollbench_simulation::scripted::ScriptedStep::{
    self, Again, Join, Race, Read, Sleep, Spawn, Timeout, Wait, Yield,
};
use pollbench_simulation::scripted::TaskScripts;

use super::examination::{Examination, Ran};

/// The steps that the guest has no way to express.
#[derive(Clone, Default)]
pub struct Steps {
    /// The steps, with the reasons that the guest gives.
    pub not_supported: Vec<NotSupported>,
}

impl Steps {
    /// Whether the guest can express the step of this name.
    pub fn support(&self, name: &str) -> bool {
        self.not_supported.iter().all(|it| it.step != name)
    }
}

/// Runs each step alone.
pub fn check(examination: &mut Examination<'_>) -> Steps {
    let mut steps = Steps::default();
    for scripts in each_alone() {
        // The last step of the first task is the one that is meant.
        let step = scripts.tasks.first().and_then(|it| it.last());
        let Some(name) = step.and_then(ScriptedStep::name) else { continue };
        let ran = examination.run_scripts(name, &scripts);
        if let Ran::NotSupported(reason) = &ran {
            let (step, reason) = (name.into(), reason.clone());
            steps.not_supported.push(NotSupported { step, reason });
        }
        examination.note(Group::Steps, name.into(), 1, ran);
    }
    steps
}

fn each_alone() -> Vec<TaskScripts> {
    let alone = |steps: Vec<ScriptedStep>| TaskScripts::all_started(vec![steps]);
    vec![
        alone(vec![Wait(1_000)]),
        alone(vec![Wait(1_000), Again(1_000)]),
        alone(vec![Sleep(1_000_000)]),
        alone(vec![
            Timeout { event: Some(1_000), limit: 2_000_000 },
            Timeout { event: None, limit: 2_000_000 },
        ]),
        TaskScripts::all_started(vec![vec![Yield], vec![Yield]]),
        alone(vec![Race(vec![2_000_000, 1_000])]),
        alone(vec![Join(vec![2_000_000, 1_000])]),
        alone(vec![Read(vec![1_000, 1_000, 2_000_000])]),
        TaskScripts { runs: 1, started: 1, tasks: vec![vec![Spawn], vec![Wait(1_000)]] },
    ]
}
