use pollbench_history::Run;
use schemars::JsonSchema;
use serde::Serialize;

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
