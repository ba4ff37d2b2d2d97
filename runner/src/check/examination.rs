use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use pollbench_reports::check::{AgainstFloor, Check, Group, LongestWait, Verdict};
use pollbench_reports::record::{Failure, FailureKind};
use pollbench_simulation::scripted::TaskScripts;
use pollbench_simulation::workload::{Kind, Shape};

use super::failures::{Failures, Way};
use super::{Candidate, FLOOR};
use crate::engine::{CheckedRun, NoWindow};

/// When so many runs of a group took as long as the limit, the others of the group are left
/// out, for they may take as long.
const MOST_HANGS: u32 = 2;
/// The same for all groups together.
const MOST_HANGS_IN_ALL: u32 = 4;

/// A check that is going on: the guest, and what is known of it so far.
pub struct Examination<'a> {
    guest: &'a Candidate,
    floor: Option<&'a Candidate>,
    stop: &'static AtomicBool,
    hangs: u32,
    hangs_in_all: u32,
    pub checks: Vec<Check>,
    pub failures: Failures,
    pub longest_wait: Option<LongestWait>,
    pub against_floor: Option<AgainstFloor>,
}

/// What came of a run.
pub enum Ran {
    /// All is well.
    Passed,
    /// The guest broke the contract or a limit.
    Failed(Failure),
    /// It has no way to express a step.
    NotSupported(String),
    /// It was not run; the text says why.
    NotRun(String),
}

impl<'a> Examination<'a> {
    /// The beginning of a check.
    pub fn new(
        guest: &'a Candidate,
        floor: Option<&'a Candidate>,
        stop: &'static AtomicBool,
    ) -> Self {
        Self {
            guest,
            floor,
            stop,
            hangs: 0,
            hangs_in_all: 0,
            checks: Vec::new(),
            failures: Failures::default(),
            longest_wait: None,
            against_floor: None,
        }
    }

    /// How often one instance can be run.
    pub fn most_runs(&self) -> u32 {
        self.guest.most_runs()
    }

    /// Why nothing more is to be run, if that is so.
    fn why_not(&self) -> Option<&'static str> {
        if self.stop.load(Relaxed) {
            return Some("the check was interrupted");
        }
        let hangs = self.hangs >= MOST_HANGS || self.hangs_in_all >= MOST_HANGS_IN_ALL;
        hangs.then_some("other runs took as long as the limit, and so may this one")
    }

    /// Called when the checks of another group begin.
    pub fn begin_group(&mut self) {
        self.hangs = 0;
    }

    /// Runs some scripts as a check of their own, and notes what came of it.
    pub fn check_scripts(&mut self, group: Group, name: String, scripts: &TaskScripts) {
        let ran = self.run_scripts(&name, scripts);
        self.note(group, name, 1, ran);
    }

    /// Runs some scripts. A failure is kept; `name` says where it was found.
    pub fn run_scripts(&mut self, name: &str, scripts: &TaskScripts) -> Ran {
        if let Some(why) = self.why_not() {
            return Ran::NotRun(why.into());
        }
        if scripts.runs > self.guest.most_runs() {
            return Ran::NotRun("an instance of WASI 0.3 is run once".into());
        }
        let run = self.guest.run(scripts, None);
        if run.verdict.is_ok() {
            self.hold_against_floor(&run, scripts);
        }
        self.judge(name, run, || Way::Scripts(scripts.clone()))
    }

    /// Runs a workload as a check of its own.
    pub fn check_workload(&mut self, name: String, kind: &'static Kind, shape: &Shape) {
        let ran = match self.why_not() {
            Some(why) => Ran::NotRun(why.into()),
            None => {
                let run = self.guest.run_workload(kind, shape, None);
                self.judge(&name, run, || Way::Workload(kind, shape.clone()))
            }
        };
        self.note(Group::Workloads, name, 1, ran);
    }

    /// Notes what came of a check.
    pub fn note(&mut self, group: Group, name: String, runs: u64, ran: Ran) {
        let (verdict, runs) = match ran {
            Ran::Passed => (Verdict::Passed, runs),
            Ran::Failed(failure) => (Verdict::Failed(failure), runs),
            Ran::NotSupported(reason) => (Verdict::NotSupported(reason), runs),
            Ran::NotRun(why) => (Verdict::NotRun(why), 0),
        };
        self.checks.push(Check { group, name, runs, verdict });
    }

    fn judge(&mut self, name: &str, run: CheckedRun, way: impl FnOnce() -> Way) -> Ran {
        // A run that is stopped ends as if its time were up.
        if self.stop.load(Relaxed) {
            return Ran::NotRun("the check was interrupted".into());
        }
        match run.verdict {
            Ok(()) => {
                self.waited(run.longest_wait, name);
                Ran::Passed
            }
            Err(NoWindow::NotSupported(reason)) => Ran::NotSupported(reason),
            Err(NoWindow::Failed(failure)) => {
                let hangs = u32::from(failure.kind == FailureKind::TimeLimit);
                (self.hangs, self.hangs_in_all) = (self.hangs + hangs, self.hangs_in_all + hangs);
                self.failures.add(failure.clone(), name, way());
                Ran::Failed(failure)
            }
        }
    }

    fn waited(&mut self, polls: u64, check: &str) {
        if polls > self.longest_wait.as_ref().map_or(0, |it| it.polls) {
            self.longest_wait = Some(LongestWait { polls, check: check.into() });
        }
    }

    /// Runs the same scripts on the executor that does the least.
    fn hold_against_floor(&mut self, run: &CheckedRun, scripts: &TaskScripts) {
        let Some(floor) = self.floor else { return };
        let least = floor.run(scripts, None);
        if least.verdict.is_err() || run.counts.events == 0 {
            return;
        }
        let against = self.against_floor.get_or_insert_with(|| AgainstFloor {
            floor: FLOOR.into(),
            events: 0,
            polls: 0,
            handles: 0,
            floor_polls: 0,
            floor_handles: 0,
        });
        against.events += run.counts.events;
        against.polls += run.counts.poll_calls;
        against.handles += run.counts.handles_passed;
        against.floor_polls += least.counts.poll_calls;
        against.floor_handles += least.counts.handles_passed;
    }
}
