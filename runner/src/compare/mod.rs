//! Compares two sides, a base and a candidate: counts in three fresh processes for each
//! cell, CPU time in paired blocks of fresh processes, judged in two stages.

mod block;
mod count;
mod entry;
mod identical;
mod notes;
mod pair;
mod processes;
mod side;
mod stage;
mod stages;
mod subject;
mod timing;

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use pollbench_reports::comparison::limits::GateLimits;
use pollbench_reports::comparison::{
    Cell, Comparison, Identity, Metric, Outcome, Problem, SCHEMA, counts,
};

use crate::engine::{RunLimits, engine_version};
use crate::session::Progress;
use crate::worker::{WhyNot, WorkerError};

pub use block::{Block, Runner};
pub use count::{PROCESSES, count};
pub use entry::{Counts, Entry};
pub use pair::{Pair, news, pairs};
pub use processes::{Processes, TimedCell};
pub use side::{Side, StartedGuest};
pub use stages::{Judged, judge_times};
pub use subject::{Subject, SubjectError};
pub use timing::{MOST_BLOCKS, judge_pairs};

/// How two sides are compared.
pub struct Comparing<'a> {
    /// What a run of a guest may use.
    pub limits: RunLimits,
    /// How much worse the candidate may be.
    pub allowed: &'a GateLimits,
    /// The change, as a fraction of the base's time, that has to be exceeded where no limit
    /// sets another threshold.
    pub threshold: f64,
    /// How long measuring CPU time may take; with `None`, CPU time is not measured.
    pub budget: Option<Duration>,
    /// The seed of the random number generator.
    pub seed: u64,
    /// Whether the sides are the same guests at two times, so that a difference which may
    /// come from another compiler is not held against them.
    pub same_guests: bool,
    /// Whether somebody wants the candidate's counts, even those of a cell that needs no
    /// measuring.
    pub keeps_counts: bool,
    /// Set when the comparison is to stop.
    pub stop: &'a AtomicBool,
    /// Is told how far the comparison has come.
    pub progress: &'a dyn Progress,
}

impl Comparing<'_> {
    /// Counts every cell, measures CPU time, and judges both. The candidate's counts are in its
    /// cells then.
    pub fn compare(
        &self,
        mut base: Side,
        candidate: &mut Side,
        started: String,
        command: String,
    ) -> Result<Comparison, WorkerError> {
        let mut notes: Vec<String> = self.settle(&mut base).into_iter().collect();
        notes.extend(self.settle(candidate));
        notes.extend(notes::compilers(&base, candidate));
        identical::mark(&mut base, candidate, self.keeps_counts);
        self.count(&mut [&mut base, candidate])?;
        let news = if self.same_guests { news(&base, candidate) } else { Vec::new() };
        let (pairs, left_over) = pairs(&base, candidate, news.len());
        notes.extend(left_over);
        notes.extend(notes::defaults(&pairs, &base, candidate));
        notes.extend(notes::novelties(&news, &base));
        notes.extend(self.idle_limits(&pairs, &news));
        let mut cells: Vec<Cell> =
            pairs.iter().map(|pair| self.counted(pair, &base, candidate)).collect();
        let timing = match self.budget {
            Some(budget) => judge_pairs(self, budget, &pairs, &mut cells, &mut notes)?,
            None => None,
        };
        self.progress.end();
        cells.extend(news.into_iter().filter_map(new_cell));
        notes.extend(self.same_guests.then(|| notes::renewal(&cells, &base)).flatten());
        notes.extend(notes::unjudged(&cells, self.budget.is_some()));
        if self.stopped() {
            notes.push("It was interrupted: what was not measured by then is left out.".into());
        }
        Ok(Comparison {
            schema: SCHEMA,
            started,
            command,
            base: base.described,
            candidate: candidate.described.clone(),
            notes,
            timing,
            outcome: Outcome::of(&cells),
            cells,
        })
    }

    /// A note on the limits that match no cell. Cells of new guests count too, as these
    /// limits apply to them once the baseline is saved again.
    fn idle_limits(&self, pairs: &[Pair], news: &[&Entry]) -> Option<String> {
        let news = news.iter().map(|it| it.identity(it));
        let identities: Vec<Identity> = pairs.iter().map(Pair::identity).chain(news).collect();
        let idle = self.allowed.without_cells(&identities);
        let names = idle.join(", ");
        (!idle.is_empty()).then(|| format!("Limits for {names} match no cell of this comparison."))
    }

    pub(crate) fn stopped(&self) -> bool {
        self.stop.load(Relaxed)
    }

    /// Drops the counters of a side that another engine or version of pollbench counted,
    /// where the guests are at hand to be counted again. Returns a note on this.
    fn settle(&self, side: &mut Side) -> Option<String> {
        let here = (env!("CARGO_PKG_VERSION"), engine_version());
        let there = &side.described;
        if !side.is_past || (there.pollbench.as_str(), &there.engine) == (here.0, &here.1) {
            return None;
        }
        let what = format!(
            "{} was counted by pollbench {} on {}, and here are pollbench {} and {}",
            there.label, there.pollbench, there.engine, here.0, here.1
        );
        side.forget_counts();
        let at_hand = side.entries.iter().all(|entry| entry.runner.is_some());
        Some(match at_hand {
            true => format!("{what}: its kept components are counted again."),
            false => format!("{what}: differences may be theirs."),
        })
    }

    fn count(&self, sides: &mut [&mut Side]) -> Result<(), WorkerError> {
        let open = |side: &&mut Side| {
            let entries = side.entries.iter();
            entries.filter(|it| it.is_to_count()).count() as u64
        };
        let cells: u64 = sides.iter().map(open).sum();
        if cells > 0 {
            let what = format!("counting {cells} cells in {PROCESSES} processes each");
            self.progress.begin(&what, cells * PROCESSES);
        }
        for side in sides {
            count::count(&mut side.entries, self.limits, || self.stopped(), self.progress)?;
        }
        Ok(())
    }

    fn counted(&self, pair: &Pair, base: &Side, candidate: &Side) -> Cell {
        let identity = pair.identity();
        let mut counts = Vec::new();
        if let (Some(old), Some(new)) = (&pair.base.counted, &pair.candidate.counted)
            && let (Ok(old_counters), Ok(new_counters)) = (&old.result, &new.result)
        {
            let noisy = &old.noisy | &new.noisy;
            let comparable = !self.same_guests || notes::same_compiler(pair, base, candidate);
            let limit = |metric: Metric| self.allowed.of(&identity, metric);
            counts = counts::compare(old_counters, new_counters, &noisy, comparable, limit);
        }
        let problem = pair.problem();
        let identical = pair.base.identical && problem.is_none();
        Cell { problem, identity, counts, timing: None, identical }
    }
}

/// The cell of a guest that the base does not have; `None` if the guest was not counted.
fn new_cell(entry: &Entry) -> Option<Cell> {
    let problem = match &entry.counted.as_ref()?.result {
        Ok(_) => Problem::New,
        Err(WhyNot::Failed(failure)) => Problem::CandidateFailed(failure.clone()),
        Err(WhyNot::NotSupported(why)) => Problem::NotSupported(why.clone()),
    };
    let identity = entry.identity(entry);
    let (counts, problem) = (Vec::new(), Some(problem));
    Some(Cell { identity, problem, counts, timing: None, identical: false })
}
