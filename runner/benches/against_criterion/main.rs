//! The same changes given to criterion's own comparison and to pollbench's, with the
//! same time for each, quiet and beside busy neighbours: who finds them, and who finds
//! what is not there.
//!
//! `cargo bench --workspace --bench against_criterion -- --tries 10 --budget 10`

mod criterion_side;
mod pollbench_side;

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use clap::{Parser, value_parser};
use pollbench::engine::RunLimits;
use pollbench::self_test::{Calibrating, Neighbours};
use pollbench::worker::{Job, Program};
use rand::SeedableRng as _;
use rand_pcg::Pcg64Mcg;

/// How long the program may take to answer.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(Parser)]
struct Arguments {
    /// Tries for each change.
    #[arg(long, default_value_t = 10, value_parser = value_parser!(u32).range(1..))]
    tries: u32,
    /// Seconds for each comparison.
    #[arg(long, default_value_t = 20, value_parser = value_parser!(u64).range(8..))]
    budget: u64,
    /// Busy neighbours in the second half; as many as there are processors tell most.
    #[arg(long, default_value_t = 2)]
    neighbours: u32,
    /// Changes, in per cent.
    #[arg(long, value_delimiter = ',', default_value = "0,3,10")]
    changes: Vec<f64>,
    /// Be a run of criterion: for this program alone.
    #[arg(long, hide = true, num_args = 1..)]
    part: Vec<String>,
    /// What cargo adds.
    #[arg(long, hide = true)]
    bench: bool,
}

/// What a comparison said, by name.
#[derive(Clone, Copy, Default)]
struct Said {
    slower: u32,
    faster: u32,
    neither: u32,
}

fn main() {
    let arguments = Arguments::parse();
    match arguments.part.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => compare(&arguments),
        ["criterion", rest @ ..] => criterion_side::run(rest),
        other => panic!("no part {other:?}"),
    }
}

fn compare(arguments: &Arguments) {
    let program =
        &Program::at(Path::new(env!("CARGO_BIN_EXE_pollbench")), PATIENCE).expect("it is built");
    let cell = cell();
    let mut random = Pcg64Mcg::seed_from_u64(0);
    let cells = std::slice::from_ref(&cell);
    let budget = Duration::from_secs(arguments.budget);
    let stop = AtomicBool::new(false);
    let calibrating = Calibrating { program, budget, limits: RunLimits::default(), stop: &stop };
    let calibrations = calibrating.of(cells, &mut random).expect("the self-test's guest runs");
    let calibration = calibrations.expect("nothing stops it")[0];
    println!("| neighbours | change made | method | tries | slower | faster | neither |");
    println!("| ---: | ---: | --- | ---: | ---: | ---: | ---: |");
    for neighbours in [0, arguments.neighbours] {
        let _busy = Neighbours::start(neighbours);
        for change in &arguments.changes {
            let slower = calibration.more_time(&cell, change / 100.0);
            let base = calibration.more_time(&cell, 0.0);
            let mut said = [Said::default(); 2];
            for attempt in 0..arguments.tries {
                said[0].add(criterion_side::compare(&base, &slower, budget));
                said[1].add(pollbench_side::compare(program, &base, &slower, budget, attempt));
            }
            for (method, said) in ["criterion", "pollbench"].iter().zip(said) {
                println!(
                    "| {neighbours} | +{change} % | {method} | {} | {} | {} | {} |",
                    arguments.tries, said.slower, said.faster, said.neither
                );
            }
        }
    }
}

/// A cell in which an event takes a few microseconds.
fn cell() -> Job {
    Job {
        workload: "idle".into(),
        pollables: 100,
        active: 10,
        parameters: Default::default(),
        effort: 10_000,
        knobs: Default::default(),
    }
}

impl Said {
    /// Above 0 for slower, below for faster.
    fn add(&mut self, direction: i8) {
        *match direction {
            1.. => &mut self.slower,
            0 => &mut self.neither,
            ..0 => &mut self.faster,
        } += 1;
    }
}
