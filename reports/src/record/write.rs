use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::{Record, STANDARD, name_of};

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("can't write {}: {source}", name_of(.path, "standard output"))]
pub struct WriteError {
    /// The file or directory.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl Record {
    /// Writes the record so that `path` holds either the old file or all of the new one.
    pub fn write(&self, path: &Path) -> Result<(), WriteError> {
        write_whole(path, |file| {
            serde_json::to_writer_pretty(&mut *file, self)?;
            file.write_all(b"\n")
        })
    }
}

/// Writes a file, or to standard output if that is `-`.
///
/// A file is written beside `path` and renamed into place: `path` holds either what it
/// held or all of the new contents, and readers see nothing in between. A symbolic link
/// stays, and what it points to is replaced. A device or a pipe is written to as it is.
pub fn write_whole(
    path: &Path,
    contents: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> Result<(), WriteError> {
    let write = || {
        if path == Path::new(STANDARD) {
            // Whoever reads it may have seen enough.
            return match write_to(io::stdout(), contents) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                done => done,
            };
        }
        match fs::metadata(path) {
            Ok(there) if !there.is_file() && !there.is_dir() => {
                write_to(File::options().write(true).open(path)?, contents)
            }
            _ => replace(&followed(path)?, contents),
        }
    };
    write().map_err(|source| WriteError { path: path.into(), source })
}

fn write_to(
    to: impl Write + Send,
    contents: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> io::Result<()> {
    let mut buffer = BufWriter::new(to);
    contents(&mut buffer)?;
    buffer.flush()
}

fn replace(
    path: &Path,
    contents: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> io::Result<()> {
    let prefix = unfinished_prefix(path);
    let mut file = builder().prefix(&prefix).tempfile_in(directory_of(path))?;
    write_to(file.as_file_mut(), contents)?;
    file.persist(path)?;
    Ok(())
}

/// What a path stands for when symbolic links are followed, even if that is not there yet.
pub fn followed(path: &Path) -> io::Result<PathBuf> {
    /// As many as Linux follows.
    const MOST_LINKS: usize = 40;
    let mut path = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(target) => path = directory_of(&path).join(target),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many symbolic links, one behind the other"))
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

#[cfg(all(test, unix))]
mod tests {
    use std::io::Read as _;
    use std::os::unix::fs::symlink;
    use std::process::Command;
    use std::thread;

    use super::*;

    fn write(path: &Path, text: &str) -> Result<(), WriteError> {
        write_whole(path, |file| file.write_all(text.as_bytes()))
    }

    #[test]
    fn a_link_stays_and_what_it_points_to_is_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        fs::create_dir(at("elsewhere")).unwrap();
        symlink("elsewhere/target", at("link")).unwrap();
        symlink("link", at("link-to-link")).unwrap();
        for text in ["first", "second"] {
            write(&at("link-to-link"), text).unwrap();
            assert_eq!(fs::read_to_string(at("elsewhere/target")).unwrap(), text);
            assert!(at("link").is_symlink() && at("link-to-link").is_symlink());
        }
        symlink("round", at("round")).unwrap();
        assert!(write(&at("round"), "never").is_err());
    }

    #[test]
    fn a_device_or_a_pipe_is_written_to() {
        write(Path::new("/dev/null"), "gone").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        assert!(write(Path::new("/dev/full"), "no room").is_err());

        let directory = tempfile::tempdir().unwrap();
        let pipe = directory.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let reader = thread::spawn({
            let pipe = pipe.clone();
            move || {
                let mut text = String::new();
                File::open(pipe).unwrap().read_to_string(&mut text).unwrap();
                text
            }
        });
        write(&pipe, "through a pipe").unwrap();
        assert_eq!(reader.join().unwrap(), "through a pipe");
    }
}
