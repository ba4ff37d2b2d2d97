use pollbench_reports::merge::{Named, merge as join};
use pollbench_reports::record::Record;

use super::arguments::{MergeArguments, Printed};
use super::error::Error;
use super::results::{Results, record_at};
use super::{Done, output};
use pollbench_simulation::workload;

/// Joins records into one, and writes it and its report.
pub fn merge(arguments: &MergeArguments) -> Done {
    let records = arguments.records.iter().map(|path| {
        let path = record_at(path);
        Ok(Named { name: path.display().to_string(), record: Record::read(&path)? })
    });
    let records = records.collect::<Result<Vec<_>, Error>>()?;
    let workloads: Vec<&str> = workload::all().map(|kind| kind.name).collect();
    let merged = join(&records, &workloads)?;
    output::publish(&merged, Printed::Table, &Results::at(&arguments.output)?)
}
