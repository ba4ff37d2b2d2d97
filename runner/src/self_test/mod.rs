//! Measures how reliable comparisons are: how often an unchanged guest, or one whose code is
//! only laid out anew, is called changed, and how often a change of a known size is found.

mod burn;
mod calibration;
mod layout;
mod neighbours;

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use pollbench_guests::SLOWED;
use pollbench_reports::comparison::limits::Limit;
use pollbench_reports::comparison::{Count, CountVerdict, Metric, Timing, Verdict, counts};
use pollbench_reports::stats::paired::Shift;
use pollbench_reports::trust::{Answer, Difference, Evidence, Series};
use rand::SeedableRng as _;
use rand_pcg::Pcg64Mcg;
use tempfile::NamedTempFile;

pub use calibration::{Calibrating, Calibration, SelfTestError, runner};
pub use neighbours::Neighbours;

use layout::laid_out_anew;

use crate::compare::{
    Entry, Judged, MOST_BLOCKS, Processes, Runner, TimedCell, count, judge_times,
};
use crate::engine::RunLimits;
use crate::session::Progress;
use crate::worker::{GuestSource, Job, Program};

/// What a self-test measures, and how long it may take.
pub struct SelfTest<'a> {
    /// This program.
    pub program: Program,
    /// The cells, which the sessions take in turns.
    pub cells: Vec<Job>,
    /// How many sessions compare the guest with itself.
    pub same: u32,
    /// How many sessions compare the guest with one whose code is laid out anew, each with
    /// another layout.
    pub layouts: u32,
    /// How many sessions there are for each change.
    pub tries: u32,
    /// The sizes of the changes, as fractions of the base's fuel or time.
    pub changes: Vec<f64>,
    /// How many cells a session compares. They share its processes.
    pub together: usize,
    /// How long a session may take for each of its cells.
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
        let more = || self.changes.iter().map(|&change| Difference::More(change));
        for difference in [Difference::Nothing, Difference::Layout].into_iter().chain(more()) {
            keep(self.fuel(difference, &calibrations)?);
        }
        keep(self.time(Difference::Nothing, self.same, &calibrations)?);
        keep(self.time(Difference::Layout, self.layouts, &calibrations)?);
        for difference in more() {
            keep(self.time(difference, self.tries, &calibrations)?);
        }
        Ok(all)
    }

    /// Measures a series of fuel. Counts are exact, so one comparison of each cell is
    /// enough.
    fn fuel(
        &self,
        difference: Difference,
        calibrations: &[Calibration],
    ) -> Result<Series, SelfTestError> {
        let begun = Instant::now();
        let layout = self.layout(difference, self.seed)?;
        let counted = |runner: Runner, change: f64| {
            let cells = self.cells.iter().zip(calibrations);
            let jobs = cells.map(|(cell, calibration)| calibration.more_fuel(cell, change));
            let mut entries: Vec<Entry> = jobs.map(|job| entry(job, runner.clone())).collect();
            count(&mut entries, self.limits, || self.stopped(), self.progress)?;
            Ok::<_, SelfTestError>(entries)
        };
        let base = counted(runner(&self.program), 0.0)?;
        let candidate = counted(self.candidate(&layout), difference.change())?;
        let mut series = Series::new(Evidence::Fuel, difference);
        for (base, candidate) in base.iter().zip(&candidate) {
            series.add(&[fuel_answer(base, candidate)]);
        }
        series.seconds = begun.elapsed().as_secs_f64() / self.cells.len() as f64;
        Ok(series)
    }

    /// Measures a series of time.
    fn time(
        &self,
        difference: Difference,
        sessions: u32,
        calibrations: &[Calibration],
    ) -> Result<Series, SelfTestError> {
        let begun = Instant::now();
        let mut series = Series::new(Evidence::Time, difference);
        let mut cells = self.cells.iter().zip(calibrations).cycle();
        for session in 0..sessions {
            if self.stopped() {
                break;
            }
            let what = format!("time, {difference}: {} of {sessions}", session + 1);
            self.progress.begin(&what, 0);
            let seed = self
                .seed
                .wrapping_add(u64::from(session))
                .wrapping_add(difference.change().to_bits());
            let layout = self.layout(difference, seed)?;
            let timed = |(cell, calibration): (&Job, &Calibration)| TimedCell {
                base: runner(&self.program),
                base_job: calibration.more_time(cell, 0.0),
                candidate: self.candidate(&layout),
                candidate_job: calibration.more_time(cell, difference.change()),
            };
            let together: Vec<TimedCell> = cells.by_ref().take(self.together).map(timed).collect();
            let judged = self.judge(&together, seed)?;
            let answers: Vec<Answer> = judged.iter().flatten().map(time_answer).collect();
            if !answers.is_empty() {
                series.add(&answers);
            }
        }
        series.seconds = begun.elapsed().as_secs_f64() / f64::from(series.cells.max(1));
        Ok(series)
    }

    fn judge(&self, cells: &[TimedCell], seed: u64) -> Result<Vec<Option<Judged>>, SelfTestError> {
        let random = Pcg64Mcg::seed_from_u64(seed);
        let mut processes = Processes::new(cells, self.limits, self.stop, self.progress, random);
        let thresholds = vec![self.threshold; cells.len()];
        let deadline = Instant::now() + self.budget * cells.len() as u32;
        Ok(judge_times(&mut processes, &thresholds, deadline, MOST_BLOCKS)?)
    }

    /// The guest laid out anew, in a file that lasts as long as this value; `None` where
    /// the layout is to stay as it is.
    fn layout(
        &self,
        difference: Difference,
        seed: u64,
    ) -> Result<Option<NamedTempFile>, SelfTestError> {
        if difference != Difference::Layout {
            return Ok(None);
        }
        let random = &mut Pcg64Mcg::seed_from_u64(seed);
        let component = laid_out_anew(SLOWED.component, random).map_err(SelfTestError::guest)?;
        let mut file = tempfile::Builder::new().suffix(".wasm").tempfile()?;
        file.write_all(&component)?;
        Ok(Some(file))
    }

    /// What runs the candidate, which is the base's guest unless it is laid out anew.
    fn candidate(&self, layout: &Option<NamedTempFile>) -> Runner {
        let base = runner(&self.program);
        match layout {
            Some(file) => Runner { guest: GuestSource::File(file.path().into()), ..base },
            None => base,
        }
    }

    fn stopped(&self) -> bool {
        self.stop.load(Relaxed)
    }
}

