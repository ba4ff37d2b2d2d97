//! Tells whether an executor is right, without timing anything.
//!
//! A [`Checking`] puts a [`Candidate`] through each step alone, every workload in small, the
//! [edge cases](edges) and [random](random) scripts. Of each kind of failure it keeps the
//! script with the fewest steps and [shrinks](shrink) it. All runs are those of the counted
//! lane, in which the host checks the contract.

mod candidate;
mod edges;
mod error;
mod examination;
mod failures;
mod random;
mod script_file;
mod shrink;
mod steps;
mod workloads;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use pollbench_guests::BUILT_IN;
use pollbench_reports::check::{AgainstFloor, Check, LongestWait, NotSupported};
use pollbench_reports::record::{Guest, KnobValue};
use pollbench_simulation::scripted::TaskScripts;

use crate::engine::{Host, RunLimits, Source};
use crate::session::Progress;

pub use candidate::Candidate;
pub use error::CheckError;
pub use failures::{Fault, Way};
pub use script_file::{ScriptFile, ScriptFileError};

use examination::Examination;

/// The executor that does the least, which others are held against.
const FLOOR: &str = "bare";

/// What is to be checked, and how much.
pub struct Checking<'a> {
    /// The guest.
    pub source: Source,
    /// The host to run it on.
    pub host: Host,
    /// The values of some of its knobs, by name.
    pub knobs: BTreeMap<String, KnobValue>,
    /// How many random scripts are run.
    pub amount: Amount,
    /// The seed of the random scripts.
    pub seed: u64,
    /// What a run may use.
    pub limits: RunLimits,
    /// How long it may take to make a script shorter. If the time is up, the script is
    /// shown as short as it is then.
    pub shrinking: Duration,
    /// Set when everything is to stop.
    pub stop: &'static AtomicBool,
    /// Is told what is going on.
    pub progress: &'a dyn Progress,
}

/// How many random scripts are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// So many.
    Scripts(u64),
    /// As many as fit into this time.
    Time(Duration),
}

/// What a check has found.
pub struct Checked {
    /// The guest.
    pub guest: Guest,
    /// The values of its knobs.
    pub knobs: BTreeMap<String, KnobValue>,
    /// What it was put through.
    pub checks: Vec<Check>,
    /// The steps that it has no way to express.
    pub not_supported: Vec<NotSupported>,
    /// The longest wait of an event.
    pub longest_wait: Option<LongestWait>,
    /// Its counts and those of the executor that does the least.
    pub against_floor: Option<AgainstFloor>,
    /// What it got wrong, an entry for each kind of failure.
    pub faults: Vec<Fault>,
}

impl Checking<'_> {
    /// Puts the guest through everything.
    ///
    /// # Errors
    ///
    /// If the guest can't be loaded, or has no such knobs.
    pub fn run(&self) -> Result<Checked, CheckError> {
        let guest = self.candidate()?;
        let floor = BUILT_IN.iter().find(|it| it.name == FLOOR).copied();
        let floor = floor.map(|it| {
            Candidate::load(Source::BuiltIn(it), self.host, &BTreeMap::new(), self.limits)
        });
        let floor = floor.transpose()?;
        let mut examination = Examination::new(&guest, floor.as_ref(), self.stop);
        self.begin(&mut examination, "each step alone", 0);
        let steps = steps::check(&mut examination);
        self.begin(&mut examination, "workloads", 0);
        workloads::check(&mut examination);
        self.begin(&mut examination, "edge cases", 0);
        edges::check(&mut examination);
        self.check_random(&mut examination, &steps);
        self.progress.begin("shrinking", 0);
        Ok(self.finish(&guest, examination, steps))
    }

    /// Runs the guest with one script.
    ///
    /// # Errors
    ///
    /// If the guest can't be loaded, or has no such knobs.
    pub fn run_script(&self, scripts: &TaskScripts) -> Result<Checked, CheckError> {
        let guest = self.candidate()?;
        let mut examination = Examination::new(&guest, None, self.stop);
        script_file::check(&mut examination, scripts);
        let faults = examination.failures.as_they_are(&guest);
        Ok(Self::checked(&guest, examination, steps::Steps::default(), faults))
    }

    fn candidate(&self) -> Result<Candidate, CheckError> {
        let guest = Candidate::load(self.source.clone(), self.host, &self.knobs, self.limits)?;
        guest.stop_when(self.stop);
        Ok(guest)
    }

    fn begin(&self, examination: &mut Examination<'_>, what: &str, whole: u64) {
        self.progress.begin(what, whole);
        examination.begin_group();
    }

    fn check_random(&self, examination: &mut Examination<'_>, steps: &steps::Steps) {
        let whole = match self.amount {
            Amount::Scripts(scripts) => scripts,
            Amount::Time(_) => 0,
        };
        self.begin(examination, "random scripts", whole);
        random::check(examination, steps, self.amount, self.seed, || self.progress.advance(1));
    }

    fn finish(
        &self,
        guest: &Candidate,
        mut examination: Examination<'_>,
        steps: steps::Steps,
    ) -> Checked {
        let goes_on = |began: Instant| began.elapsed() < self.shrinking && !self.stop.load(Relaxed);
        let faults = std::mem::take(&mut examination.failures).shrunk(guest, &goes_on);
        Self::checked(guest, examination, steps, faults)
    }

    fn checked(
        guest: &Candidate,
        examination: Examination<'_>,
        steps: steps::Steps,
        faults: Vec<Fault>,
    ) -> Checked {
        Checked {
            guest: guest.record().clone(),
            knobs: guest.knobs(),
            checks: examination.checks,
            not_supported: steps.not_supported,
            longest_wait: examination.longest_wait,
            against_floor: examination.against_floor,
            faults,
        }
    }
}
