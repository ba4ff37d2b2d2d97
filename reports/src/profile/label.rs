//! Names of functions as the frames of a flame graph.

use std::collections::HashMap;

use super::Function;
use crate::names::shown;

/// How many characters of a name a frame has. The table of functions has more of it.
const MOST_CHARACTERS: usize = 160;

/// The labels of all functions, in their order. Functions whose labels would be the same are
/// told apart by module and index if `distinct`; across two builds these differ, so what
/// compares builds does without.
pub(super) fn labels(functions: &[Function], distinct: bool) -> Vec<String> {
    let titles = titles(functions, MOST_CHARACTERS, distinct);
    titles.iter().map(|it| label(it)).collect()
}

/// The names of all functions as they can be shown, of at most so many characters. Those that
/// are the same are told apart if `distinct`, as labels are.
pub(crate) fn titles(functions: &[Function], most: usize, distinct: bool) -> Vec<String> {
    let titles: Vec<String> = functions.iter().map(|it| title(&it.name, most)).collect();
    if !distinct {
        return titles;
    }
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for title in &titles {
        *uses.entry(title).or_default() += 1;
    }
    let told_apart = |(function, title): (&Function, &String)| match uses[title.as_str()] {
        1 => title.clone(),
        _ => format!("{title} [{}:{}]", function.module, function.index),
    };
    functions.iter().zip(&titles).map(told_apart).collect()
}

fn title(name: &str, most: usize) -> String {
    let name = name.trim();
    if name.is_empty() { "(no name)".into() } else { shown(name, most) }
}

/// A title as a frame of a line of folded stacks. There, `;` ends a frame, and numbers after
/// the last spaces are counts; so a semicolon becomes the Greek question mark, which looks the
/// same, and spaces become no-break spaces.
pub(super) fn label(title: &str) -> String {
    title.chars().map(harmless).collect()
}

fn harmless(character: char) -> char {
    match character {
        ';' => '\u{37e}',
        it if it.is_whitespace() => '\u{a0}',
        // No XML document can have these.
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        it => it,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(name: &str, index: u32) -> Function {
        Function { name: name.into(), module: 1, index }
    }

    #[test]
    fn no_label_can_end_a_frame_or_pass_for_a_count() {
        for name in ["a;b", "a 12", "a\n3", "# a", " a ", "\u{0}", "", "\u{2028}7", "a\u{ffff}"] {
            let [label] = &labels(&[function(name, 1)], true)[..] else { panic!("one label") };
            assert!(!label.is_empty(), "{name:?}");
            assert!(
                !label.contains([';', ' ', '\n', '\u{2028}', '\u{0}', '\u{ffff}']),
                "{label:?}"
            );
        }
        let long = &labels(&[function(&"x".repeat(10_000), 1)], true)[0];
        assert_eq!(long.chars().count(), MOST_CHARACTERS + 1);
        assert_eq!(label("core::fmt"), "core::fmt");
        assert_eq!(label("🦀"), "🦀");
    }

    #[test]
    fn functions_of_the_same_name_are_told_apart_where_asked_for() {
        let functions = [function("a", 1), function("a", 2), function("b", 3)];
        assert_eq!(labels(&functions, true), ["a\u{a0}[1:1]", "a\u{a0}[1:2]", "b"]);
        assert_eq!(labels(&functions, false), ["a", "a", "b"]);
    }
}
