use jiff::Timestamp;
use pollbench_reports::document::Kind;
use sqlx::AssertSqlSafe;

use crate::columns::Columns;
use crate::{Error, Filter, History};

/// A branch that has runs. Its name is of a stranger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Its name; `None` stands for the runs without one.
    pub name: Option<String>,
    /// How many runs it has.
    pub runs: u64,
    /// When the newest of them was measured.
    pub newest: Timestamp,
}

/// More branches than this are not looked at one by one.
const MOST: usize = 200;

impl History {
    /// The branches of all runs, or of those of a kind, that with the newest run first; at most
    /// 200 of them.
    pub async fn branches(&self, kind: Option<Kind>) -> Result<Vec<Branch>, Error> {
        let runs = Filter { kind, ..Filter::default() };
        let sql = format!(
            "SELECT branch, COUNT(*) AS runs, MAX(time) AS newest FROM runs WHERE {}
             GROUP BY branch ORDER BY newest DESC, branch LIMIT $1",
            runs.sql()
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(MOST as i64).fetch_all(&self.pool);
        let rows = query.await.map_err(|source| self.error(source))?;
        let branch = |row| {
            let row = Columns { row, place: &self.place };
            Ok(Branch {
                name: row.get("branch")?,
                runs: row.number("runs")?,
                newest: row.time("newest")?,
            })
        };
        rows.iter().map(branch).collect()
    }
}
