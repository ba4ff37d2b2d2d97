use askama::Template;
use pollbench_reports::comparison::Metric;
use pollbench_reports::format;
use pollbench_reports::names::shown;
use pollbench_reports::record::Status;

use super::frame::{Frame, Tab};
use super::words;
use crate::Error;
use crate::links::Links;
use crate::serve::BegunRun;
use crate::view::{Live, LiveCell, Show, Underway, status_words};

/// So many cells of a run are shown.
const MOST: usize = 200;
/// As much of a command as is shown, in characters.
const COMMAND: usize = 300;

#[derive(Template)]
#[template(path = "live.html")]
struct Page {
    frame: Frame,
    /// The runs, as HTML.
    runs: String,
    /// Whether a run can be begun and stopped here.
    has_controls: bool,
}

#[derive(Template)]
#[template(path = "live_runs.html")]
struct Runs<'a> {
    directory: &'a str,
    runs: Vec<Row>,
    begun: Option<String>,
    /// Whether one that was begun from here goes on.
    is_begun: bool,
}

struct Row {
    directory: String,
    headline: String,
    percent: u64,
    command: String,
    cells: Vec<CellRow>,
    hidden: usize,
}

struct CellRow {
    guest: String,
    workload: String,
    pollables: String,
    counted: &'static str,
    repetitions: usize,
    time: String,
}

/// The page of what goes on.
pub fn live(
    view: &Live,
    directory: &str,
    has_controls: bool,
    links: &Links,
) -> Result<String, Error> {
    let frame = Frame { links: links.clone(), branch: None, branches: Vec::new(), tab: Tab::Live };
    Ok(Page { frame, runs: live_runs(view, directory)?, has_controls }.render()?)
}

/// The part of it that changes.
pub fn live_runs(view: &Live, directory: &str) -> Result<String, Error> {
    let directory = &words::name(directory);
    let runs = view.runs.iter().map(row).collect();
    // One that goes on, and is shown, says so itself.
    let is_shown = |begun: &BegunRun| {
        view.runs.iter().any(|it| Some(&it.directory) == begun.directory.as_ref())
    };
    let begun = view.begun.as_ref().filter(|it| it.ended.is_some() || !is_shown(it));
    let is_begun = begun.is_some_and(|it| it.ended.is_none());
    Ok(Runs { directory, runs, begun: begun.map(self::begun), is_begun }.render()?)
}

/// What has become of the run that was begun from here.
fn begun(run: &BegunRun) -> String {
    match &run.ended {
        Some(how) => format!("Of the run that was begun from here: {}.", shown(how, COMMAND)),
        None => {
            "The run that was begun from here goes on; its cells show while it measures.".into()
        }
    }
}

fn row(run: &Underway) -> Row {
    let part = match run.budget {
        Some(budget) if budget > 0.0 => run.seconds / budget,
        // Without a time, half of the work is to count and half to time.
        _ => {
            let (counted, timed) = run.done();
            (counted + timed) as f64 / (2 * run.cells.len().max(1)) as f64
        }
    };
    Row {
        directory: words::name(&run.directory),
        headline: headline(run),
        percent: (part.clamp(0.0, 1.0) * 100.0).round() as u64,
        command: shown(&run.command, COMMAND),
        cells: run.cells.iter().take(MOST).map(cell).collect(),
        hidden: run.cells.len().saturating_sub(MOST),
    }
}

fn headline(run: &Underway) -> String {
    let (counted, timed) = run.done();
    let cells = format::count(run.cells.len() as u64);
    let mut words = format!(
        "{} for {:.0} s: of {cells} cells, {counted} are counted and {timed} timed",
        words::name(&run.directory),
        run.seconds,
    );
    words += &match run.left() {
        Some(left) if left >= 1.0 => format!("; about {left:.0} s left."),
        Some(_) => "; it will end soon.".into(),
        None => ".".into(),
    };
    words
}

fn cell(of: &LiveCell) -> CellRow {
    let (guest, workload, pollables) = words::cell(&of.cell);
    CellRow {
        guest,
        workload,
        pollables,
        counted: match (of.status, of.counted) {
            (Status::Ok, true) => "yes",
            (Status::Ok, false) => "not yet",
            (other, _) => status_words(other),
        },
        repetitions: of.repetitions,
        time: of.time.map_or("–".into(), format::duration),
    }
}
