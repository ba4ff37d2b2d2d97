use jiff::{SignedDuration, Timestamp};
use pollbench_history::{History, Provenance};
use pollbench_reports::record::{Cell, Estimate, FailureKind, Record};

use super::lanes::tell_lanes;
use super::noise::Noise;
use super::sample::{Sample, typical};

/// A history in which it is known what changed.
pub struct Story {
    pub sample: Sample,
    /// How many runs there are on `main`.
    pub runs: u64,
    /// How many of a branch beside it, the last ones.
    pub beside: u64,
    /// The standard deviation of times, as a part of them.
    pub noise: f64,
    pub steps: Vec<Step>,
    /// The first run on another machine, where all times are a fifth longer.
    pub machine: Option<u64>,
    /// Whether a cell of the newest run failed.
    pub fails: bool,
    /// Whether there are tunings, profiles and servers as well.
    pub has_lanes: bool,
}

/// A change of a guest's cells.
pub struct Step {
    /// The first run with it.
    pub run: u64,
    pub guest: &'static str,
    /// Only with so many pollables or more.
    pub from: u32,
    /// What times are multiplied by.
    pub time: f64,
    /// What fuel is multiplied by.
    pub fuel: f64,
}

impl Default for Story {
    fn default() -> Self {
        Self {
            sample: typical(),
            runs: 90,
            beside: 20,
            noise: 0.012,
            steps: vec![
                Step { run: 62, guest: "slab", from: 1000, time: 1.09, fuel: 1.11 },
                Step { run: 74, guest: "batched", from: 0, time: 0.92, fuel: 0.9 },
            ],
            machine: Some(40),
            fails: true,
            has_lanes: false,
        }
    }
}

/// A commit that looks like one.
fn commit(number: u64) -> String {
    format!("{:016x}{number:024x}", (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

/// When a run was measured.
fn time(number: u64) -> Timestamp {
    let first: Timestamp = "2026-10-01T04:12:00Z".parse().expect("a time");
    first + SignedDuration::from_hours(number as i64 * 12)
}

impl Story {
    /// Adds all runs to a history.
    pub async fn tell(&self, history: &History) {
        let plain = self.sample.record();
        let mut noise = Noise(7);
        for number in 0..self.runs {
            let record = self.record(&plain, number, &mut noise);
            self.add(history, &record, number, "main").await;
            if number + self.beside >= self.runs {
                let mut record = self.record(&plain, number, &mut noise);
                record.environment.started =
                    (time(number) + SignedDuration::from_hours(1)).to_string();
                self.add(history, &record, number + 5000, "feature/timer-wheel").await;
            }
        }
        if self.has_lanes {
            tell_lanes(history).await;
        }
    }

    /// The records of `main` alone.
    pub fn records(&self) -> Vec<Record> {
        let (plain, mut noise) = (self.sample.record(), Noise(7));
        (0..self.runs).map(|number| self.record(&plain, number, &mut noise)).collect()
    }

    /// The record of a run of `main`, with noise of its own.
    pub fn record_alone(&self, number: u64) -> Record {
        self.record(&self.sample.record(), number, &mut Noise(number))
    }

    /// Where a record is from.
    pub fn provenance(&self, number: u64, branch: &str) -> Provenance {
        const SUBJECTS: [&str; 5] = [
            "Keep the list of pollables between turns",
            "Timers sit in a heap",
            "Bump dependencies",
            "Fix a wake-up that was lost when a task yielded",
            "Poll a batch at a time",
        ];
        Provenance {
            commit: Some(commit(number)),
            branch: Some(branch.into()),
            subject: Some(SUBJECTS[number as usize % SUBJECTS.len()].into()),
            tags: if number == 30 { vec!["v0.1.0".into()] } else { Vec::new() },
            ..Provenance::default()
        }
    }

    async fn add(&self, history: &History, record: &Record, number: u64, branch: &str) {
        let provenance = self.provenance(number, branch);
        history.add(record, &provenance).await.expect("it is added");
    }

    fn record(&self, plain: &Record, number: u64, noise: &mut Noise) -> Record {
        let mut record = plain.clone();
        record.environment.started = time(number).to_string();
        let is_moved = self.machine.is_some_and(|it| number >= it);
        if is_moved {
            record.environment.cpu.model = "Another CPU @ 2.10GHz".into();
        }
        for cell in &mut record.cells {
            let steps = self.steps.iter().filter(|it| it.holds_for(cell, number));
            let (mut time, mut fuel) = (1.0, 1.0);
            for step in steps {
                time *= step.time;
                fuel *= step.fuel;
            }
            let machine = if is_moved { 1.2 } else { 1.0 };
            with_times(cell, time * machine * (1.0 + self.noise * noise.normal()));
            if let Some(counters) = &mut cell.counters {
                counters.window.guest_fuel = (counters.window.guest_fuel as f64 * fuel) as u64;
            }
        }
        if self.fails && number + 1 == self.runs {
            let failed = self.sample.with_failure(7, FailureKind::Lost, "task 7 was never run");
            record.cells[7] = failed.cells[7].clone();
        }
        record
    }
}

impl Step {
    fn holds_for(&self, cell: &Cell, number: u64) -> bool {
        number >= self.run && cell.guest == self.guest && cell.pollables >= self.from
    }
}

/// Multiplies the times of a cell.
pub fn with_times(cell: &mut Cell, factor: f64) {
    let Some(time) = &mut cell.time else { return };
    for estimate in std::iter::once(&mut time.ns_per_event).chain(&mut time.net_ns_per_event) {
        let Estimate { median, low, high, .. } = estimate;
        for value in [median, low, high] {
            *value *= factor;
        }
    }
    for repetition in &mut time.repetitions {
        repetition.nanoseconds = (repetition.nanoseconds as f64 * factor) as u64;
    }
}
