//! Measures how reliable comparisons are: how often an unchanged guest is called changed,
//! and how often a change of a known size is found.

mod burn;
mod calibration;
mod neighbours;

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use pollbench_guests::SLOWED;
use pollbench_reports::comparison::limits::Limit;
use pollbench_reports::comparison::{CountVerdict, Metric, Timing, Verdict, counts};
use pollbench_reports::stats::paired::Shift;
use pollbench_reports::trust::{Evidence, Series};
use rand::SeedableRng as _;
use rand_pcg::Pcg64Mcg;

pub use calibration::{Calibrating, Calibration, SelfTestError, runner};
pub use neighbours::Neighbours;

use crate::compare::{Entry, Judged, MOST_BLOCKS, Processes, TimedCell, count, judge_times};
use crate::engine::RunLimits;
use crate::session::Progress;
use crate::worker::{Job, Program};

/// What a self-test measures, and how long it may take.
pub struct SelfTest<'a> {
    /// This program.
    pub program: Program,
    /// The cells of every comparison.
    pub cells: Vec<Job>,
    /// The number of comparisons of the guest with itself, counted in cells.
    pub same: u32,
    /// The number of comparisons for each change, counted in cells.
    pub tries: u32,
    /// The sizes of the changes, as fractions of the base's fuel or time.
    pub changes: Vec<f64>,
    /// How long a comparison may take for each of its cells.
    pub budget: Duration,
    /// The fraction of the base's time that a change has to exceed.
    pub threshold: f64,
    /// The number of threads that keep processors busy during the comparisons.
    pub neighbours: u32,
    /// The seed of the random numbers.
    pub seed: u64,
    /// What a run of the guest may use.
    pub limits: RunLimits,
    /// Set when the self-test is to stop.
    pub stop: &'a AtomicBool,
    /// Is told how far a comparison has come.
    pub progress: &'a dyn Progress,
}

impl SelfTest<'_> {
    /// Calibrates, and measures every series. `tell` is called with each series when it is
    /// done.
    pub fn run(&self, mut tell: impl FnMut(&Series)) -> Result<Vec<Series>, SelfTestError> {
        let mut random = Pcg64Mcg::seed_from_u64(self.seed);
        let Self { program, budget, limits, stop, .. } = self;
        let calibrating = Calibrating { program, budget: *budget, limits: *limits, stop };
        let Some(calibrations) = calibrating.of(&self.cells, &mut random)? else {
            return Ok(Vec::new());
        };
        let _busy = Neighbours::start(self.neighbours);
        let mut all = Vec::new();
        let mut keep = |series: Series| {
            tell(&series);
            all.push(series);
        };
        keep(self.fuel(0.0, &calibrations)?);
        for &change in &self.changes {
            keep(self.fuel(change, &calibrations)?);
        }
        keep(self.time(0.0, self.same, &calibrations)?);
        for &change in &self.changes {
            keep(self.time(change, self.tries, &calibrations)?);
        }
        Ok(all)
    }

    /// Measures a series of fuel. Counts are exact, so one comparison of each cell is
    /// enough.
    fn fuel(&self, change: f64, to_burn: &[Calibration]) -> Result<Series, SelfTestError> {
        let begun = Instant::now();
        let base = self.cells.iter().zip(to_burn).map(|(cell, it)| it.more_fuel(cell, 0.0));
        let slower = self.cells.iter().zip(to_burn).map(|(cell, it)| it.more_fuel(cell, change));
        let mut base: Vec<Entry> = base.map(|job| self.entry(job)).collect();
        let mut slower: Vec<Entry> = slower.map(|job| self.entry(job)).collect();
        count(&mut base, self.limits, || self.stopped(), self.progress)?;
        count(&mut slower, self.limits, || self.stopped(), self.progress)?;
        let mut series = Series::new(Evidence::Fuel, change);
        for (base, slower) in base.iter().zip(&slower) {
            match fuel_verdict(base, slower) {
                Some((verdict, found)) => series.add(verdict, Some(found), false),
                None => series.add(Verdict::CantTell, None, false),
            }
        }
        series.seconds = begun.elapsed().as_secs_f64() / self.cells.len() as f64;
        Ok(series)
    }

    fn entry(&self, job: Job) -> Entry {
        let runner = runner(&self.program);
        let (name, host) = (SLOWED.name.to_string(), runner.host.clone());
        let runner = Some(runner);
        Entry { guest: name.clone(), label: name, host, job, runner, counted: None }
    }

    fn time(
        &self,
        change: f64,
        tries: u32,
        to_burn: &[Calibration],
    ) -> Result<Series, SelfTestError> {
        let begun = Instant::now();
        let cells: Vec<TimedCell> = self
            .cells
            .iter()
            .zip(to_burn)
            .map(|(cell, calibration)| TimedCell {
                base: runner(&self.program),
                base_job: calibration.more_time(cell, 0.0),
                candidate: runner(&self.program),
                candidate_job: calibration.more_time(cell, change),
            })
            .collect();
        let mut series = Series::new(Evidence::Time, change);
        let sessions = tries.div_ceil(cells.len() as u32);
        for session in 0..sessions {
            if self.stopped() {
                break;
            }
            let what = format!("time, {} % more: {} of {sessions}", 100.0 * change, session + 1);
            self.progress.begin(&what, 0);
            let seed = self.seed.wrapping_add(u64::from(session)).wrapping_add(change.to_bits());
            for judged in self.judge(&cells, seed)?.into_iter().flatten() {
                let first = Shift::of(&judged.first.log_ratios);
                let uncorrected = first.is_some_and(|it| it.p_differs(0.0) <= 0.05);
                let Timing { verdict, ratio, .. } = judged.timing;
                series.add(verdict, Some(ratio.estimate - 1.0), uncorrected);
            }
        }
        series.seconds = begun.elapsed().as_secs_f64() / f64::from(series.tries.max(1));
        Ok(series)
    }

    fn judge(&self, cells: &[TimedCell], seed: u64) -> Result<Vec<Option<Judged>>, SelfTestError> {
        let random = Pcg64Mcg::seed_from_u64(seed);
        let mut processes = Processes::new(cells, self.limits, self.stop, self.progress, random);
        let thresholds = vec![self.threshold; cells.len()];
        let deadline = Instant::now() + self.budget * cells.len() as u32;
        Ok(judge_times(&mut processes, &thresholds, deadline, MOST_BLOCKS)?)
    }

    fn stopped(&self) -> bool {
        self.stop.load(Relaxed)
    }
}

/// Whether the fuel of two cells differs at all, and by which fraction; `None` if either
/// has no counts.
fn fuel_verdict(base: &Entry, slower: &Entry) -> Option<(Verdict, f64)> {
    let (base, slower) = (base.counted.as_ref()?, slower.counted.as_ref()?);
    let (old, new) = (base.result.as_ref().ok()?, slower.result.as_ref().ok()?);
    let noisy = &base.noisy | &slower.noisy;
    let limit = |_| "0".parse::<Limit>().ok();
    let counts = counts::compare(old, new, &noisy, true, limit);
    let fuel = counts.iter().find(|it| it.metric == Metric::GuestFuel)?;
    let verdict = match fuel.verdict {
        CountVerdict::Worse => Verdict::Slower,
        CountVerdict::Better => Verdict::Faster,
        CountVerdict::Equal => Verdict::Same,
        CountVerdict::Within | CountVerdict::Noisy | CountVerdict::NotComparable => {
            Verdict::CantTell
        }
    };
    Some((verdict, fuel.candidate / fuel.base - 1.0))
}
