use std::ffi::OsString;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Record, SCHEMA};

/// Why a file is not a record this version reads.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file could not be opened or read.
    #[error("can't read the record {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Not JSON, or JSON of another shape.
    #[error("the record {path} is damaged: {reason}; measure again with `pollbench run`")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where and what.
        reason: serde_json::Error,
    },
    /// Some other JSON file.
    #[error("{path} is no pollbench record: it has no `schema` number")]
    NoRecord {
        /// The file.
        path: PathBuf,
    },
    /// Written by a later version.
    #[error(
        "the record {path} has schema {found}, and this pollbench reads up to {SCHEMA}: use a newer pollbench"
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: u32,
    },
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("can't write {path}: {source}")]
pub struct WriteError {
    /// The file or directory.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

#[derive(Deserialize)]
struct Header {
    schema: Option<u32>,
}

impl Record {
    /// Reads a record of this schema or an earlier one.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        let text = fs::read(path).map_err(|source| ReadError::Io { path: path.into(), source })?;
        Self::parse(&text, path)
    }

    fn parse(text: &[u8], path: &Path) -> Result<Self, ReadError> {
        let damaged = |reason| ReadError::Damaged { path: path.into(), reason };
        let too_new = |found| ReadError::TooNew { path: path.into(), found };
        // Most files are records of a known schema: they are gone through once only.
        let reason = match serde_json::from_slice::<Self>(text) {
            Ok(record) if record.schema > SCHEMA => return Err(too_new(record.schema)),
            Ok(record) => return Ok(record),
            Err(reason) => reason,
        };
        match serde_json::from_slice::<Header>(text).map_err(damaged)?.schema {
            None => Err(ReadError::NoRecord { path: path.into() }),
            Some(found) if found > SCHEMA => Err(too_new(found)),
            Some(_) => Err(damaged(reason)),
        }
    }

    /// Writes the record so that `path` holds either the old file or all of the new one.
    pub fn write(&self, path: &Path) -> Result<(), WriteError> {
        write_whole(path, |file| {
            serde_json::to_writer_pretty(&mut *file, self)?;
            file.write_all(b"\n")
        })
    }
}

/// Writes a file beside `path` and renames it into place: `path` holds either what it
/// held or all of the new contents, and readers see nothing in between.
pub fn write_whole(
    path: &Path,
    contents: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), WriteError> {
    let attempt = || {
        let prefix = unfinished_prefix(path);
        let mut file = builder().prefix(&prefix).tempfile_in(directory_of(path))?;
        let mut buffer = BufWriter::new(file.as_file_mut());
        contents(&mut buffer)?;
        buffer.flush()?;
        drop(buffer);
        file.persist(path)?;
        Ok(())
    };
    attempt().map_err(|source| WriteError { path: path.into(), source })
}

/// The directory of a file, which may be the current one.
pub fn directory_of(path: &Path) -> &Path {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

/// How the names of files begin that are to become `path`: a process that is killed
/// leaves one behind.
pub fn unfinished_prefix(path: &Path) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(path.file_name().unwrap_or_default());
    prefix.push(".");
    prefix
}

/// A record is no secret: it gets the permissions of any new file, not the
/// owner-only ones of a temporary file.
#[cfg(unix)]
fn builder() -> tempfile::Builder<'static, 'static> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut builder = tempfile::Builder::new();
    // The process's umask is taken off these.
    builder.permissions(fs::Permissions::from_mode(0o666));
    builder
}

#[cfg(not(unix))]
fn builder() -> tempfile::Builder<'static, 'static> {
    tempfile::Builder::new()
}
