use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use pollbench_reports::record::directory_of;
use sqlx::ConnectOptions as _;
use sqlx::any::AnyConnectOptions;
use sqlx::postgres::PgConnectOptions;

use crate::Error;

/// Where a history is kept. What it is shown as has no password.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    pub(crate) kind: Kind,
    /// What the driver is told.
    url: String,
    shown: String,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite(PathBuf),
    Postgres,
}

impl Place {
    /// A path, or an address that begins with `postgres://` or `postgresql://`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        match text.split_once("://") {
            Some(("postgres" | "postgresql", _)) => Self::server(text),
            Some(("sqlite", path)) => Self::file(Path::new(path)),
            // A file may have such a name, but whoever writes this means a server.
            Some((scheme, _)) if scheme.chars().all(|it| it.is_ascii_alphanumeric()) => {
                Err(Error::Address { reason: format!("no history is kept in {scheme}") })
            }
            _ => Self::file(Path::new(text)),
        }
    }

    /// A file of SQLite.
    pub fn file(path: &Path) -> Result<Self, Error> {
        let name = path.file_name().filter(|_| !path.is_dir());
        let Some(name) = name else {
            let reason = match path.as_os_str().is_empty() {
                true => "an empty name is no file".into(),
                false => format!("{} is no file", path.display()),
            };
            return Err(Error::Address { reason });
        };
        // The driver follows URLs, in which `..` is taken off without a look at links.
        let folder = directory_of(path);
        let whole = fs::canonicalize(folder).unwrap_or_else(|_| folder.into()).join(name);
        let Some(text) = whole.to_str() else {
            let reason = format!("{} is not UTF-8", whole.display());
            return Err(Error::Address { reason });
        };
        let url = format!("sqlite:{}", encoded(text));
        let shown = path.display().to_string();
        Ok(Self { kind: Kind::Sqlite(whole), url, shown })
    }

    fn server(text: &str) -> Result<Self, Error> {
        // What the parser says of an address names no part of it.
        let options = PgConnectOptions::from_str(text)
            .map_err(|error| Error::Address { reason: format!("{error}") })?;
        let host = match options.get_socket() {
            Some(socket) => socket.display().to_string(),
            None => format!("{}:{}", options.get_host(), options.get_port()),
        };
        let database = options.get_database().unwrap_or(options.get_username());
        let shown = format!("the database {database} of PostgreSQL at {host}");
        Ok(Self { kind: Kind::Postgres, url: text.into(), shown })
    }

    /// The same, once the folder of its file is there, so that its real path is known.
    pub(crate) fn resolved(self) -> Result<Self, Error> {
        let Some(path) = self.path() else { return Ok(self) };
        Ok(Self { shown: self.shown.clone(), ..Self::file(path)? })
    }

    /// The file, where it is one.
    pub fn path(&self) -> Option<&Path> {
        match &self.kind {
            Kind::Sqlite(path) => Some(path),
            Kind::Postgres => None,
        }
    }

    pub(crate) fn options(&self, create: bool) -> Result<AnyConnectOptions, Error> {
        let mode = match (&self.kind, create) {
            (Kind::Postgres, _) => "",
            (Kind::Sqlite(_), true) => "?mode=rwc",
            (Kind::Sqlite(_), false) => "?mode=rw",
        };
        AnyConnectOptions::from_str(&format!("{}{mode}", self.url))
            .map(|options| options.disable_statement_logging())
            .map_err(|error| Error::Address { reason: error.to_string() })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown.replace(char::is_control, "\u{fffd}").fmt(f)
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({self})")
    }
}

/// A path as a part of a URL.
fn encoded(path: &str) -> String {
    let plain = |it: u8| it.is_ascii_alphanumeric() || b"/-_.".contains(&it);
    path.bytes()
        .map(|it| if plain(it) { char::from(it).to_string() } else { format!("%{it:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_ever_shown() {
        for text in [
            "postgres://me:s3cret@db.example/bench",
            "postgresql://me:s3cret@db.example:5433/bench?sslmode=disable",
            "postgres://me@db.example/bench?password=s3cret",
            "postgres://me:a@s3cret@db.example/bench",
        ] {
            let place = Place::parse(text).unwrap();
            for shown in [place.to_string(), format!("{place:?}")] {
                assert!(!shown.contains("s3cret"), "{shown}");
                assert!(shown.contains("bench") && shown.contains("db.example"), "{shown}");
            }
        }
    }

    #[test]
    fn errors_on_addresses_do_not_repeat_them() {
        for text in [
            "postgres://me:s3cret@db.example:port/bench",
            "postgres://me:s3cret@[db/bench",
            "postgres://me:s3cret/x@db.example/bench",
            "postgres://me@db.example/bench?password=s3cret&sslmode=nonsense",
            "mysql://me:s3cret@db.example/bench",
        ] {
            let error = Place::parse(text).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
        }
    }
}
