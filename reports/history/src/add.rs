use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;

use crate::insert::Adding;
use crate::measured::rows;
use crate::packed::Canonical;
use crate::{Error, History, Provenance, RunId};

/// What came of adding a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Added {
    /// The run.
    pub id: RunId,
    /// Whether it was not there before. If it was, only its tags may have become more.
    pub was_new: bool,
}

/// A run that is to be added, and when it was.
pub(crate) struct Entry<'a> {
    pub canonical: &'a Canonical,
    pub provenance: &'a Provenance,
    pub time: Timestamp,
    pub added: Timestamp,
}

impl History {
    /// Keeps a record of any [`Kind`](pollbench_reports::document::Kind). The same record is kept
    /// once, whatever is said of where it comes from.
    pub async fn add(
        &self,
        record: &impl Serialize,
        provenance: &Provenance,
    ) -> Result<Added, Error> {
        self.add_canonical(&Canonical::of(record, Path::new("to add"))?, provenance).await
    }

    /// Keeps a record of this schema or an earlier one, given as the text of its file (see
    /// [`read_text`](pollbench_reports::record::read_text)), by whose path errors name it.
    /// Fields that this version does not know are kept with it.
    pub async fn add_text(
        &self,
        text: &[u8],
        path: &Path,
        provenance: &Provenance,
    ) -> Result<Added, Error> {
        self.add_canonical(&Canonical::parse(text, path)?, provenance).await
    }

    async fn add_canonical(
        &self,
        canonical: &Canonical,
        provenance: &Provenance,
    ) -> Result<Added, Error> {
        provenance.check()?;
        let time = match provenance.time {
            Some(time) => time,
            None => started(canonical.document.started())?,
        };
        let entry = Entry { canonical, provenance, time, added: Timestamp::now() };
        self.add_entry(&entry).await
    }

    pub(crate) async fn add_entry(&self, entry: &Entry<'_>) -> Result<Added, Error> {
        // What takes time is done before others have to wait.
        let (rows, packed) = (rows(&entry.canonical.document), entry.canonical.packed());
        let mut adding = Adding { on: self.writing().await?, place: &self.place };
        let known = adding.run(&entry.canonical.digest).await?;
        let id = match known {
            Some(id) => id,
            None => adding.new_run(entry, &rows, packed).await?,
        };
        adding.tags(id, &entry.provenance.tags).await?;
        adding.on.commit().await.map_err(|source| self.error(source))?;
        Ok(Added { id: RunId(id), was_new: known.is_none() })
    }
}

fn started(text: &str) -> Result<Timestamp, Error> {
    text.parse().map_err(|_| Error::Time { text: text.chars().take(100).collect() })
}
