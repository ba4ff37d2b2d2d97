//! Resumes a run that was interrupted.

use std::path::{Path, PathBuf};

use clap::Parser;
use pollbench_reports::record::{Clock, Difference, Environment, Record, STANDARD};

use super::arguments::{Arguments, Command, RunArguments};
use super::draft::{self, Draft};
use super::error::{Error, Exit};
use super::results::{Results, record_at};
use super::{Done, run, streams};
use crate::engine::Observation;
use crate::session::{RestoreError, Session};

/// What an earlier run has left.
pub struct Earlier {
    /// Where the earlier run has left it.
    pub results: Results,
    record: Record,
}

/// Why a run can't be resumed.
#[derive(Debug, thiserror::Error)]
#[error("can't resume {}: {reason}", record.display())]
pub struct ResumeError {
    /// The record.
    record: PathBuf,
    reason: Reason,
}

#[derive(Debug, thiserror::Error)]
enum Reason {
    #[error("a run is resumed in its own directory: name that, and not standard input")]
    Standard,
    #[error("it is merged from several records, and is no run's own; resume those")]
    Merged,
    #[error("its command `{0}` is none of a run; measure again with `pollbench run`")]
    Command(String),
    #[error(
        "{} was {} and is {} now, and such times do not mix; measure again with `pollbench run`",
        .0.what, .0.there, .0.here
    )]
    Difference(Difference),
    #[error("{0}; measure again with `pollbench run`")]
    Restore(#[from] RestoreError),
}

/// Resumes the run of a record.
pub fn resume(path: &Path) -> Done {
    let path = record_at(path);
    if path == Path::new(STANDARD) {
        return Err(ResumeError { record: path, reason: Reason::Standard }.into());
    }
    // This fails if there is no record, before its directory is made and locked.
    Record::read(&path)?;
    let results = Results::of(&path)?;
    let record = Record::read(&path)?;
    if !record.interrupted {
        let path = path.display();
        streams::print(&format!("{path} is complete: there is nothing left to measure\n"))?;
        return Ok(Exit::Fine);
    }
    let refuse = |reason| ResumeError { record: path.clone(), reason };
    if record.merged.is_some() || !record.environments.is_empty() {
        return Err(refuse(Reason::Merged).into());
    }
    // Another version may not know the command.
    let version =
        Environment { pollbench: env!("CARGO_PKG_VERSION").into(), ..record.environment.clone() };
    refuse_difference(&version, &record.environment).map_err(refuse)?;
    let command = record.environment.command.clone();
    let arguments = parse(&command).ok_or_else(|| refuse(Reason::Command(command)))?;
    run::measure(&arguments, Some(Earlier { results, record }))
}

impl Earlier {
    /// Puts what was measured into a session, if that is under the same conditions.
    pub fn continue_with(&self, draft: &mut Draft, session: &mut Session<'_>) -> Result<(), Error> {
        let earlier = &self.record.environment;
        let refuse = |reason| ResumeError { record: self.results.record.clone(), reason };
        refuse_difference(&draft.environment, earlier).map_err(refuse)?;
        draft.go_on(earlier);
        let before = draft::time_of(earlier);
        let Clock { observation_ns: stamp, crossing_ns: crossing, .. } = earlier.clock;
        let observation = Observation { stamp, crossing };
        session
            .go_on(&self.record.cells, before, observation)
            .map_err(|error| refuse(error.into()))?;
        Ok(())
    }
}

fn refuse_difference(now: &Environment, then: &Environment) -> Result<(), Reason> {
    now.difference(then).map_or(Ok(()), |difference| Err(Reason::Difference(difference)))
}

/// The arguments of a run's command line, as the record has it.
fn parse(command: &str) -> Option<RunArguments> {
    let arguments = Arguments::try_parse_from(shlex::split(command)?).ok()?;
    match arguments.command {
        None => Some(RunArguments::default()),
        Some(Command::Run(arguments)) if arguments.resume.is_none() => Some(*arguments),
        Some(_) => None,
    }
}