fn entry(job: Job, runner: Runner) -> Entry {
    let (name, host) = (SLOWED.name.to_string(), runner.host.clone());
    let runner = Some(runner);
    Entry { guest: name.clone(), label: name, host, job, runner, counted: None, identical: false }
}

/// Whether the fuel of two cells differs at all, and by which fraction.
fn fuel_answer(base: &Entry, candidate: &Entry) -> Answer {
    let answer = |verdict, found| Answer { verdict, found, uncorrected: false };
    let Some(fuel) = fuel(base, candidate) else { return answer(Verdict::CantTell, None) };
    let verdict = match fuel.verdict {
        CountVerdict::Worse => Verdict::Slower,
        CountVerdict::Better => Verdict::Faster,
        CountVerdict::Equal => Verdict::Same,
        CountVerdict::Within | CountVerdict::Noisy | CountVerdict::NotComparable => {
            Verdict::CantTell
        }
    };
    answer(verdict, Some(fuel.candidate / fuel.base - 1.0))
}

/// The comparison of the fuel of two cells, with no change allowed; `None` if either has no
/// counts.
fn fuel(base: &Entry, candidate: &Entry) -> Option<Count> {
    let (base, candidate) = (base.counted.as_ref()?, candidate.counted.as_ref()?);
    let noisy = &base.noisy | &candidate.noisy;
    let limit = |_| "0".parse::<Limit>().ok();
    let (base, candidate) = (base.result.as_ref().ok()?, candidate.result.as_ref().ok()?);
    let counts = counts::compare(base, candidate, &noisy, true, limit);
    counts.into_iter().find(|it| it.metric == Metric::GuestFuel)
}

fn time_answer(judged: &Judged) -> Answer {
    let first = Shift::of(&judged.first.log_ratios);
    let uncorrected = first.is_some_and(|it| it.p_differs(0.0) <= 0.05);
    let Timing { verdict, ratio, .. } = &judged.timing;
    Answer { verdict: *verdict, found: Some(ratio.estimate - 1.0), uncorrected }
}
