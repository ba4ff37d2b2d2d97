use pollbench_reports::record::Record;

use super::arguments::ReportArguments;
use super::{Done, output};

/// Shows the table of a record and writes its report.
pub fn report(arguments: &ReportArguments) -> Done {
    let record = Record::read(&arguments.record)?;
    output::prepare(&arguments.output)?;
    output::report(&record, &arguments.output)
}
