use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use pollbench_reports::format::count;
use pollbench_reports::profile::{CallLog, Culprit};
use pollbench_reports::record::{Failure, FailureKind};
use pollbench_simulation::scripted::TaskScripts;
use pollbench_simulation::simulation::Kept;
use pollbench_simulation::workload::{Kind, Shape};

use super::Candidate;
use super::shrink::shrink;
use crate::engine::{CheckedRun, NoWindow};

/// How many turns before a failure are shown.
const TURNS: usize = 6;
/// How many lines these may take.
const LINES: usize = 40;
/// How long a run may take while a script is sought for a guest that never ends: with the
/// limit of other runs each try would take that long.
const HANGS_AFTER: Duration = Duration::from_millis(200);
/// How many such runs may take that long.
const MOST_HANGS: u32 = 50;

/// What makes the guest fail.
#[derive(Clone)]
pub enum Way {
    /// Some scripts.
    Scripts(TaskScripts),
    /// A workload of this shape.
    Workload(&'static Kind, Shape),
}

/// The failures that were seen: of each kind the shortest way to it, and where it was found.
#[derive(Default)]
pub struct Failures {
    kinds: BTreeMap<String, Seen>,
}

struct Seen {
    failure: Failure,
    way: Way,
    checks: Vec<String>,
}

/// Something that a guest gets wrong.
pub struct Fault {
    /// What is seen in the run that is shown.
    pub failure: Failure,
    /// The names of the checks in which it was found.
    pub checks: Vec<String>,
    /// The shortest way to it.
    pub way: Way,
    /// How many steps there were before those that do not matter were left out.
    pub steps_before: u64,
    /// What the guest did in the last turns.
    pub log: CallLog,
}

impl Failures {
    /// Notes a failure. A script is a better way to it than a workload, and the best is that
    /// which has the fewest steps written in it, and takes the fewest.
    pub fn add(&mut self, failure: Failure, check: &str, way: Way) {
        let kind = failure.kind.to_string();
        let seen = self.kinds.entry(kind).or_insert_with(|| Seen {
            failure: failure.clone(),
            way: way.clone(),
            checks: Vec::new(),
        });
        if seen.checks.last().is_none_or(|last| last != check) {
            seen.checks.push(check.into());
        }
        if way.length() < seen.way.length() {
            (seen.failure, seen.way) = (failure, way);
        }
    }

    /// The faults, each by the shortest way that can be found as long as `goes_on` says so,
    /// which is told when the search began.
    pub fn shrunk(self, guest: &Candidate, goes_on: &dyn Fn(Instant) -> bool) -> Vec<Fault> {
        let fault = |seen: Seen| {
            let began = Instant::now();
            let steps_before = seen.way.steps();
            let way = match &seen.way {
                Way::Scripts(scripts) => {
                    Way::Scripts(shortest(guest, scripts, seen.failure.kind, &|| goes_on(began)))
                }
                workload => workload.clone(),
            };
            Fault::new(seen, way, steps_before, guest)
        };
        self.kinds.into_values().map(fault).collect()
    }

    /// The faults, as they were found.
    pub fn as_they_are(&mut self, guest: &Candidate) -> Vec<Fault> {
        let fault = |seen: Seen| {
            let (way, steps) = (seen.way.clone(), seen.way.steps());
            Fault::new(seen, way, steps, guest)
        };
        std::mem::take(&mut self.kinds).into_values().map(fault).collect()
    }
}

/// The shortest scripts with which the guest still fails so.
fn shortest(
    guest: &Candidate,
    scripts: &TaskScripts,
    kind: FailureKind,
    goes_on: &dyn Fn() -> bool,
) -> TaskScripts {
    let fails =
        |run: CheckedRun| matches!(run.verdict, Err(NoWindow::Failed(it)) if it.kind == kind);
    if kind != FailureKind::TimeLimit {
        return shrink(scripts, &|it| fails(guest.run(it, None)), goes_on);
    }
    let hangs = Cell::new(0);
    let hangs_too = |it: &TaskScripts| {
        let hangs_too = fails(guest.run_within(it, HANGS_AFTER));
        hangs.set(hangs.get() + u32::from(hangs_too));
        hangs_too
    };
    let shortest = shrink(scripts, &hangs_too, &|| goes_on() && hangs.get() < MOST_HANGS);
    // What is slow may have been taken for what never ends.
    if fails(guest.run(&shortest, None)) { shortest } else { scripts.clone() }
}

impl Way {
    /// How many steps it takes. Those of a workload are not known before it ends, and more
    /// than those of any script.
    pub fn steps(&self) -> u64 {
        match self {
            Self::Scripts(scripts) => scripts.steps(),
            Self::Workload(..) => u64::MAX,
        }
    }

    fn length(&self) -> (u64, u64) {
        match self {
            Self::Scripts(scripts) => (scripts.written(), scripts.steps()),
            Self::Workload(..) => (u64::MAX, u64::MAX),
        }
    }

    fn run(&self, guest: &Candidate, kept: Kept) -> CheckedRun {
        match self {
            Self::Scripts(scripts) => guest.run(scripts, Some(kept)),
            Self::Workload(kind, shape) => guest.run_workload(kind, shape, Some(kept)),
        }
    }
}

impl Fault {
    /// Runs the guest once more, and keeps what it does.
    fn new(seen: Seen, way: Way, steps_before: u64, guest: &Candidate) -> Self {
        let Seen { failure, checks, .. } = seen;
        // A run that ends at its time limit would only take that long again.
        if failure.kind == FailureKind::TimeLimit {
            return Self { failure, checks, way, steps_before, log: CallLog::default() };
        }
        let run = way.run(guest, Kept::Last(TURNS));
        let failure = match run.verdict {
            Err(NoWindow::Failed(seen)) => seen,
            _ => failure,
        };
        Self { failure, checks, way, steps_before, log: run.log.unwrap_or_default() }
    }

    /// The last turns in lines. Of many lines, the last ones are those that matter.
    pub fn turns(&self) -> Vec<String> {
        let lines = self.log.lines();
        let left_out = lines.len().saturating_sub(LINES);
        let told =
            (left_out > 0).then(|| format!("({} lines are left out)", count(left_out as u64)));
        told.into_iter().chain(lines.into_iter().skip(left_out)).collect()
    }

    /// What the failure is about, in sentences.
    pub fn culprit(&self) -> Vec<String> {
        self.log.culprit.iter().flat_map(Culprit::sentences).collect()
    }
}
