use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use pollbench_history::{Added, Provenance};
use pollbench_reports::document::{Document, DocumentError};
use pollbench_reports::record::{ReadError, STANDARD, read_text};

use super::filter::moment;
use super::opened::Opened;
use super::place::PlaceArguments;
use crate::cli::error::{Error, Exit};
use crate::cli::results::record_of_any_kind_at;
use crate::cli::{Done, output, streams};

#[derive(Args)]
pub struct AddArguments {
    /// Records of runs, tunings, profiles and servers, compressed by gzip or zstd or not, or the
    /// directories they are in; `-` is standard input.
    #[arg(value_name = "DIR|RECORD", required = true)]
    records: Vec<PathBuf>,
    /// The commit that was measured [default: what the CI's variables say, else `git`].
    #[arg(long, value_name = "COMMIT")]
    commit: Option<String>,
    /// The branch of the commit [default: like that of the commit].
    #[arg(long, value_name = "BRANCH")]
    branch: Option<String>,
    /// When it was measured, as in 2026-11-22T08:15:00Z or a day [default: what the record
    /// says].
    #[arg(long, value_name = "TIME", value_parser = moment)]
    time: Option<Timestamp>,
    /// The first line of the commit's message [default: what `git` says].
    #[arg(long, value_name = "TEXT")]
    subject: Option<String>,
    /// A name for the runs; may be repeated.
    #[arg(long = "tag", value_name = "NAME")]
    tags: Vec<String>,
    #[command(flatten)]
    place: PlaceArguments,
}

impl AddArguments {
    fn provenance(&self) -> Provenance {
        let Self { commit, branch, time, subject, tags, .. } = self;
        let given = Provenance {
            commit: commit.clone(),
            branch: branch.clone(),
            subject: subject.clone(),
            time: *time,
            tags: tags.clone(),
        };
        given.detect(Path::new("."))
    }
}

/// Adds records, each in a transaction of its own: what can't be added takes nothing else
/// with it.
pub fn add(arguments: &AddArguments) -> Done {
    let place = arguments.place.place()?;
    let provenance = arguments.provenance();
    let mut history = None;
    let mut results = Vec::new();
    for path in &arguments.records {
        let path = record_of_any_kind_at(path);
        match text_of(&path, history.is_none()) {
            Err(error) => results.push(Err(error.into())),
            Ok(text) => {
                // It is opened once there is something to add, and a server that is not there
                // is asked only once.
                let opened = match history.take() {
                    Some(opened) => opened,
                    None => Opened::begun(place.clone())?,
                };
                results.push(add_text(history.insert(opened), &path, &text, &provenance));
            }
        }
    }
    output::first_failure(results)?;
    Ok(Exit::Fine)
}

/// The text of a file. That of the first one is looked at, so that no history is begun for
/// what is no record.
fn text_of(path: &Path, is_first: bool) -> Result<Vec<u8>, DocumentError> {
    let text = read_text(path).map_err(|source| ReadError::Io { path: path.into(), source })?;
    if is_first {
        Document::parse(&text, path)?;
    }
    Ok(text)
}

fn add_text(
    opened: &Opened,
    path: &Path,
    text: &[u8],
    provenance: &Provenance,
) -> Result<(), Error> {
    let Added { id, was_new } = opened.wait(opened.history.add_text(text, path, provenance))?;
    let name = match path == Path::new(STANDARD) {
        true => "standard input".into(),
        false => path.display().to_string(),
    };
    let what = if was_new { "was added" } else { "was there already" };
    Ok(streams::print(&format!("run {id} {what}: {name}\n"))?)
}
