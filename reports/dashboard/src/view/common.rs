use std::fmt;

use pollbench_history::Run;
use pollbench_reports::format;
use pollbench_reports::record::Status;
use schemars::JsonSchema;
use serde::Serialize;

/// What a cell is called: what differs from other cells, and no more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct CellName {
    /// The guest, with those of its knobs that differ from cell to cell.
    pub guest: String,
    /// The workload, with what differs likewise.
    pub workload: String,
    /// N.
    pub pollables: u32,
}

/// `slab, idle, 1 active, N = 1,000`.
impl fmt::Display for CellName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pollables = format::count(self.pollables.into());
        write!(f, "{}, {}, N = {pollables}", self.guest, self.workload)
    }
}

impl CellName {
    /// Whether the name has all these words, whatever their case.
    pub fn has_words(&self, words: &str) -> bool {
        let name = self.to_string().to_lowercase();
        words.to_lowercase().split_whitespace().all(|word| name.contains(word))
    }
}

/// A run, as other things refer to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RunRef {
    /// Its number in the history.
    pub id: i64,
    /// When it was measured: RFC 3339, UTC.
    pub time: String,
    /// The commit it was measured at.
    pub commit: Option<String>,
    /// Its branch.
    pub branch: Option<String>,
    /// The first line of the commit's message.
    pub subject: Option<String>,
}

/// Of a commit, so many characters are enough to find it.
const SHORT: usize = 10;

impl RunRef {
    /// The beginning of the commit.
    pub fn short_commit(&self) -> Option<String> {
        self.commit.as_ref().map(|it| it.chars().take(SHORT).collect())
    }

    /// The time to the minute: `2026-11-22 08:15`.
    pub fn minute(&self) -> String {
        self.time.chars().take(16).collect::<String>().replace('T', " ")
    }

    /// The day.
    pub fn day(&self) -> String {
        self.time.chars().take(10).collect()
    }
}

impl From<&Run> for RunRef {
    fn from(run: &Run) -> Self {
        Self {
            id: run.id.0,
            time: run.time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            commit: run.commit.clone(),
            branch: run.branch.clone(),
            subject: run.subject.clone(),
        }
    }
}

/// A status in words.
pub(crate) fn status_words(status: Status) -> &'static str {
    match status {
        Status::Ok => "ok",
        Status::Failed => "failed",
        Status::NotSupported => "not supported",
    }
}
