use pollbench_history::{Identity, RunId};
use pollbench_reports::record::{Cell, Estimate, Latency, PhaseCounters, Status, Time};
use schemars::JsonSchema;
use serde::Serialize;

use super::run::{commands, failed};
use super::{CellName, Failed, ProfiledCells, RunRef};
use crate::look::Names;
use crate::{Dashboard, Error};

/// All there is about a cell of a run.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CellPage {
    /// The run.
    pub run: RunRef,
    /// The cell's number in the record, from 1 on.
    pub number: usize,
    /// How many cells the record has.
    pub cells: usize,
    /// The cell.
    pub cell: CellName,
    /// The guest's knobs and the workload's parameters.
    pub settings: Vec<(String, String)>,
    /// The host configuration.
    pub host: String,
    /// Whether the guest passed all checks.
    pub status: Status,
    /// How it failed, where it did.
    pub failure: Option<Failed>,
    /// The time per event, net of pollbench itself where the record has that: nanoseconds.
    pub headline: Option<Estimate>,
    /// Where the time went, and every repetition.
    pub time: Option<Time>,
    /// From the moment an event is due until its task runs, in nanoseconds.
    pub latency: Option<Latency>,
    /// The same distance in polls.
    pub latency_polls: Option<Latency>,
    /// The exact counts.
    pub counts: Vec<CountLine>,
    /// The commands that repeat the run.
    pub commands: Vec<String>,
    /// Those of the newest 100 profiles that are of such a cell, the newest first.
    pub profiles: Vec<i64>,
}

/// A count of the measured window.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CountLine {
    /// Its name.
    pub name: String,
    /// The total.
    pub total: u64,
    /// For each event, where it is a count of the window and there were events.
    pub per_event: Option<f64>,
}

impl CellPage {
    pub(crate) async fn new(dashboard: &Dashboard, run: i64, number: usize) -> Result<Self, Error> {
        let known = dashboard.history.run(RunId(run)).await?;
        let record = dashboard.record(run).await?;
        let cells = record.cells.len();
        let place = number.checked_sub(1).filter(|it| *it < cells);
        let place = place.ok_or(Error::NoCell { run, cell: number, cells })?;
        let identities: Vec<Identity> = record.cells.iter().map(Identity::of).collect();
        let cell = &record.cells[place];
        let settings = cell.knobs.iter().chain(&cell.parameters);
        Ok(Self {
            run: RunRef::from(&known),
            number,
            cells,
            cell: Names::among(&identities).of(&identities[place]),
            settings: settings.map(|(name, value)| (name.clone(), value.to_string())).collect(),
            host: cell.host.clone(),
            status: cell.status,
            failure: failed(cell),
            headline: cell.time_per_event().copied(),
            time: cell.time.clone(),
            latency: cell.latency_ns.clone(),
            latency_polls: cell.latency_polls.clone(),
            counts: counts(cell),
            commands: commands(&record),
            profiles: ProfiledCells::of(dashboard).await?.profiles(&identities[place]),
        })
    }
}

fn counts(cell: &Cell) -> Vec<CountLine> {
    let Some(counters) = &cell.counters else { return Vec::new() };
    let window = &counters.window;
    let of_window = PhaseCounters::COUNTS.iter().map(|count| {
        let total = (count.of)(window);
        CountLine { name: count.label.into(), total, per_event: window.per_event(total) }
    });
    let of_run = [
        ("handles alive at peak", counters.handles_peak),
        ("handles left at the end", counters.handles_leaked),
        ("handles of standard streams left at the end", counters.stream_handles_left),
        ("guest memory at peak, bytes", counters.guest_memory_peak_bytes),
    ];
    let of_run =
        of_run.map(|(name, total)| CountLine { name: name.into(), total, per_event: None });
    of_window.chain(of_run).collect()
}
