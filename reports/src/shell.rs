//! Words of commands that a report names.

use std::borrow::Cow;

/// A word as a shell takes it; `None` if none does.
pub(crate) fn quoted(word: &str) -> Option<Cow<'_, str>> {
    // Lists, settings and shares need no quotes, which shlex would give them.
    let is_plain = |it: char| it.is_ascii_alphanumeric() || ".-_/,=%@".contains(it);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => Some(word.into()),
        false => shlex::try_quote(word).ok(),
    }
}
