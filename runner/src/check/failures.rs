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
/// After this time a run is taken for one that does not end, while its script is made shorter:
/// each that fails takes as long, and the limit itself is too long for that.
const HANGING: Duration = Duration::from_millis(300);

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
    /// with the least [length](Way::length).
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
                    let kind = seen.failure.kind;
                    Way::Scripts(shorter(scripts, guest, kind, &|| goes_on(began)))
                }
                other => other.clone(),
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

/// A shorter script that fails in this way, too.
fn shorter(
    scripts: &TaskScripts,
    guest: &Candidate,
    kind: FailureKind,
    goes_on: &dyn Fn() -> bool,
) -> TaskScripts {
    let fails = |it: &TaskScripts| fails_with(&guest.run(it, None), kind);
    if kind != FailureKind::TimeLimit {
        return shrink(scripts, &fails, goes_on);
    }
    let hangs = |it: &TaskScripts| fails_with(&guest.run_within(it, HANGING), kind);
    let shortest = shrink(scripts, &hangs, goes_on);
    // What only takes long has not failed.
    if fails(&shortest) { shortest } else { scripts.clone() }
}

fn fails_with(run: &CheckedRun, kind: FailureKind) -> bool {
    matches!(&run.verdict, Err(NoWindow::Failed(it)) if it.kind == kind)
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

    /// What makes a script long: the steps that are written in it, and much less those that it
    /// takes. Yet one that takes very many can't be made short in reasonable time.
    fn length(&self) -> u64 {
        const STEPS_LIKE_ONE_WRITTEN: u64 = 100;
        match self {
            Self::Scripts(scripts) => {
                let written = scripts.written().saturating_mul(STEPS_LIKE_ONE_WRITTEN);
                written.saturating_add(scripts.steps())
            }
            Self::Workload(..) => u64::MAX,
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
