//! Where compiled components are kept, and whether that place can be trusted.

use std::env;
use std::fs::{self, DirBuilder};
use std::io;
use std::path::{Path, PathBuf};

/// The variable that names the directory, or is [`OFF`].
const VARIABLE: &str = "POLLBENCH_CACHE";

/// The value of [`VARIABLE`] with which nothing is kept.
const OFF: &str = "off";

/// Why compiled components are not kept.
#[derive(Debug, thiserror::Error)]
pub enum NoPlace {
    /// The program did not ask for it.
    #[error("this program keeps nothing")]
    NotAskedFor,
    /// The user does not want it.
    #[error("{VARIABLE} is {OFF}")]
    Off,
    /// The user has no directory for it.
    #[error("neither {VARIABLE} nor XDG_CACHE_HOME nor HOME names a directory")]
    NoDirectory,
    /// The directory can't be made or looked at.
    #[error("can't use {}: {source}", path.display())]
    Unusable {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Somebody else could put code there.
    #[error("{} {why}, and could be given code to run; {VARIABLE} names another place", path.display())]
    Untrusted {
        /// The directory.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
}

/// The directory, which exists and can be trusted.
pub fn place() -> Result<PathBuf, NoPlace> {
    let path = named(|name| env::var_os(name).map(PathBuf::from))?;
    let unusable = |source| NoPlace::Unusable { path: path.clone(), source };
    make(&path).map_err(unusable)?;
    let there = fs::metadata(&path).map_err(unusable)?;
    match distrust(&there) {
        None => Ok(path),
        Some(why) => Err(NoPlace::Untrusted { path, why }),
    }
}

/// The directory that the environment names.
fn named(variable: impl Fn(&str) -> Option<PathBuf>) -> Result<PathBuf, NoPlace> {
    let set = |name: &str| variable(name).filter(|it| !it.as_os_str().is_empty());
    match set(VARIABLE) {
        Some(path) if path == Path::new(OFF) => return Err(NoPlace::Off),
        Some(path) => return Ok(path),
        None => {}
    }
    // A relative path is none, by the specification.
    let cache = set("XDG_CACHE_HOME").filter(|it| it.is_absolute());
    let cache = cache.or_else(|| set("HOME").map(|home| home.join(".cache")));
    cache.map(|it| it.join("pollbench/compiled")).ok_or(NoPlace::NoDirectory)
}

/// Makes the directory, and those it is in, for this user alone.
fn make(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Why a file or directory could hold what somebody else has put there, if it could.
#[cfg(unix)]
pub fn distrust(there: &fs::Metadata) -> Option<&'static str> {
    use std::os::unix::fs::MetadataExt as _;
    const WRITABLE_BY_OTHERS: u32 = 0o022;
    if there.uid() != rustix::process::geteuid().as_raw() {
        Some("belongs to somebody else")
    } else if there.mode() & WRITABLE_BY_OTHERS != 0 {
        Some("can be written to by others")
    } else {
        None
    }
}

/// Elsewhere it can't be told who may write to a file.
#[cfg(not(unix))]
pub fn distrust(_there: &fs::Metadata) -> Option<&'static str> {
    Some("may be written to by others, for all that is known on this system")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_names_the_directory() {
        let place = |variables: &[(&str, &str)]| {
            let of = |name: &str| {
                let found = variables.iter().find(|it| it.0 == name);
                found.map(|it| PathBuf::from(it.1))
            };
            named(of).map(|it| it.display().to_string()).map_err(|it| it.to_string())
        };
        let (home, xdg) = (("HOME", "/me"), ("XDG_CACHE_HOME", "/cache"));
        assert_eq!(place(&[home]).unwrap(), "/me/.cache/pollbench/compiled");
        assert_eq!(place(&[home, xdg]).unwrap(), "/cache/pollbench/compiled");
        assert_eq!(
            place(&[home, ("XDG_CACHE_HOME", "cache")]).unwrap(),
            "/me/.cache/pollbench/compiled"
        );
        assert_eq!(place(&[home, xdg, (VARIABLE, "here")]).unwrap(), "here");
        assert_eq!(place(&[home, xdg, (VARIABLE, "")]).unwrap(), "/cache/pollbench/compiled");
        assert_eq!(place(&[home, xdg, (VARIABLE, "off")]).unwrap_err(), "POLLBENCH_CACHE is off");
        assert!(place(&[]).unwrap_err().contains("names a directory"));
    }
}
