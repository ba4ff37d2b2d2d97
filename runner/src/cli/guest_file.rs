//! A component file on the command line: `mine.wasm`, or `old=build/mine.wasm`.

use std::path::{Path, PathBuf};

use clap::builder::{PathBufValueParser, TypedValueParser};

/// A component file, and what its guest is to be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestFile {
    /// The name that was given; otherwise the guest has the one that it gives itself.
    pub name: Option<String>,
    /// The file.
    pub path: PathBuf,
}

/// What `--guest` takes, for the help.
pub const VALUE: &str = "[NAME=]FILE.wasm";

/// The parser of `--guest`.
pub fn parser() -> impl TypedValueParser<Value = GuestFile> {
    PathBufValueParser::new().map(|word| GuestFile::of_word(word, Path::is_file))
}

impl GuestFile {
    /// Tells what a word stands for. An existing file is a file, whatever is in its name.
    fn of_word(word: PathBuf, is_file: impl Fn(&Path) -> bool) -> Self {
        let named = |text: &str| {
            let (name, file) = text.split_once('=')?;
            let (name, path) = (Some(name.to_string()), PathBuf::from(file));
            (is_name(name.as_deref()?) && !file.is_empty()).then_some(Self { name, path })
        };
        let named = (!is_file(&word)).then(|| word.to_str().and_then(named)).flatten();
        named.unwrap_or(Self { name: None, path: word })
    }
}

/// Whether a guest can be called so: what may be typed without quotes, and is no path.
fn is_name(name: &str) -> bool {
    let good = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    name.starts_with(|it: char| it.is_ascii_alphanumeric()) && name.chars().all(good)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(word: &str, files: &[&str]) -> (Option<String>, PathBuf) {
        let is_file = |path: &Path| files.iter().any(|it| Path::new(it) == path);
        let GuestFile { name, path } = GuestFile::of_word(word.into(), is_file);
        (name, path)
    }

    #[test]
    fn a_word_is_a_file_or_a_name_and_a_file() {
        let named = |name: &str, file: &str| (Some(name.to_string()), PathBuf::from(file));
        let file = |file: &str| (None, PathBuf::from(file));
        assert_eq!(parsed("old=a.wasm", &["a.wasm"]), named("old", "a.wasm"));
        assert_eq!(parsed("v1.2=b/a=1.wasm", &["b/a=1.wasm"]), named("v1.2", "b/a=1.wasm"));
        // Files may be missing, which is noticed when they are read.
        assert_eq!(parsed("old=a.wasm", &[]), named("old", "a.wasm"));
        assert_eq!(parsed("a.wasm", &[]), file("a.wasm"));
        for no_name in ["b/a=1.wasm", "./a=1.wasm", "=a.wasm", "a=", ".a=b.wasm", "a b=c.wasm"] {
            assert_eq!(parsed(no_name, &[]), file(no_name));
        }
        assert_eq!(parsed("old=a.wasm", &["a.wasm", "old=a.wasm"]), file("old=a.wasm"));
    }

    proptest! {
        #[test]
        fn an_existing_file_is_that_file(word in "\\PC+") {
            prop_assert_eq!(parsed(&word, &[&word]), (None, PathBuf::from(&word)));
        }

        #[test]
        fn a_name_may_stand_before_any_file(name in "[a-z0-9][a-zA-Z0-9._-]{0,9}", file in "\\PC+") {
            let word = format!("{name}={file}");
            prop_assert_eq!(parsed(&word, &[&file]), (Some(name), PathBuf::from(&file)));
        }

        #[test]
        fn nothing_of_a_word_is_lost(word in "\\PC*") {
            let (name, path) = parsed(&word, &[]);
            let name = name.map_or(String::new(), |it| it + "=");
            prop_assert_eq!(name + path.to_str().unwrap(), word);
        }
    }
}
