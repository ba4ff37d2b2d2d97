//! The schema, and how an older one becomes it.
//!
//! There is one text for both kinds of database; the few words in which they differ are
//! filled in. To change the schema, add a file, and leave those before it as they are.

use sqlx::{Any, AnyConnection, AssertSqlSafe, Row as _, Transaction, raw_sql};

use crate::Error;
use crate::place::{Kind, Place};

/// The files, in order: running the first makes schema 1.
const ALL: &[&str] = &[include_str!("../migrations/1.sql"), include_str!("../migrations/2.sql")];

/// The number of the schema that this version knows.
pub const SCHEMA: i64 = ALL.len() as i64;

/// The schema of a database, if this version knows it; 0 where there is none yet.
pub(crate) async fn version(on: &mut AnyConnection, place: &Place) -> Result<i64, Error> {
    let error = |source| place.error(source);
    let tables = match place.kind {
        Kind::Sqlite(_) => "SELECT name FROM sqlite_master WHERE type = 'table'",
        Kind::Postgres => {
            "SELECT CAST(table_name AS text) AS name FROM information_schema.tables
             WHERE table_schema = current_schema()
             AND table_name IN ('pollbench_history', 'runs', 'cells', 'series', 'records', 'tags',
                 'environments')"
        }
    };
    let tables = sqlx::query(tables).fetch_all(&mut *on).await.map_err(error)?;
    let names: Result<Vec<String>, _> = tables.iter().map(|row| row.try_get(0)).collect();
    let names = names.map_err(error)?;
    if names.is_empty() {
        return Ok(0);
    }
    if !names.iter().any(|name| name == "pollbench_history") {
        return Err(Error::Foreign { place: place.clone() });
    }
    let row = sqlx::query("SELECT version FROM pollbench_history").fetch_optional(on).await;
    match row.map_err(error)? {
        Some(row) => match row.try_get(0).map_err(error)? {
            found if found > SCHEMA => Err(Error::TooNew { place: place.clone(), found }),
            found => Ok(found),
        },
        None => Err(place.damaged("it does not say which schema it has")),
    }
}

/// Runs what has not been run; the transaction lets nobody else write meanwhile.
pub(crate) async fn run(on: &mut Transaction<'_, Any>, place: &Place) -> Result<(), Error> {
    let error = |source| place.error(source);
    let found = version(on, place).await?;
    let Ok(done) = usize::try_from(found) else {
        return Err(place.damaged(format!("its schema is {found}")));
    };
    for text in &ALL[done..] {
        let statements = AssertSqlSafe(filled_in(text, &place.kind));
        raw_sql(statements).execute(&mut **on).await.map_err(error)?;
    }
    let update = "UPDATE pollbench_history SET version = $1";
    sqlx::query(update).bind(SCHEMA).execute(&mut **on).await.map_err(error)?;
    Ok(())
}

fn filled_in(text: &str, kind: &Kind) -> String {
    let words = match kind {
        // Numbers of runs that were removed must not come again: links have them.
        Kind::Sqlite(_) => ["INTEGER PRIMARY KEY AUTOINCREMENT", "BLOB", " WITHOUT ROWID"],
        Kind::Postgres => ["INT8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "BYTEA", ""],
    };
    let places = ["{id}", "{bytes}", "{clustered}"];
    places.iter().zip(words).fold(text.into(), |text, (place, word)| text.replace(place, word))
}
