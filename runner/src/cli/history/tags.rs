use clap::Args;
use itertools::Itertools as _;
use pollbench_history::RunId;
use pollbench_reports::names::shown;

use super::opened::Opened;
use super::place::PlaceArguments;
use crate::cli::error::{Error, Exit};
use crate::cli::{Done, output, streams};

#[derive(Args)]
pub struct TagArguments {
    /// The run: its number, a tag, or the beginning of its commit or digest.
    #[arg(value_name = "RUN")]
    run: String,
    /// Names. Several runs may have the same.
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    #[command(flatten)]
    place: PlaceArguments,
}

/// A name that is to be taken away from a run which does not have it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("run {run} has no tag {name:?}: `pollbench history show {run}` shows its tags")]
pub struct NoTag {
    run: RunId,
    name: String,
}

/// Gives a run names.
pub fn tag(arguments: &TagArguments) -> Done {
    for_each_name(arguments, |opened, run, name| Ok(opened.wait(opened.history.tag(run, name))?))
}

/// Takes names away from a run.
pub fn untag(arguments: &TagArguments) -> Done {
    for_each_name(arguments, |opened, run, name| {
        match opened.wait(opened.history.untag(run, name))? {
            true => Ok(()),
            false => Err(NoTag { run, name: name.chars().take(TEXT).collect() }.into()),
        }
    })
}

/// As much of a name as is shown, in characters.
const TEXT: usize = 100;

/// Does something with each name, and shows the tags that the run has then.
fn for_each_name(
    arguments: &TagArguments,
    change: impl Fn(&Opened, RunId, &str) -> Result<(), Error>,
) -> Done {
    let opened = Opened::existing(arguments.place.place()?)?;
    let id = opened.wait(opened.history.find(&arguments.run, None))?;
    let changed = arguments.names.iter().map(|name| change(&opened, id, name)).collect_vec();
    output::first_failure(changed)?;
    let tags = opened.wait(opened.history.run(id))?.tags;
    let tags = tags.iter().map(|tag| shown(tag, TEXT)).join(", ");
    let tags = if tags.is_empty() { "no tags".into() } else { format!("the tags {tags}") };
    streams::print(&format!("run {id} has {tags}\n"))?;
    Ok(Exit::Fine)
}
