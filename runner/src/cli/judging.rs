//! What `compare` and `gate` share: how they judge, and where they put the result.

use std::iter;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use console::Term;
use jiff::Timestamp;
use pollbench_reports::comparison::Comparison;
use pollbench_reports::comparison::limits::GateLimits;
use pollbench_reports::comparison::output::{Format, Only, View, render};
use pollbench_reports::record::{WriteError, write_whole};

use super::duration::duration;
use super::error::{Error, Exit};
use super::limits::LimitArguments;
use super::progress::Display;
use super::seed::SeedArguments;
use super::writing::Writing;
use super::{Done, names, output, stop, streams};
use crate::compare::{Comparing, Side};
use crate::engine::RunLimits;

/// How sides are judged, and where the result goes.
#[derive(Args)]
pub struct JudgingArguments {
    /// How long measuring CPU time may take once the guests are compiled, such as 90s or 5m.
    /// Measuring ends earlier when all is decided.
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration)]
    pub budget: Duration,
    /// Leave CPU time out, and judge counts alone.
    #[arg(long, conflicts_with = "budget")]
    pub counters_only: bool,
    #[command(flatten)]
    pub seed: SeedArguments,
    #[arg(long, value_name = "FORMAT", default_value = "table", help = names::formats("What to print"))]
    pub format: Format,
    /// Show only the rows that are changed, worse or better, in a table and in Markdown.
    /// The verdict and the exit code are those of all rows.
    #[arg(long, value_name = "WHICH")]
    pub only: Option<Only>,
    /// Write the result in another format too, as FORMAT=FILE; may be repeated.
    #[arg(long, value_name = "FORMAT=FILE")]
    pub write: Vec<Writing<Format>>,
    /// Where baselines are.
    #[arg(long, value_name = "DIR", default_value = super::BASELINES)]
    pub baselines: PathBuf,
    #[command(flatten)]
    pub limits: LimitArguments,
}

/// What is to be judged, and by what rules.
pub struct Question<'a> {
    /// The side that is compared with.
    pub base: Side,
    /// The side that is judged.
    pub candidate: Side,
    /// How much worse the candidate may be.
    pub allowed: &'a GateLimits,
    /// The threshold for time where no limit sets another: a fraction of the base's time.
    pub threshold: f64,
    /// Whether the sides are the same guests at two times.
    pub same_guests: bool,
    /// Whether somebody wants the candidate's counts.
    pub keeps_counts: bool,
}

impl JudgingArguments {
    /// Checks that the files can be written, before anything is measured.
    pub fn prepare(&self) -> Result<(), WriteError> {
        for Writing { file, .. } in &self.write {
            output::prepare_file(file)?;
        }
        Ok(())
    }

    /// Compares the sides, reports the result, and does something with what the candidate has
    /// counted.
    pub fn judge(
        &self,
        question: Question<'_>,
        started: Timestamp,
        keep: impl FnOnce(Side) -> Result<(), Error>,
    ) -> Done {
        let Question { base, mut candidate, allowed, threshold, same_guests, keeps_counts } =
            question;
        let display = Display::new();
        stop::catch();
        let comparing = Comparing {
            limits: RunLimits::from(&self.limits),
            allowed,
            threshold,
            budget: (!self.counters_only).then_some(self.budget),
            seed: self.seed.seed(),
            same_guests,
            keeps_counts,
            stop: &stop::STOP,
            progress: &display,
        };
        let (started, command) = (super::timestamp(started), super::command_line());
        let comparison = comparing.compare(base, &mut candidate, started, command)?;
        output::first_failure([self.publish(&comparison), keep(candidate)])?;
        Ok(stop::or(Exit::from(comparison.outcome)))
    }

    /// Prints the result, then writes each file: what can't be written takes nothing else
    /// with it.
    fn publish(&self, comparison: &Comparison) -> Result<(), Error> {
        let columns = Term::stdout().size_checked().map(|(_, columns)| columns.into());
        let text = render(comparison, self.format, View { columns, only: self.only })?;
        let shown = streams::print(&text).map_err(Error::from);
        let write = |Writing { format, file }: &Writing<Format>| -> Result<(), Error> {
            let text = render(comparison, *format, View { columns: None, only: self.only })?;
            Ok(write_whole(file, |to| to.write_all(text.as_bytes()))?)
        };
        let written: Vec<_> = self.write.iter().map(write).collect();
        output::first_failure(iter::once(shown).chain(written))
    }
}

/// Parses a percentage, as `1%` or `1`, into a fraction.
pub fn per_cent(text: &str) -> Result<f64, String> {
    match text.trim_end_matches('%').parse::<f64>() {
        Ok(number) if (0.0..100.0).contains(&number) => Ok(number / 100.0),
        _ => Err("expected a number of per cent, like 1%".into()),
    }
}
