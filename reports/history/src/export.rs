//! The whole history as lines of JSON.

use std::io::Write;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Error, History, Run, RunId};

/// The number of the export's format. Those of 1 have records of matrices only.
pub(crate) const FORMAT: u32 = 2;

/// The first line.
#[derive(Serialize, Deserialize)]
pub(crate) struct Head {
    pub pollbench_history_export: u32,
}

/// The last line: without it, something is missing.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct End {
    pub runs: u64,
}

/// A line for each run, in the order in which they were added.
#[derive(Serialize, Deserialize)]
pub(crate) struct Line {
    pub digest: String,
    pub time: Timestamp,
    pub added: Timestamp,
    pub commit: Option<String>,
    pub branch: Option<String>,
    pub subject: Option<String>,
    pub tags: Vec<String>,
    /// The record, as it is kept, stands here.
    pub record: Value,
}

impl History {
    /// Writes everything that is kept, in a format of lines that
    /// [`import`](History::import) reads into any other history. How many runs it was.
    pub async fn export(&self, to: &mut (dyn Write + Send)) -> Result<u64, Error> {
        line(to, &Head { pollbench_history_export: FORMAT })?;
        let mut runs = 0;
        for id in self.ids().await? {
            // It may have been removed meanwhile.
            let run = match self.run(id).await {
                Err(Error::NoRun { .. }) => continue,
                run => run?,
            };
            self.export_run(run, to).await?;
            runs += 1;
        }
        line(to, &End { runs })?;
        to.flush()?;
        Ok(runs)
    }

    async fn export_run(&self, run: Run, to: &mut (dyn Write + Send)) -> Result<(), Error> {
        let record = self.text(run.id).await?;
        let record = serde_json::from_slice(&record);
        let RunId(id) = run.id;
        let record = record.map_err(|error| self.place.damaged(format!("run {id}: {error}")))?;
        let Run { digest, time, added, commit, branch, subject, tags, .. } = run;
        line(to, &Line { digest, time, added, commit, branch, subject, tags, record })
    }
}

fn line(to: &mut (dyn Write + Send), of: &impl Serialize) -> Result<(), Error> {
    serde_json::to_writer(&mut *to, of).map_err(std::io::Error::from)?;
    Ok(to.write_all(b"\n")?)
}
