//! The files beside a record that have all that is known of its failures.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;

use pollbench_reports::record::{Cell, WriteError, directory_of};

/// Writes a file for each failure of which more is known than the record has, and names it in
/// the record. The number in the name is that of the cell, counted from 1.
pub fn keep(cells: &mut [Cell], record: &Path) -> Result<(), WriteError> {
    for (cell, number) in cells.iter_mut().zip(1..) {
        let Some(failure) = &mut cell.failure else { continue };
        let Some(whole) = &failure.whole else { continue };
        let name = name(record, number);
        let path = directory_of(record).join(&name);
        fs::write(&path, whole.as_bytes()).map_err(|source| WriteError { path, source })?;
        failure.file = Some(name.to_string_lossy().into());
    }
    Ok(())
}

fn name(record: &Path, number: usize) -> OsString {
    let mut name = prefix(record);
    name.push(format!("{number}{END}"));
    name
}

/// How the names begin and end.
fn prefix(record: &Path) -> OsString {
    let mut name = record.file_stem().unwrap_or_default().to_owned();
    name.push(".failure-");
    name
}

const END: &str = ".txt";

/// Whether this is the name of such a file of a record.
pub fn is_one(name: &OsStr, record: &Path) -> bool {
    let prefix = prefix(record);
    let name = name.as_encoded_bytes();
    let number = name.strip_prefix(prefix.as_encoded_bytes());
    let number = number.and_then(|it| it.strip_suffix(END.as_bytes()));
    number.is_some_and(|it| !it.is_empty() && it.iter().all(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_a_record_are_told_from_others() {
        let record = Path::new("results/mine.json");
        assert!(is_one(&name(record, 12), record));
        for other in [
            "mine.failure-.txt",
            "mine.failure-x.txt",
            "mine.failure-1",
            "other.failure-1.txt",
            "mine.json",
        ] {
            assert!(!is_one(OsStr::new(other), record), "{other}");
        }
    }
}
