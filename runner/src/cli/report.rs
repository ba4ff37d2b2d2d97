use pollbench_reports::answer::worst;
use pollbench_reports::document::Document;
use pollbench_reports::live::{self, LiveRecord};
use pollbench_reports::matrix::Matrix;
use pollbench_reports::profile::{self, Profile};
use pollbench_reports::record::Record;
use pollbench_reports::tuning::{Tuning, text};

use super::arguments::{Printed, ReportArguments};
use super::error::Exit;
use super::{Done, output, streams};
use crate::matrix::InputError;

/// Shows the table of a record and writes its report, or prints only what was asked for. Of
/// the record of a tuning, its answers are shown, and of the others likewise.
pub fn report(arguments: &ReportArguments) -> Done {
    let record = match Document::read(&arguments.record)? {
        Document::Record(record) => record,
        Document::Tuning(tuning) => return report_tuning(arguments, &tuning),
        Document::Profile(profile) => return report_profile(arguments, &profile),
        Document::Live(live) => return report_live(arguments, &live),
    };
    if let Some(guest) = &arguments.worst {
        return say_worst(&record, guest);
    }
    if let Some(printed) = arguments.print {
        streams::print(&output::text_of(&record, printed))?;
        return Ok(output::exit(&record));
    }
    output::prepare(&arguments.output)?;
    output::report(&record, &arguments.output)
}

fn report_tuning(arguments: &ReportArguments, tuning: &Tuning) -> Done {
    if arguments.worst.is_some() || arguments.print == Some(Printed::Csv) {
        return Err(InputError::NotOfATuning.into());
    }
    if arguments.print.is_some() {
        streams::print(&text::render(tuning))?;
        return Ok(Exit::Fine);
    }
    output::prepare(&arguments.output)?;
    output::report_tuning(tuning, &arguments.output)?;
    Ok(Exit::Fine)
}

fn report_profile(arguments: &ReportArguments, profile: &Profile) -> Done {
    if arguments.worst.is_some() || arguments.print == Some(Printed::Csv) {
        return Err(InputError::NotOfAProfile.into());
    }
    if arguments.print.is_some() {
        streams::print(&profile::text::render(profile))?;
        return Ok(Exit::Fine);
    }
    output::prepare(&arguments.output)?;
    output::report_profile(profile, &arguments.output)?;
    Ok(Exit::Fine)
}

fn report_live(arguments: &ReportArguments, record: &LiveRecord) -> Done {
    if arguments.worst.is_some() || arguments.print == Some(Printed::Csv) {
        return Err(InputError::NotOfServers.into());
    }
    if arguments.print.is_some() {
        streams::print(&live::render(record, live::Format::Table)?)?;
        return Ok(Exit::Fine);
    }
    output::prepare(&arguments.output)?;
    output::report_live(record, &arguments.output)?;
    Ok(Exit::Fine)
}

fn say_worst(record: &Record, guest: &str) -> Done {
    let lines = worst(record, guest).ok_or_else(|| InputError::Unknown {
        what: "guest in this record called",
        name: guest.into(),
        known: Matrix::new(record).variants.into_iter().map(|variant| variant.label).collect(),
    })?;
    streams::print(&lines.iter().map(|line| format!("{line}\n")).collect::<String>())?;
    Ok(Exit::Fine)
}
