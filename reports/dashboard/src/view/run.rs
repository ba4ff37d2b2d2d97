use pollbench_history::{Identity, Run, RunId};
use pollbench_reports::document::Document;
use pollbench_reports::html::{self, Part};
use pollbench_reports::record::{Cell, Estimate, Record, Status};
use schemars::JsonSchema;
use serde::Serialize;

use super::{CellName, RunLine};
use crate::dashboard::blocking;
use crate::documents::flame_of;
use crate::look::Names;
use crate::scalings::scalings;
use crate::{Dashboard, Error};

/// A run: its conditions and cells, and how to repeat it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RunPage {
    /// The run.
    pub run: RunLine,
    /// The SHA-256 of its record.
    pub digest: String,
    /// What a reader has to know, a sentence each.
    pub warnings: Vec<String>,
    /// The commands that repeat it.
    pub commands: Vec<String>,
    /// The conditions it was measured under.
    pub environment: Vec<Fact>,
    /// Its cells, in the order of the record; none if that is no matrix.
    pub cells: Vec<CellLine>,
}

/// A condition and its value.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Fact {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A cell of a run.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CellLine {
    /// Its number in the record, from 1 on.
    pub number: usize,
    /// The cell.
    pub cell: CellName,
    /// Whether the guest passed all checks.
    pub status: Status,
    /// The time per event, net of pollbench itself where the record has that: nanoseconds.
    pub time: Option<Estimate>,
    /// Polls for each event.
    pub polls_per_event: Option<f64>,
    /// Handles passed for each event.
    pub handles_per_event: Option<f64>,
    /// How it failed, where it did.
    pub failure: Option<Failed>,
}

/// How a cell failed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Failed {
    /// The check that caught it.
    pub kind: String,
    /// What was seen.
    pub message: String,
}

/// What the page of a run has beside its data.
pub(crate) enum Rest {
    /// That of a matrix: the numbers of its charts, with the workloads.
    Matrix(Vec<(usize, String)>),
    /// Any other: what its report says, and whether it has a flame graph.
    Other { part: Part, has_flame: bool },
}

impl RunPage {
    pub(crate) async fn new(dashboard: &Dashboard, id: i64) -> Result<Self, Error> {
        Ok(Self::with_rest(dashboard, id).await?.0)
    }

    /// The same, with what else its page has.
    pub(crate) async fn with_rest(dashboard: &Dashboard, id: i64) -> Result<(Self, Rest), Error> {
        let run = dashboard.history.run(RunId(id)).await?;
        let document = dashboard.history.document(RunId(id)).await?;
        if let Document::Record(record) = &document {
            let rest = Rest::Matrix(scalings(record));
            return Ok((Self::of_matrix(&run, record), rest));
        }
        let command = document.command().into();
        let has_flame = flame_of(&document).is_some();
        let part = blocking(move || html::part(&document)).await?.unwrap_or_default();
        let warnings = part.banners.clone();
        let page = Self {
            run: RunLine::from(&run),
            digest: run.digest.clone(),
            warnings,
            commands: vec![command],
            environment: facts(&run),
            cells: Vec::new(),
        };
        Ok((page, Rest::Other { part, has_flame }))
    }

    fn of_matrix(run: &Run, record: &Record) -> Self {
        let identities: Vec<Identity> = record.cells.iter().map(Identity::of).collect();
        let names = Names::among(&identities);
        let cells = record.cells.iter().zip(&identities).enumerate();
        let line = |(index, (cell, identity))| CellLine::new(index + 1, cell, names.of(identity));
        Self {
            run: RunLine::from(run),
            digest: run.digest.clone(),
            warnings: html::banners(record),
            commands: commands(record),
            environment: html::environment(record).into_iter().map(Fact::from).collect(),
            cells: cells.map(line).collect(),
        }
    }
}

/// The conditions of a run whose record has them in columns only.
fn facts(run: &Run) -> Vec<Fact> {
    let conditions = &run.conditions;
    let fact = |name: &str, value: &str| Fact { name: name.into(), value: value.into() };
    let mut facts = vec![
        fact("pollbench", &conditions.pollbench),
        fact("processor", &format!("{}, {} cores", conditions.cpu, conditions.cores)),
        fact("kernel", &conditions.kernel),
    ];
    let engines = conditions.engines.iter();
    facts.extend(engines.map(|(host, engine)| fact(&format!("host {host}"), engine)));
    facts
}

/// The commands that repeat a record.
pub(crate) fn commands(record: &Record) -> Vec<String> {
    record.all_environments().map(|it| it.command.clone()).collect()
}

impl From<html::Fact> for Fact {
    fn from(fact: html::Fact) -> Self {
        Self { name: fact.name, value: fact.value }
    }
}

impl CellLine {
    fn new(number: usize, cell: &Cell, name: CellName) -> Self {
        let window = cell.counters.as_ref().map(|it| it.window);
        Self {
            number,
            cell: name,
            status: cell.status,
            time: cell.time_per_event().copied(),
            polls_per_event: window.and_then(|it| it.per_event(it.poll_calls)),
            handles_per_event: window.and_then(|it| it.per_event(it.handles_passed)),
            failure: failed(cell),
        }
    }
}

/// How a cell failed, or why it is not supported.
pub(crate) fn failed(cell: &Cell) -> Option<Failed> {
    let failure = cell
        .failure
        .as_ref()
        .map(|it| Failed { kind: it.kind.to_string(), message: it.in_one_line() });
    failure.or_else(|| {
        let message = cell.not_supported.clone()?;
        Some(Failed { kind: "not supported".into(), message })
    })
}
