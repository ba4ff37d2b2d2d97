//! The files of a directory of compiled components.
//!
//! A file is [`MAGIC`], the key, the digest of the code, and the code. It is written whole
//! or not at all, and is taken only if it belongs to the user, nobody else can write to it,
//! and all of it is as it was written; the code is read once, so that what was checked is
//! what is run. What can't be read or written is compiled, which is no error.

use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use super::key::Key;
use super::place::distrust;

const MAGIC: &[u8; 16] = b"pollbench code 1";
const DIGEST: usize = 32;
const HEADER: usize = MAGIC.len() + 2 * DIGEST;

/// The most bytes that all files together may have.
const MOST_BYTES: u64 = 1 << 30;

/// How the names of files end.
const EXTENSION: &str = "cwasm";
/// How the names of files begin that are being written: a process that is killed leaves one.
const UNFINISHED: &str = ".unfinished-";
/// A file that has been unfinished for so long is never finished.
const ABANDONED: Duration = Duration::from_hours(1);

/// A directory that can be trusted, with compiled components.
pub struct Store {
    directory: PathBuf,
    most_bytes: u64,
}

impl Store {
    /// The store in a directory.
    pub fn new(directory: PathBuf) -> Self {
        Self { directory, most_bytes: MOST_BYTES }
    }

    /// A store for so many bytes.
    #[cfg(test)]
    pub fn of_size(directory: PathBuf, most_bytes: u64) -> Self {
        Self { directory, most_bytes }
    }

    /// Where it is.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Whether there is something under a key, be it good or not.
    pub fn has(&self, key: &Key) -> bool {
        self.path(key).is_file()
    }

    /// What was put under a key, if it is still there to the bit.
    pub fn get(&self, key: &Key) -> Option<Vec<u8>> {
        let mut file = File::open(self.path(key)).ok()?;
        let there = file.metadata().ok()?;
        if !there.is_file() || there.len() > self.most_bytes || distrust(&there).is_some() {
            return None;
        }
        let mut header = [0; HEADER];
        file.read_exact(&mut header).ok()?;
        let mut code = Vec::with_capacity((there.len() as usize).saturating_sub(HEADER));
        file.read_to_end(&mut code).ok()?;
        if header != self::header(key, &code) {
            return None;
        }
        // The least recently used go first.
        let _ = file.set_modified(SystemTime::now());
        Some(code)
    }

    /// Puts code under a key. Where there is no room or no permission, nothing is kept.
    pub fn put(&self, key: &Key, code: &[u8]) {
        if (HEADER + code.len()) as u64 <= self.most_bytes && self.write(key, code).is_ok() {
            self.make_room(&self.path(key));
        }
    }

    fn write(&self, key: &Key, code: &[u8]) -> io::Result<()> {
        // Nobody else may read or write a temporary file, nor what becomes of it.
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(&self.directory)?;
        file.write_all(&header(key, code))?;
        file.write_all(code)?;
        file.persist(self.path(key))?;
        Ok(())
    }

    /// Removes what was not used for longest until the rest fits, but not `kept`; and what
    /// was never finished.
    fn make_room(&self, kept: &Path) {
        let entries = fs::read_dir(&self.directory).into_iter().flatten().flatten();
        let mut files: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
        for entry in entries {
            let (path, Ok(there)) = (entry.path(), entry.metadata()) else { continue };
            let Ok(used) = there.modified() else { continue };
            let is_old = used.elapsed().is_ok_and(|it| it > ABANDONED);
            if is_unfinished(&path) && is_old {
                let _ = fs::remove_file(&path);
            } else if path.extension().is_some_and(|it| it == EXTENSION) {
                files.push((used, there.len(), path));
            }
        }
        files.sort();
        let mut bytes: u64 = files.iter().map(|it| it.1).sum();
        for (_, size, path) in files {
            if bytes <= self.most_bytes {
                break;
            }
            if path != kept && fs::remove_file(&path).is_ok() {
                bytes -= size;
            }
        }
    }

    fn path(&self, key: &Key) -> PathBuf {
        let name: String = key.bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        self.directory.join(name).with_extension(EXTENSION)
    }
}

fn is_unfinished(path: &Path) -> bool {
    path.file_name().is_some_and(|it| it.to_string_lossy().starts_with(UNFINISHED))
}

/// What stands before the code.
fn header(key: &Key, code: &[u8]) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    let (magic, digests) = header.split_at_mut(MAGIC.len());
    let (of_inputs, of_code) = digests.split_at_mut(DIGEST);
    magic.copy_from_slice(MAGIC);
    of_inputs.copy_from_slice(key.bytes());
    of_code.copy_from_slice(&Sha256::digest(code));
    header
}
