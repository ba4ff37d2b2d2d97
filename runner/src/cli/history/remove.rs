use clap::Args;
use itertools::Itertools as _;
use pollbench_history::RunId;

use super::opened::Opened;
use super::place::PlaceArguments;
use crate::cli::error::{Error, Exit};
use crate::cli::{Done, output, streams};

#[derive(Args)]
pub struct RemoveArguments {
    /// The runs: the number of each, a tag, or the beginning of its commit or digest. Of
    /// several with a tag or commit it is the newest.
    #[arg(value_name = "RUN", required = true)]
    runs: Vec<String>,
    #[command(flatten)]
    place: PlaceArguments,
}

/// Removes runs. None is removed unless all of them are there.
pub fn remove(arguments: &RemoveArguments) -> Done {
    let opened = Opened::existing(arguments.place.place()?)?;
    let find = |asked: &String| opened.wait(opened.history.find(asked, None));
    let runs = arguments.runs.iter().map(find).collect::<Result<Vec<_>, _>>()?;
    let remove = |id: RunId| -> Result<(), Error> {
        opened.wait(opened.history.remove(id))?;
        Ok(streams::print(&format!("run {id} was removed\n"))?)
    };
    output::first_failure(runs.into_iter().unique().map(remove).collect_vec())?;
    Ok(Exit::Fine)
}
