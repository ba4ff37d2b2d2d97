//! What a driver says, in the terms of a history.

use sqlx::error::DatabaseError;

use crate::Error;
use crate::place::{Kind, Place};

impl Place {
    pub(crate) fn damaged(&self, reason: impl ToString) -> Error {
        Error::Damaged { place: self.clone(), reason: reason.to_string() }
    }

    /// Why a statement failed.
    pub(crate) fn error(&self, source: sqlx::Error) -> Error {
        let place = self.clone();
        match &source {
            sqlx::Error::Database(said) => self.refused(said.as_ref()),
            sqlx::Error::ColumnDecode { source, .. } | sqlx::Error::Decode(source) => {
                return self.damaged(source);
            }
            sqlx::Error::PoolTimedOut => Some(Error::Busy { place }),
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => {
                Some(Error::Unreachable { place, reason: source.to_string() })
            }
            _ => None,
        }
        .unwrap_or_else(|| Error::Query { place: self.clone(), source })
    }

    fn refused(&self, said: &dyn DatabaseError) -> Option<Error> {
        let code = said.code()?;
        match self.kind {
            Kind::Sqlite(_) => self.sqlite(code.parse().ok()?, said.message()),
            Kind::Postgres => self.postgres(&code, said.message()),
        }
    }

    /// By the extended result code: <https://www.sqlite.org/rescode.html>.
    fn sqlite(&self, code: u32, message: &str) -> Option<Error> {
        const SHORT_READ: u32 = 522;
        const NO_ROOM_FOR_SHARED_MEMORY: u32 = 4874;
        let (place, reason) = (self.clone(), message.to_owned());
        Some(match (code, code & 0xff) {
            (SHORT_READ, _) | (_, 11 | 26) => Error::Damaged { place, reason },
            (NO_ROOM_FOR_SHARED_MEMORY, _) | (_, 13) => Error::Full { place },
            (_, 5 | 6) => Error::Busy { place },
            (_, 8) => Error::ReadOnly { place, reason },
            (_, 3 | 10 | 14 | 23) => Error::Unreachable { place, reason },
            _ => return None,
        })
    }

    /// By the class of the state: PostgreSQL's manual, appendix A.
    fn postgres(&self, code: &str, message: &str) -> Option<Error> {
        let (place, reason) = (self.clone(), message.to_owned());
        Some(match code {
            "53100" => Error::Full { place },
            "25006" | "42501" => Error::ReadOnly { place, reason },
            "55P03" | "57014" | "40001" | "40P01" => Error::Busy { place },
            "XX001" | "XX002" => Error::Damaged { place, reason },
            _ if ["08", "28", "3D", "53", "57"].contains(&&code[..2]) => {
                Error::Unreachable { place, reason }
            }
            _ => return None,
        })
    }
}

impl Place {
    /// Why a database can't be opened.
    pub(crate) fn unopened(&self, source: sqlx::Error) -> Error {
        match self.error(source) {
            Error::Query { place, source } => {
                Error::Unreachable { place, reason: source.to_string() }
            }
            other => other,
        }
    }
}
