use std::path::Path;

use pollbench_reports::answer::worst;
use pollbench_reports::document::{Document, Kind};
use pollbench_reports::matrix::Matrix;
use pollbench_reports::record::{Record, WriteError};
use pollbench_reports::shown::Shown as _;
use pollbench_reports::{html, profile, tuning};

use super::arguments::{Printed, ReportArguments};
use super::error::Exit;
use super::{Done, output, streams};
use crate::matrix::InputError;

/// Shows the table of a record and writes its report, or prints only what was asked for. Of
/// the record of a tuning, its answers are shown, and of the others likewise.
pub fn report(arguments: &ReportArguments) -> Done {
    let document = Document::read(&arguments.record)?;
    let kind = document.kind();
    let show = |text: &str, write: &dyn Fn(&Path) -> Result<(), WriteError>| {
        show(arguments, kind, text, write)
    };
    let record = match document {
        Document::Record(record) => record,
        Document::Tuning(it) => {
            return show(&tuning::text::render(&it), &|path| html::tuning::write(&it, path));
        }
        Document::Profile(it) => {
            return show(&profile::text::render(&it), &|path| html::profile::write(&it, path));
        }
        Document::Live(it) => return show(&it.text(), &|path| html::live::write(&it, path)),
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

/// Shows a record that is no matrix of cells, and writes its report. It answers neither for the
/// worst cell nor as CSV.
fn show(
    arguments: &ReportArguments,
    kind: Kind,
    text: &str,
    write: &dyn Fn(&Path) -> Result<(), WriteError>,
) -> Done {
    if arguments.worst.is_some() || arguments.print == Some(Printed::Csv) {
        return Err(InputError::NotOfAMatrix(kind).into());
    }
    if arguments.print.is_some() {
        streams::print(text)?;
        return Ok(Exit::Fine);
    }
    output::prepare(&arguments.output)?;
    output::report_other(text, &arguments.output, write)?;
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
