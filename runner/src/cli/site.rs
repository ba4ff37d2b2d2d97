use std::path::PathBuf;

use clap::Args;
use pollbench_dashboard::{Dashboard, Site, write_site};

use super::error::Exit;
use super::history::{Opened, PlaceArguments};
use super::{Done, output, streams};

pub const EXAMPLES: &str = "\
Examples:
  pollbench site -o public                       then publish the directory anywhere
  pollbench site -o public --branch main --last 200

The pages open from a disk, too. Each has its data beside it as JSON. The newest 20 runs have
pages of their own, and so have those with a change; of the newest run, each cell has one.
Files that are there are replaced, and others are left alone.

Exit codes: 0 fine, 2 bad input, or a history that can't be used";

#[derive(Args)]
pub struct SiteArguments {
    #[command(flatten)]
    place: PlaceArguments,
    /// Where to put the files.
    #[arg(long, short, value_name = "DIR")]
    output: PathBuf,
    /// The branch to show [default: main, master, trunk, default, or that with the newest run].
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// How many of its newest runs to look at, at most 1,000.
    #[arg(long, value_name = "COUNT", default_value = "100", value_parser = clap::value_parser!(u64).range(1..=1000))]
    last: u64,
}

/// Writes the pages of a history as files.
pub fn site(arguments: &SiteArguments) -> Done {
    let opened = Opened::existing(arguments.place.place()?)?;
    output::prepare(&arguments.output)?;
    let site = Site {
        directory: arguments.output.clone(),
        branch: arguments.branch.clone(),
        last: Some(arguments.last),
    };
    let dashboard = Dashboard::new(opened.history.clone());
    let count = opened.wait(write_site(&dashboard, &site))?;
    let index = arguments.output.join("index.html");
    streams::print(&format!("{count} files; begin with {}\n", index.display()))?;
    Ok(Exit::Fine)
}
