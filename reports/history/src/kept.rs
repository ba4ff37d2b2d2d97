//! What is done with a run that is kept.

use std::path::Path;

use pollbench_reports::document::{Document, Kind};
use pollbench_reports::record::Record;
use sqlx::{AnyConnection, Row as _};

use crate::packed::{digest, unpack};
use crate::place::Place;
use crate::provenance::check_name;
use crate::{Error, History, RunId};

impl History {
    /// The whole record of a run that measured a matrix, without loss.
    pub async fn get(&self, id: RunId) -> Result<Record, Error> {
        match self.document(id).await? {
            Document::Record(record) => Ok(*record),
            other => Err(self.other_kind(id, other.kind(), Kind::Run)),
        }
    }

    /// The whole record of a run of any kind, without loss.
    pub async fn document(&self, id: RunId) -> Result<Document, Error> {
        let text = self.text(id).await?;
        let document = Document::parse(&text, Path::new(&format!("of run {id}")));
        document.map_err(|error| self.place.damaged(error))
    }

    /// The same as it is kept: JSON in one line, with fields that this version does not know.
    pub async fn text(&self, id: RunId) -> Result<Vec<u8>, Error> {
        let mut on = self.reading().await?;
        let found = record(&mut on, &self.place, id).await?;
        let (expected, packed) = found.ok_or_else(|| self.no_run(&id.to_string()))?;
        let text = unpack(&packed);
        let text = text.map_err(|error| self.place.damaged(format!("run {id}: {error}")))?;
        match digest(&text) == expected {
            true => Ok(text),
            false => Err(self.place.damaged(format!("the record of run {id} was changed"))),
        }
    }

    /// Removes a run, and whatever no other run has.
    pub async fn remove(&self, id: RunId) -> Result<(), Error> {
        let error = |source| self.error(source);
        let mut on = self.writing().await?;
        let delete = sqlx::query("DELETE FROM runs WHERE id = $1").bind(id.0);
        let deleted = delete.execute(&mut *on).await.map_err(error)?.rows_affected();
        if deleted == 0 {
            return Err(self.no_run(&id.to_string()));
        }
        for unused in [
            "DELETE FROM series
             WHERE NOT EXISTS (SELECT 1 FROM cells WHERE cells.series = series.id)",
            "DELETE FROM environments
             WHERE NOT EXISTS (SELECT 1 FROM cells WHERE cells.environment = environments.id)
             AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.environment = environments.id)",
        ] {
            sqlx::query(unused).execute(&mut *on).await.map_err(error)?;
        }
        on.commit().await.map_err(error)
    }

    /// Gives a run a further name. Several runs may have the same.
    pub async fn tag(&self, id: RunId, name: &str) -> Result<(), Error> {
        check_name("tag", name)?;
        let error = |source| self.error(source);
        let mut on = self.writing().await?;
        if record(&mut on, &self.place, id).await?.is_none() {
            return Err(self.no_run(&id.to_string()));
        }
        let insert = "INSERT INTO tags (run, name) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        let insert = sqlx::query(insert).bind(id.0).bind(name.to_owned());
        insert.execute(&mut *on).await.map_err(error)?;
        on.commit().await.map_err(error)
    }

    /// Takes a name away from a run: whether it had it.
    pub async fn untag(&self, id: RunId, name: &str) -> Result<bool, Error> {
        check_name("tag", name)?;
        let error = |source| self.error(source);
        let mut on = self.writing().await?;
        let delete = sqlx::query("DELETE FROM tags WHERE run = $1 AND name = $2");
        let delete = delete.bind(id.0).bind(name.to_owned());
        let done = delete.execute(&mut *on).await.map_err(error)?;
        on.commit().await.map_err(error)?;
        Ok(done.rows_affected() > 0)
    }
}

/// The digest of a run and its record, packed.
pub(crate) async fn record(
    on: &mut AnyConnection,
    place: &Place,
    id: RunId,
) -> Result<Option<(String, Vec<u8>)>, Error> {
    let query = sqlx::query(
        "SELECT digest, packed FROM runs LEFT JOIN records ON records.run = runs.id
         WHERE runs.id = $1",
    );
    let error = |source| place.error(source);
    let Some(row) = query.bind(id.0).fetch_optional(on).await.map_err(error)? else {
        return Ok(None);
    };
    let packed: Option<Vec<u8>> = row.try_get(1).map_err(error)?;
    let packed = packed.ok_or_else(|| place.damaged(format!("run {id} has no record")))?;
    Ok(Some((row.try_get(0).map_err(error)?, packed)))
}
