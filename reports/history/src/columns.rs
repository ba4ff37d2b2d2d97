use jiff::Timestamp;
use pollbench_reports::document::Kind;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::Error;
use crate::place::Place;

/// A row, and what errors say it is of.
pub(crate) struct Columns<'a> {
    pub row: &'a AnyRow,
    pub place: &'a Place,
}

impl<'a> Columns<'a> {
    pub fn get<T>(&self, column: &str) -> Result<T, Error>
    where
        T: sqlx::Decode<'a, sqlx::Any> + sqlx::Type<sqlx::Any>,
    {
        self.row.try_get(column).map_err(|source| self.place.error(source))
    }

    pub fn number<T: TryFrom<i64>>(&self, column: &str) -> Result<T, Error> {
        let number: i64 = self.get(column)?;
        number.try_into().map_err(|_| self.place.damaged(format!("{column} is {number}")))
    }

    pub fn json<T: serde::de::DeserializeOwned>(&self, column: &str) -> Result<T, Error> {
        let text: String = self.get(column)?;
        serde_json::from_str(&text)
            .map_err(|error| self.place.damaged(format!("{column}: {error}")))
    }

    pub fn kind(&self) -> Result<Kind, Error> {
        let name: String = self.get("kind")?;
        name.parse().map_err(|_| self.place.damaged(format!("there is no kind {name:?}")))
    }

    pub fn time(&self, column: &str) -> Result<Timestamp, Error> {
        let time = Timestamp::from_microsecond(self.get(column)?);
        time.map_err(|error| self.place.damaged(format!("{column}: {error}")))
    }
}
