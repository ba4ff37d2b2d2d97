//! What is expensive is found out once, as long as nothing is added or removed.

use std::sync::Arc;

use quick_cache::sync::Cache as Quick;

use crate::Error;
use crate::look::Look;
use crate::view::Said;

/// So many looks are kept: each branch and length that people ask for is one.
const LOOKS: usize = 16;
/// So many answers of a record are kept.
const ANSWERS: usize = 32;
/// So many records that are no matrix are kept in short: a few hundred bytes for each thing that
/// they say.
const SAID: usize = 1000;

/// Which runs are looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LookKey {
    pub branch: Option<String>,
    pub last: u64,
    /// The newest of the runs, and how many there are: another pair, other runs.
    pub newest: i64,
    pub total: u64,
}

/// What was found out.
pub struct Cache {
    looks: Quick<LookKey, Arc<Look>>,
    answers: Quick<(i64, String), Arc<str>>,
    said: Quick<i64, Arc<Said>>,
}

impl Default for Cache {
    fn default() -> Self {
        Self { looks: Quick::new(LOOKS), answers: Quick::new(ANSWERS), said: Quick::new(SAID) }
    }
}

impl Cache {
    /// A look that was taken, or is taken now. Whoever asks for the same meanwhile waits.
    pub async fn look(
        &self,
        key: &LookKey,
        take: impl Future<Output = Result<Look, Error>>,
    ) -> Result<Arc<Look>, Error> {
        self.looks.get_or_insert_async(key, async { Ok(Arc::new(take.await?)) }).await
    }

    /// What a run's record says in short.
    pub async fn said(
        &self,
        run: i64,
        read: impl Future<Output = Result<Said, Error>>,
    ) -> Result<Arc<Said>, Error> {
        self.said.get_or_insert_async(&run, async { Ok(Arc::new(read.await?)) }).await
    }

    /// The answer of a run's record as a part of a page, which leads to the report at `page`.
    pub async fn answer(
        &self,
        run: i64,
        page: &str,
        render: impl Future<Output = Result<String, Error>>,
    ) -> Result<Arc<str>, Error> {
        let key = (run, page.to_owned());
        self.answers.get_or_insert_async(&key, async { Ok(render.await?.into()) }).await
    }
}
