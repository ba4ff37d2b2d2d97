use clap::{Args, ValueEnum};
use itertools::Itertools as _;
use pollbench_history::{Run, RunId};
use pollbench_reports::document::Document;
use pollbench_reports::names::shown;
use pollbench_reports::record::{STANDARD, write_whole};
use pollbench_reports::shown::Shown as _;
use pollbench_reports::{profile, tuning};

use super::opened::Opened;
use super::place::PlaceArguments;
use crate::cli::arguments::Printed;
use crate::cli::error::{Error, Exit};
use crate::cli::{Done, output, streams, timestamp};
use crate::matrix::InputError;

#[derive(Args)]
pub struct ShowArguments {
    /// The run: its number, a tag, or the beginning of its commit or digest.
    #[arg(value_name = "RUN")]
    run: String,
    /// Print the run's record in this format.
    #[arg(long, value_name = "FORMAT")]
    print: Option<Format>,
    #[command(flatten)]
    place: PlaceArguments,
}

/// How a record is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Tables, and what they say in words.
    Table,
    /// A row of comma-separated values for each cell of a matrix.
    Csv,
    /// The record itself, in one line.
    Json,
}

/// Shows what is known of a run, or its record.
pub fn show(arguments: &ShowArguments) -> Done {
    let opened = Opened::existing(arguments.place.place()?)?;
    let id = opened.wait(opened.history.find(&arguments.run, None))?;
    match arguments.print {
        None => streams::print(&facts(&opened.wait(opened.history.run(id))?))?,
        Some(format) => print(&opened, id, format)?,
    }
    Ok(Exit::Fine)
}

fn print(opened: &Opened, id: RunId, format: Format) -> Result<(), Error> {
    let printed = match format {
        Format::Table => Printed::Table,
        Format::Csv => Printed::Csv,
        Format::Json => {
            let text = opened.wait(opened.history.text(id))?;
            let print = |to: &mut (dyn std::io::Write + Send)| {
                to.write_all(&text)?;
                to.write_all(b"\n")
            };
            return Ok(write_whole(STANDARD.as_ref(), print)?);
        }
    };
    let text = match opened.wait(opened.history.document(id))? {
        Document::Record(record) => output::text_of(&record, printed),
        other if printed == Printed::Csv => {
            return Err(InputError::NotOfAMatrix(other.kind()).into());
        }
        Document::Tuning(tuning) => tuning::text::render(&tuning),
        Document::Profile(profile) => profile::text::render(&profile),
        Document::Live(live) => live.text(),
    };
    Ok(streams::print(&text)?)
}

/// As much of a text of strangers as is shown, in characters.
const TEXT: usize = 200;

/// A line for each thing that is known.
fn facts(run: &Run) -> String {
    let conditions = &run.conditions;
    let engines = conditions.engines.iter().map(|(host, engine)| format!("{engine} as {host}"));
    let governor = conditions.governor.as_ref().map(|it| format!(", {it}")).unwrap_or_default();
    let cpu = format!("{}, {} cores{governor}", conditions.cpu, conditions.cores);
    let interrupted = if run.interrupted { ", interrupted" } else { "" };
    let facts = [
        ("run", Some(run.id.to_string())),
        ("kind", Some(run.kind.to_string())),
        ("of", run.title.clone()),
        ("measured", Some(timestamp(run.time))),
        ("added", Some(timestamp(run.added))),
        ("commit", run.commit.clone()),
        ("branch", run.branch.clone()),
        ("subject", run.subject.clone()),
        ("tags", Some(run.tags.join(", ")).filter(|it| !it.is_empty())),
        ("cells", Some(format!("{}, {} failed{interrupted}", run.cells, run.failed))),
        ("digest", Some(run.digest.clone())),
        ("pollbench", Some(conditions.pollbench.clone())),
        ("compiler", Some(conditions.compiler.clone()).filter(|it| !it.is_empty())),
        ("processor", Some(cpu)),
        ("system", Some(conditions.kernel.clone())),
        ("clock", Some(conditions.clock.clone()).filter(|it| !it.is_empty())),
        ("engines", Some(engines.unique().join(", "))),
    ];
    let line =
        |(name, fact): (&str, Option<String>)| Some(format!("{name:10} {}\n", shown(&fact?, TEXT)));
    facts.into_iter().filter_map(line).collect()
}
