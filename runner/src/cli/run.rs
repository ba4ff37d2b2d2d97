use std::time::{Duration, Instant};

use jiff::Timestamp;
use pollbench_reports::record::Record;

use super::Done;
use super::arguments::RunArguments;
use super::checkpoints::Checkpoints;
use super::draft::Draft;
use super::error::Error;
use super::failures;
use super::history::save;
use super::output;
use super::progress::Display;
use super::results::Results;
use super::resume::{self, Earlier};
use super::setup::{Setup, budget};
use super::stop;
use crate::engine::RunLimits;
use crate::matrix::InputError;
use crate::session::{Budget, Session};
use crate::worker::{allowed_processors, stay_on_processor};

/// A run has kept its time if it took at most this many times as long.
const OVERTIME: f64 = 1.25;

/// Measures, and writes the record and the report.
pub fn run(arguments: &RunArguments) -> Done {
    match &arguments.resume {
        Some(path) => resume::resume(path),
        None => measure(arguments, None),
    }
}

/// Measures what there is to measure after an earlier run, if there was one.
pub(super) fn measure(arguments: &RunArguments, earlier: Option<Earlier>) -> Done {
    // A place that makes no sense is refused before anything is measured.
    let history = arguments.save.place()?;
    let (record, results) = measured(arguments, earlier)?;
    let published = output::publish(&record, arguments.print, &results);
    let saved = history.map_or(Ok(()), |history| save(&record, history));
    let (exit, published) = match published {
        Ok(exit) => (exit, Ok(())),
        Err(error) => (error.exit(), Err(error)),
    };
    output::first_failure([published, saved])?;
    Ok(exit)
}

/// As [`measure`], but returns the record and its place without publishing it.
pub(super) fn measured(
    arguments: &RunArguments,
    earlier: Option<Earlier>,
) -> Result<(Record, Results), Error> {
    let setup = Setup::of_run(arguments)?;
    // Guests may take long to compile, which is no time of the run.
    let begun = Instant::now();
    let limits = RunLimits::from(&arguments.limits);
    let mut draft = Draft::new(&setup, limits);
    let budget = budget(arguments);
    if let Budget::Time(given) = budget {
        draft.environment.budget_seconds = Some(given.as_secs_f64());
    }
    pin(arguments)?;
    let mut session = Session::new(&setup.guests, &setup.plan, limits, budget, &stop::STOP, begun);
    let display = Display::new();
    let results = match earlier {
        None => results(arguments, &display)?,
        Some(earlier) => {
            earlier.continue_with(&mut draft, &mut session)?;
            earlier.results
        }
    };
    let clock = &mut draft.environment.clock;
    (clock.observation_ns, clock.crossing_ns) =
        (session.observation.stamp, session.observation.crossing);

    display.say(&format!("pollbench: {}", setup.summary()));
    if setup.plan.groups.is_empty() {
        display.say("pollbench: this part has nothing to measure; others have");
    } else {
        let directory = results.directory.display();
        display.say(&format!("pollbench: results go to {directory}, and are kept as they come"));
    }
    stop::catch();
    let checkpoints = Checkpoints::new(&draft, &results.record, &display);
    let mut finished = session.run(&display, &checkpoints);
    if let Err(error) = failures::keep(&mut finished.cells, &results.record) {
        display.say(&format!("pollbench: {error}"));
    }
    if finished.interrupted {
        let path = results.record.display();
        display.say(&format!("pollbench: `pollbench run --resume {path}` goes on from here"));
    } else {
        tell_overtime(budget, begun.elapsed(), &display);
    }
    Ok((draft.record(finished.cells, finished.interrupted), results))
}

/// Says so if the run took much longer than it was given.
fn tell_overtime(budget: Budget, took: Duration, display: &Display) {
    let Budget::Time(given) = budget else { return };
    if took > given.mul_f64(OVERTIME) {
        display.say(&format!(
            "pollbench: this took {:.1} s in place of {:.1} s, because every cell is counted and \
             repeated {} times in any case; select fewer cells for a shorter run",
            took.as_secs_f64(),
            given.as_secs_f64(),
            Budget::FEWEST,
        ));
    }
}

/// Keeps this thread, which measures, on the processor that was asked for.
fn pin(arguments: &RunArguments) -> Result<(), Error> {
    let Some(asked) = arguments.pin else { return Ok(()) };
    let allowed = allowed_processors();
    let processor = asked.or(allowed.first().copied()).filter(|it| allowed.contains(it));
    let processor = processor.ok_or(InputError::Processor { asked, allowed })?;
    stay_on_processor(processor);
    Ok(())
}

/// Makes the directory before anything is measured, so that no results are lost because
/// they can't be written.
fn results(arguments: &RunArguments, display: &Display) -> Result<Results, Error> {
    let Some(directory) = &arguments.output else { return Results::fresh(Timestamp::now()) };
    let results = Results::at(directory)?;
    if Record::read(&results.record).is_ok_and(|record| record.interrupted) {
        let path = results.record.display();
        display.say(&format!("pollbench: {path}, of a run that was interrupted, is replaced"));
    }
    results.clear()?;
    Ok(results)
}
