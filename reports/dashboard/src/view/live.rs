use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use pollbench_history::Identity;
use pollbench_reports::record::{Record, RepetitionKind, Status};
use schemars::JsonSchema;
use serde::Serialize;

use super::CellName;
use crate::look::Names;
use crate::serve::BegunRun;

/// The runs that go on in a directory of results.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Live {
    /// The runs, the newest first, at most five.
    pub runs: Vec<Underway>,
    /// The run that was begun last from a page or by a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begun: Option<BegunRun>,
}

/// A run that goes on, as far as its record was kept up to date.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Underway {
    /// The name of its directory.
    pub directory: String,
    /// When it began: RFC 3339, UTC.
    pub started: String,
    /// The command that it was begun with.
    pub command: String,
    /// Seconds that it has taken.
    pub seconds: f64,
    /// Seconds that it was given, where it was given a time.
    pub budget: Option<f64>,
    /// Its cells, in the order of the matrix.
    pub cells: Vec<LiveCell>,
}

/// A cell of a run that goes on.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct LiveCell {
    /// The cell.
    pub cell: CellName,
    /// Whether the guest has passed all checks so far.
    pub status: Status,
    /// Whether its events were counted.
    pub counted: bool,
    /// How often it was timed.
    pub repetitions: usize,
    /// The time per event so far, in nanoseconds.
    pub time: Option<f64>,
}

/// So many runs are shown: nobody makes more at once.
const MOST: usize = 5;
/// The name of the record in a directory of results.
const RECORD: &str = "record.json";
/// A record that was not written for so long is of a run that has ended. One that goes on is
/// written every second, or less often if that takes long.
const QUIET: Duration = Duration::from_secs(30);

impl Live {
    /// What goes on in a directory, and in those in it. What can't be read is passed over: it
    /// may be no record, or be replaced at that moment.
    pub fn within(directory: &Path) -> Self {
        let inner = fs::read_dir(directory).into_iter().flatten().flatten().map(|it| it.path());
        let mut recent: Vec<(SystemTime, PathBuf)> = inner
            .chain([directory.to_path_buf()])
            .filter_map(|it| Some((written(&it.join(RECORD))?, it)))
            .filter(|(time, _)| time.elapsed().is_ok_and(|it| it < QUIET))
            .collect();
        recent.sort_by(|a, b| b.cmp(a));
        let runs = recent.iter().filter_map(|(_, it)| Underway::read(it)).take(MOST);
        Self { runs: runs.collect(), begun: None }
    }
}

fn written(record: &Path) -> Option<SystemTime> {
    fs::metadata(record).ok().filter(fs::Metadata::is_file)?.modified().ok()
}

impl Underway {
    fn read(directory: &Path) -> Option<Self> {
        let record = Record::read(&directory.join(RECORD)).ok()?;
        // Until it is complete, a run leaves what an interruption would leave.
        record.interrupted.then(|| Self::new(&record, directory))
    }

    fn new(record: &Record, directory: &Path) -> Self {
        let identities: Vec<Identity> = record.cells.iter().map(Identity::of).collect();
        let names = Names::among(&identities);
        let cell = |(cell, identity): (&pollbench_reports::record::Cell, &Identity)| {
            let repetitions = cell.time.iter().flat_map(|it| &it.repetitions);
            LiveCell {
                cell: names.of(identity),
                status: cell.status,
                counted: cell.counters.is_some() || cell.status != Status::Ok,
                repetitions: repetitions.filter(|it| it.kind == RepetitionKind::Plain).count(),
                time: cell.time_per_event().map(|it| it.median),
            }
        };
        let environment = &record.environment;
        Self {
            directory: directory.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            started: environment.started.clone(),
            command: environment.command.clone(),
            seconds: environment.seconds.unwrap_or(0.0),
            budget: environment.budget_seconds,
            cells: record.cells.iter().zip(&identities).map(cell).collect(),
        }
    }

    /// How many cells were counted, and how many were timed at least once.
    pub fn done(&self) -> (usize, usize) {
        let counted = self.cells.iter().filter(|it| it.counted).count();
        (counted, self.cells.iter().filter(|it| it.repetitions > 0).count())
    }

    /// Seconds until the time that it was given is over.
    pub fn left(&self) -> Option<f64> {
        self.budget.map(|it| (it - self.seconds).max(0.0))
    }
}
