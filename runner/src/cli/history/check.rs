use pollbench_history::{Filter, Page, Problem};
use pollbench_reports::format;
use pollbench_reports::names::shown;

use super::opened::Opened;
use super::place::PlaceArguments;
use crate::cli::error::Exit;
use crate::cli::{Done, streams};

/// As much of a problem as is shown, in characters.
const TEXT: usize = 1000;

/// Checks that everything is as it was written.
pub fn check(place: &PlaceArguments) -> Done {
    let opened = Opened::existing(place.place()?)?;
    let problems = opened.wait(opened.history.check())?;
    if problems.is_empty() {
        let none = Page { offset: 0, limit: 0 };
        let runs = opened.wait(opened.history.list(&Filter::default(), none))?.total;
        streams::print(&match runs {
            1 => "the one run is whole\n".into(),
            runs => format!("all {} runs are whole\n", format::count(runs)),
        })?;
        return Ok(Exit::Fine);
    }
    let line = |problem: &Problem| shown(&problem.to_string(), TEXT) + "\n";
    streams::print(&problems.iter().map(line).collect::<String>())?;
    Ok(Exit::BadInput)
}
