use pollbench_reports::record::KnobValue;
use pollbench_reports::tuning::{Grid, GridKnob, Race, Range, settings, words};

use crate::worker::Job;

/// A knob that is to be tuned, or two on a grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TunableKnob {
    /// Its name.
    pub name: String,
    /// The least value it can have.
    pub low: u64,
    /// The greatest value it can have.
    pub high: u64,
    /// The value it has where nobody sets it.
    pub default: u64,
    /// The two knobs, if it is a grid. What is called a value is then the place of a point.
    pub grid: Option<Grid>,
}

impl TunableKnob {
    /// Two knobs together.
    ///
    /// # Panics
    /// If a default is out of its range.
    pub fn on_grid(knobs: [Self; 2]) -> Self {
        let knob = |Self { name, low, high, default, .. }| GridKnob { name, low, high, default };
        let grid = Grid::new(knobs.map(knob)).expect("a guest's default is in range");
        Self {
            name: grid.name(),
            low: 0,
            high: grid.points.len() as u64 - 1,
            default: grid.default(),
            grid: Some(grid),
        }
    }

    /// What it is set to in words, such as `batch = 32`.
    pub fn setting(&self, value: u64) -> String {
        words::settings(&settings(&self.name, self.grid.as_ref(), value))
    }

    /// A job with another value of it.
    pub fn set(&self, job: &Job, value: u64) -> Job {
        let mut job = job.clone();
        for (name, value) in settings(&self.name, self.grid.as_ref(), value) {
            job.knobs.insert(name.into(), KnobValue::Integer(value));
        }
        job
    }

    /// The race of its values, or of the points of its grid.
    pub fn race(&self, tolerance: f64) -> Race {
        match &self.grid {
            Some(_) => Race::among((self.low..=self.high).collect(), self.default, tolerance),
            None => {
                let range = Range::new(self.low, self.high, self.default);
                Race::new(range.expect("a guest's default is in range"), tolerance)
            }
        }
    }
}
