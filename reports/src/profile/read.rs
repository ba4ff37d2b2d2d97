//! The file of a profile.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Profile, SCHEMA};
use crate::record::{ReadError, WriteError, input_name, read_text, write_whole};

/// Why a file is no profile that this version reads.
#[derive(Debug, thiserror::Error)]
pub enum ReadProfileError {
    /// JSON of another shape, or numbers that do not fit together.
    #[error("the profile {} is damaged: {reason}; record it again with `pollbench profile`", input_name(.path))]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where and what.
        reason: String,
    },
    /// Written by a later version.
    #[error(
        "the profile {} has schema {found}, and this pollbench reads up to {SCHEMA}: use a newer pollbench",
        input_name(.path)
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: u32,
    },
    /// Some other file, or none.
    #[error(transparent)]
    Read(#[from] ReadError),
}

#[derive(Deserialize)]
struct Header {
    profile_schema: Option<u32>,
}

impl Profile {
    /// Reads a profile, compressed or not, from a file or, if that is `-`, from standard input.
    ///
    /// # Errors
    ///
    /// If there is no such file, or it has no profile that this version reads.
    pub fn read(path: &Path) -> Result<Self, ReadProfileError> {
        let text = read_text(path).map_err(|source| ReadError::Io { path: path.into(), source })?;
        Self::parse(&text, path)?.ok_or_else(|| ReadError::NoRecord { path: path.into() }.into())
    }

    /// Parses the text of a file, which errors name by its path; `None` if it is no profile.
    pub(crate) fn parse(text: &[u8], path: &Path) -> Result<Option<Self>, ReadProfileError> {
        let header: Option<Header> = serde_json::from_slice(text).ok();
        let Some(found) = header.and_then(|it| it.profile_schema) else { return Ok(None) };
        if found > SCHEMA {
            return Err(ReadProfileError::TooNew { path: path.into(), found });
        }
        let damaged = |reason| ReadProfileError::Damaged { path: path.into(), reason };
        let profile: Self =
            serde_json::from_slice(text).map_err(|error| damaged(error.to_string()))?;
        profile.check().map_err(damaged)?;
        Ok(Some(profile))
    }

    /// Writes the profile so that `path` holds either the old file or all of the new one.
    ///
    /// # Errors
    ///
    /// If it can't be written.
    pub fn write(&self, path: &Path) -> Result<(), WriteError> {
        write_whole(path, |file| {
            serde_json::to_writer(&mut *file, self)?;
            file.write_all(b"\n")
        })
    }
}
