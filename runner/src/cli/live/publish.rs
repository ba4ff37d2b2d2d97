use pollbench_reports::html;
use pollbench_reports::live::LiveRecord;
use pollbench_reports::record::write_whole;
use pollbench_reports::shown::{Format, Shown as _, render};

use crate::cli::error::Error;
use crate::cli::output::{self, REPORT};
use crate::cli::results::{LIVE, Results};
use crate::cli::streams;
use crate::cli::writing::Writing;

/// Shows what was measured, and writes the record, the report and the other files. What can't be
/// written takes nothing else with it.
pub fn publish(
    record: &LiveRecord,
    results: &Results,
    others: &[Writing<Format>],
) -> Result<(), Error> {
    let path = results.directory.join(LIVE);
    let report = results.directory.join(REPORT);
    let shown = streams::print(&record.text()).map_err(Error::from);
    let kept = write_whole(&path, |file| Ok(serde_json::to_writer_pretty(file, record)?));
    let reported = html::live::write(record, &report);
    let written = others.iter().map(|Writing { format, file }| {
        let text = render(record, *format)?;
        Ok(write_whole(file, |to| to.write_all(text.as_bytes()))?)
    });
    let mut places = String::new();
    if reported.is_ok() {
        places += &format!("\nreport: {}\n", report.display());
    }
    if kept.is_ok() {
        places += &format!("record: {}\n", path.display());
    }
    let told = streams::print(&places).map_err(Error::from);
    let own = [shown, kept.map_err(Error::from), reported.map_err(Error::from), told];
    output::first_failure(own.into_iter().chain(written))
}
