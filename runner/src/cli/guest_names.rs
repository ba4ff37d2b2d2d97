//! Tells guests apart that call themselves the same.
//!
//! A built-in guest keeps its name, and so does a file that was given one. Of other files
//! whose guests would share a name, each gets the part of its path in which they differ
//! behind it: the folder, where the files are called the same. Where the paths tell
//! nothing, it is a number.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use super::guest_file::GuestFile;
use crate::matrix::InputError;

/// A guest that has to have a name of its own.
#[derive(Clone, Copy, Debug)]
pub struct Unnamed<'a> {
    /// What the guest calls itself.
    pub own: &'a str,
    /// Its file; `None` if it is built in.
    pub file: Option<&'a GuestFile>,
}

impl<'a> Unnamed<'a> {
    /// The name that nothing can change.
    fn fixed(&self) -> Option<&'a str> {
        match self.file {
            None => Some(self.own),
            Some(file) => file.name.as_deref(),
        }
    }
}

/// A name for each of the guests, of which no two are equal.
pub fn distinct(guests: &[Unnamed<'_>]) -> Result<Vec<String>, InputError> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for name in guests.iter().filter_map(Unnamed::fixed) {
        if !taken.insert(name.into()) {
            return Err(InputError::SameName { name: name.into() });
        }
    }
    let mut names = Vec::new();
    for guest in guests {
        names.push(match guest.fixed() {
            Some(name) => name.to_string(),
            None => free(wanted(guest, guests), &mut taken),
        });
    }
    Ok(names)
}

/// The name that a file's guest should have: its own, if no other has that.
fn wanted(guest: &Unnamed<'_>, guests: &[Unnamed<'_>]) -> String {
    let named: Vec<&Unnamed> =
        guests.iter().filter(|it| it.fixed().unwrap_or(it.own) == guest.own).collect();
    let alike = named.iter().filter(|it| it.fixed().is_none());
    let paths: Vec<Vec<String>> = alike.filter_map(|it| Some(backwards(&it.file?.path))).collect();
    let path = guest.file.map(|it| backwards(&it.path)).unwrap_or_default();
    let part = match (named.len(), paths.len()) {
        (..=1, _) => None,
        (_, 1) => path.first().cloned(),
        _ => what_differs(&path, &paths),
    };
    part.map_or(guest.own.into(), |part| format!("{}-{part}", guest.own))
}

/// The parts of a path in which it and the others differ, as few as will do; `None` if none
/// will.
fn what_differs(path: &[String], paths: &[Vec<String>]) -> Option<String> {
    let deepest = paths.iter().map(Vec::len).max()?;
    let within = |depth: usize| {
        let prefixes = paths.iter().map(|it| &it[..depth.min(it.len())]);
        prefixes.collect::<BTreeSet<_>>().len() == paths.len()
    };
    let depth = (1..=deepest).find(|depth| within(*depth))?;
    let differs = |at: &usize| paths.iter().any(|it| it.get(*at) != paths[0].get(*at));
    let parts = (0..depth).rev().filter(differs).filter_map(|at| path.get(at));
    Some(parts.map(String::as_str).collect::<Vec<_>>().join("-")).filter(|it| !it.is_empty())
}

/// The parts of a path in words, the last first: the file's name without its ending, then
/// the folders.
fn backwards(path: &Path) -> Vec<String> {
    let folders = path.parent().into_iter().flat_map(Path::components).rev();
    let folders = folders.filter_map(|it| match it {
        Component::Normal(name) => Some(name),
        _ => None,
    });
    let good = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    let parts = path.file_stem().into_iter().chain(folders);
    parts.map(|it| it.to_string_lossy().replace(|it: char| !good(it), "-")).collect()
}

/// A name that is not taken yet, and is then: with a number behind it if need be.
fn free(wanted: String, taken: &mut BTreeSet<String>) -> String {
    let numbered = |number: u32| match number {
        1 => wanted.clone(),
        _ => format!("{wanted}-{number}"),
    };
    let name = (1..).map(numbered).find(|it| !taken.contains(it));
    let name = name.expect("there are more numbers than guests");
    taken.insert(name.clone());
    name
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The names of guests, each as what it calls itself and its file, if it has one.
    fn names(guests: &[(&str, Option<&str>)]) -> Result<Vec<String>, InputError> {
        let file = |word: &str| match word.split_once('=') {
            Some((name, path)) => GuestFile { name: Some(name.into()), path: path.into() },
            None => GuestFile { name: None, path: word.into() },
        };
        let files: Vec<Option<GuestFile>> = guests.iter().map(|it| it.1.map(file)).collect();
        let guests = guests.iter().zip(&files);
        let guests = guests.map(|((own, _), file)| Unnamed { own, file: file.as_ref() });
        distinct(&guests.collect::<Vec<_>>())
    }

    #[test]
    fn what_differs_in_the_paths_tells_guests_apart() {
        let check = |guests: &[(&str, &str)], expected: &[&str]| {
            let guests: Vec<_> = guests.iter().map(|it| (it.0, Some(it.1))).collect();
            assert_eq!(names(&guests).unwrap(), expected);
        };
        check(&[("a", "x/g.wasm"), ("b", "x/g.wasm")], &["a", "b"]);
        check(&[("a", "old/g.wasm"), ("a", "new/g.wasm")], &["a-old", "a-new"]);
        check(&[("a", "g-1.wasm"), ("a", "g-2.wasm")], &["a-g-1", "a-g-2"]);
        check(&[("a", "x/p/g.wasm"), ("a", "y/p/g.wasm")], &["a-x", "a-y"]);
        check(
            &[("a", "x/p/g.wasm"), ("a", "x/q/g.wasm"), ("a", "y/q/g.wasm")],
            &["a-x-p", "a-x-q", "a-y-q"],
        );
        check(&[("a", "g.wasm"), ("a", "./g.wasm")], &["a", "a-2"]);
        check(&[("a", "v 1/g.wasm"), ("a", "@v2/g.wasm")], &["a-v-1", "a--v2"]);
        // Names that were given stay, and others keep out of their way.
        check(&[("a", "b=g.wasm"), ("a", "g.wasm")], &["b", "a"]);
        check(&[("a", "a=g.wasm"), ("a", "h.wasm")], &["a", "a-h"]);
        check(&[("a", "a-h=g.wasm"), ("b", "a=i.wasm"), ("a", "h.wasm")], &["a-h", "a", "a-h-2"]);
        assert_eq!(names(&[("a", None), ("a", Some("g.wasm"))]).unwrap(), ["a", "a-g"]);
        let twice = names(&[("a", None), ("b", Some("a=g.wasm"))]);
        assert_eq!(twice, Err(InputError::SameName { name: "a".into() }));
    }

    proptest! {
        #[test]
        fn no_two_names_are_equal(
            guests in prop::collection::vec(("[ab]", "([ab]/){0,2}[gh](-2)?"), 0..6),
        ) {
            let guests: Vec<_> = guests.iter().map(|it| (&*it.0, Some(&*it.1))).collect();
            let names = names(&guests).unwrap();
            prop_assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), guests.len());
            for (name, (own, _)) in names.iter().zip(&guests) {
                prop_assert!(name.starts_with(own), "{} of {}", name, own);
            }
        }
    }
}
