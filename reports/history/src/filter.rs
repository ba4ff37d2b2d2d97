use jiff::Timestamp;
use pollbench_reports::comparison::Metric;
use pollbench_reports::document::Kind;
use sqlx::Any;
use sqlx::any::AnyArguments;
use sqlx::query::Query;

use crate::Identity;
use crate::identity::column_text;

/// Which runs are meant: those for which all of it holds that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// What kind of record they have.
    pub kind: Option<Kind>,
    /// The branch.
    pub branch: Option<String>,
    /// The commit, in full.
    pub commit: Option<String>,
    /// One of the tags.
    pub tag: Option<String>,
    /// The earliest time of measurement.
    pub since: Option<Timestamp>,
    /// The time of measurement from which on runs are left out.
    pub until: Option<Timestamp>,
}

impl Filter {
    /// A condition on rows of `runs`. Its parameters are the first ones of the statement.
    pub(crate) fn sql(&self) -> String {
        let conditions = [
            (self.branch.is_some(), "branch = "),
            (self.commit.is_some(), "revision = "),
            (self.since.is_some(), "time >= "),
            (self.until.is_some(), "time < "),
        ];
        // Its name is a word of ours, and no parameter.
        let kind = self.kind.map(|it| format!("kind = '{it}'"));
        let mut parameters = 0;
        let mut all: Vec<String> = kind.into_iter().collect();
        for (_, condition) in conditions.iter().filter(|it| it.0) {
            parameters += 1;
            all.push(format!("{condition}${parameters}"));
        }
        if self.tag.is_some() {
            let tagged = "id IN (SELECT run FROM tags WHERE name = $";
            all.push(format!("{tagged}{})", parameters + 1));
        }
        if all.is_empty() { "1 = 1".into() } else { all.join(" AND ") }
    }

    /// Gives the parameters.
    pub(crate) fn bind<'q>(
        &self,
        query: Query<'q, Any, AnyArguments>,
    ) -> Query<'q, Any, AnyArguments> {
        let texts = [&self.branch, &self.commit].into_iter().flatten();
        let query = texts.fold(query, |query, text| query.bind(column_text(text)));
        let times = [self.since, self.until].into_iter().flatten();
        let query = times.fold(query, |query, time| query.bind(time.as_microsecond()));
        self.tag.iter().fold(query, |query, tag| query.bind(column_text(tag)))
    }
}

/// Which series are meant, and of which runs: those for which all of it holds; an empty list
/// holds for everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeriesFilter {
    /// Of which runs. Only those of a matrix have series.
    pub runs: Filter,
    /// Only of the newest of these runs, so many of them.
    pub last: Option<u64>,
    /// The numbers of series, as [`Series::id`](crate::Series::id) has them.
    pub ids: Vec<i64>,
    /// The names of guests.
    pub guests: Vec<String>,
    /// The names of workloads.
    pub workloads: Vec<String>,
    /// The names of host configurations.
    pub hosts: Vec<String>,
    /// Numbers of pollables: N.
    pub pollables: Vec<u32>,
    /// What is measured; of an empty list it is CPU time.
    pub metrics: Vec<Metric>,
}

impl SeriesFilter {
    pub(crate) fn holds_for(&self, id: i64, identity: &Identity) -> bool {
        holds(&self.ids, &id)
            && holds(&self.guests, &identity.guest)
            && holds(&self.workloads, &identity.workload)
            && holds(&self.hosts, &identity.host)
            && holds(&self.pollables, &identity.pollables)
    }

    pub(crate) fn metrics(&self) -> Vec<Metric> {
        match self.metrics.as_slice() {
            [] => vec![Metric::NsPerEvent],
            some => some.to_vec(),
        }
    }
}

fn holds<T: PartialEq>(wanted: &[T], it: &T) -> bool {
    wanted.is_empty() || wanted.contains(it)
}
