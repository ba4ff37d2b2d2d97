use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, value_parser};
use pollbench_reports::record::write_whole;
use pollbench_reports::trust;

use super::duration::duration;
use super::error::{Error, Exit};
use super::judging::per_cent;
use super::limits::LimitArguments;
use super::progress::Display;
use super::seed::SeedArguments;
use super::selection::SelectionArguments;
use super::{Done, output, stop, streams};
use crate::engine::RunLimits;
use crate::matrix::Group;
use crate::self_test::SelfTest;
use crate::worker::{Job, Program};

pub const EXAMPLES: &str = "\
Examples:
  pollbench self-test --quick                   one try for each, in some minutes
  pollbench self-test                           the whole of it, in an hour or two
  pollbench self-test --changes 3% --tries 200  how surely is 3 % found here?
  pollbench self-test --neighbours 4            the whole of it on a busy machine
  pollbench self-test --together 10             comparisons of ten cells each

A guest that burns a known amount of work is compared with itself, with itself laid
out anew in memory, and with itself burning more. The table says how often each was
called what. Each comparison is a session of its own, which shares no process with
another; the bound is on the share of sessions with a change, at 95 % confidence.";

#[derive(Args)]
pub struct SelfTestArguments {
    /// One session of all cells for each row: whether it works at all, not how well.
    #[arg(long, conflicts_with_all = ["same", "layouts", "tries", "together", "budget"])]
    pub quick: bool,
    /// Sessions that compare the guest with itself.
    #[arg(long, value_name = "COUNT", default_value_t = 200, value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub same: u32,
    /// Sessions that compare the guest with itself laid out anew: its functions in another
    /// order, with padding between them.
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub layouts: u32,
    /// Sessions for each change.
    #[arg(long, value_name = "COUNT", default_value_t = 40, value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub tries: u32,
    /// The changes to be found, in per cent of the base.
    #[arg(long, value_name = "PER CENT", value_delimiter = ',', default_value = "0.1%,1%,3%,5%,10%", value_parser = per_cent)]
    pub changes: Vec<f64>,
    /// Cells that a session compares, all in the same processes.
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = value_parser!(u32).range(1..=1_000))]
    pub together: u32,
    /// How long a session may take for each of its cells, such as 60s or 2m.
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub budget: Duration,
    /// The largest change in time that does not count.
    #[arg(long, value_name = "PER CENT", default_value = "1%", value_parser = per_cent)]
    pub threshold: f64,
    /// Threads that keep processors busy during the comparisons.
    #[arg(long, value_name = "COUNT", default_value_t = 0, value_parser = value_parser!(u32).range(..=1_000))]
    pub neighbours: u32,
    #[command(flatten)]
    pub seed: SeedArguments,
    /// Write the numbers as JSON.
    #[arg(long, short, value_name = "FILE.json")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub selection: SelectionArguments,
    #[command(flatten)]
    pub limits: LimitArguments,
}

/// Measures how far comparisons can be trusted.
pub fn self_test(arguments: &SelfTestArguments) -> Done {
    arguments.output.as_deref().map_or(Ok(()), output::prepare_file)?;
    let display = Display::new();
    stop::catch();
    let groups = Group::all(&arguments.selection.selection(&[]))?;
    let SelfTestArguments { same, layouts, tries, together, budget, .. } = *arguments;
    let ([same, layouts, tries, together], budget) = match arguments.quick {
        true => ([1, 1, 1, groups.len() as u32], Duration::from_secs(6)),
        false => ([same, layouts, tries, together], budget),
    };
    let test = SelfTest {
        program: Program::this().map_err(Error::Program)?,
        cells: groups.iter().map(|group| Job::new(group, Default::default())).collect(),
        same,
        layouts,
        tries,
        together: together as usize,
        changes: arguments.changes.clone(),
        budget,
        threshold: arguments.threshold,
        neighbours: arguments.neighbours,
        seed: arguments.seed.seed(),
        limits: RunLimits::from(&arguments.limits),
        stop: &stop::STOP,
        progress: &display,
    };
    let series = test.run(|series| {
        display.say(&trust::table(std::slice::from_ref(series)));
    })?;
    streams::print(&trust::table(&series))?;
    if let Some(path) = &arguments.output {
        write_whole(path, |file| Ok(serde_json::to_writer_pretty(file, &series)?))?;
    }
    Ok(stop::or(Exit::Fine))
}
