use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use pollbench::compare::{MOST_BLOCKS, Processes, TimedCell, judge_times};
use pollbench::engine::RunLimits;
use pollbench::self_test::runner;
use pollbench::session::Progress;
use pollbench::worker::{Job, Program};
use pollbench_reports::comparison::Verdict;
use rand::SeedableRng as _;
use rand_pcg::Pcg64Mcg;

/// What pollbench has as its default.
const THRESHOLD: f64 = 0.01;

struct Silent;

impl Progress for Silent {
    fn begin(&self, _what: &str, _whole: u64) {}
    fn advance(&self, _units: u64) {}
    fn end(&self) {}
}

/// 1 for slower, -1 for faster, 0 for neither.
pub fn compare(program: &Program, base: &Job, candidate: &Job, budget: Duration, seed: u32) -> i8 {
    let cells = [TimedCell {
        base: runner(program),
        base_job: base.clone(),
        candidate: runner(program),
        candidate_job: candidate.clone(),
    }];
    let stop = AtomicBool::new(false);
    let random = Pcg64Mcg::seed_from_u64(seed.into());
    let mut processes = Processes::new(&cells, RunLimits::default(), &stop, &Silent, random);
    let judged = judge_times(&mut processes, &[THRESHOLD], Instant::now() + budget, MOST_BLOCKS);
    match judged.expect("workers answer").remove(0).map(|it| it.timing.verdict) {
        Some(Verdict::Slower) => 1,
        Some(Verdict::Faster) => -1,
        _ => 0,
    }
}
