//! What a guest may say of itself: how long it is, of which characters, and in which form.
//! `wit/README.md` has these rules in words.

use std::collections::HashSet;

use pollbench_reports::names::{harmless, is_harmful};

use super::bindings::exports::pollbench::bench::executor::{Description, Knob, KnobRange};

/// The most characters of a name, or of a word of a choice.
pub const NAME: usize = 64;
/// The most characters of a strategy.
pub const STRATEGY: usize = 100;
/// The most characters of a summary.
pub const SUMMARY: usize = 500;
/// The most knobs, and the most words of a choice.
pub const MANY: usize = 100;
/// How much of a text that breaks a rule a message shows.
const SHOWN: usize = 40;

/// Names which mean something else where a guest is named.
const RESERVED: [&str; 1] = ["all"];
/// How names end that are files where a guest is named.
const FILES: [&str; 4] = [".wasm", ".json", ".gz", ".zst"];

/// Which field of a description breaks which rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {rule}")]
pub struct Broken {
    field: String,
    rule: String,
}

type Checked = Result<(), Broken>;

fn broken(field: &str, rule: impl Into<String>) -> Checked {
    Err(Broken { field: field.into(), rule: rule.into() })
}

/// Checks all that a guest says of itself.
pub fn check(description: &Description) -> Checked {
    let Description { name, strategy, summary, knobs } = description;
    check_guest_name(name)?;
    check_line("its strategy", strategy, STRATEGY)?;
    check_line("its summary", summary, SUMMARY)?;
    if knobs.len() > MANY {
        return broken("its knobs", format!("are {}; there may be {MANY}", knobs.len()));
    }
    let mut names = HashSet::new();
    for (knob, number) in knobs.iter().zip(1..) {
        check_name(&format!("the name of its knob {number}"), &knob.name)?;
        if !names.insert(knob.name.as_str()) {
            return broken(
                &format!("the name of its knob {number}"),
                format!("is {:?}, as that of another: names of knobs are distinct", knob.name),
            );
        }
        check_knob(knob)?;
    }
    Ok(())
}

fn check_guest_name(name: &str) -> Checked {
    let field = "its name";
    check_name(field, name)?;
    if RESERVED.contains(&name) {
        return broken(field, format!("is {name:?}, which means every guest on the command line"));
    }
    match FILES.iter().find(|end| name.ends_with(**end)) {
        Some(end) => {
            broken(field, format!("ends with {end:?}, as those of files do on the command line"))
        }
        None => Ok(()),
    }
}

fn check_knob(Knob { name, summary, range, default }: &Knob) -> Checked {
    check_line(&format!("the summary of its knob {name}"), summary, SUMMARY)?;
    let field = format!("the range of its knob {name}");
    let (is_in_range, words) = match range {
        KnobRange::Integer((low, high)) if low > high => {
            return broken(&field, format!("is {low} to {high}, which is no number at all"));
        }
        KnobRange::Integer((low, high)) => {
            ((low..=high).contains(&default), format!("{low} to {high}"))
        }
        KnobRange::Choice(words) => {
            check_choice(name, words)?;
            (
                *default < words.len() as u64,
                format!("0 to {}, the places of its words", words.len() - 1),
            )
        }
    };
    match is_in_range {
        true => Ok(()),
        false => broken(
            &format!("the default of its knob {name}"),
            format!("is {default}, which is out of range: it takes {words}"),
        ),
    }
}

fn check_choice(knob: &str, words: &[String]) -> Checked {
    let field = format!("the choice of its knob {knob}");
    if words.is_empty() || words.len() > MANY {
        return broken(&field, format!("has {} words; there may be 1 to {MANY}", words.len()));
    }
    let mut known = HashSet::new();
    for (word, number) in words.iter().zip(1..) {
        let field = format!("word {number} of its knob {knob}");
        check_name(&field, word)?;
        if !known.insert(word) {
            return broken(&field, format!("is {word:?}, as another: words are distinct"));
        }
    }
    Ok(())
}

/// Names and words are in kebab-case, and a `.` may stand where a `-` may.
fn check_name(field: &str, name: &str) -> Checked {
    if name.is_empty() {
        return broken(field, "is empty");
    }
    check_length(field, name, NAME)?;
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
    };
    match name.split(['-', '.']).all(is_word) {
        true => Ok(()),
        false => broken(
            field,
            format!(
                "is \"{}\", which is not in kebab-case, as `vector-scan` is",
                harmless(name, SHOWN)
            ),
        ),
    }
}

/// A text of one line that does nothing to a terminal.
fn check_line(field: &str, text: &str, most: usize) -> Checked {
    check_length(field, text, most)?;
    match text.chars().zip(1..).find(|(it, _)| is_harmful(*it)) {
        None => Ok(()),
        Some((it, place)) => broken(
            field,
            format!(
                "has U+{:04X} as its character {place}: it is to be one line, with no control characters and none that turn the direction of writing or can't be seen",
                u32::from(it)
            ),
        ),
    }
}

fn check_length(field: &str, text: &str, most: usize) -> Checked {
    match text.chars().count() {
        length if length > most => {
            broken(field, format!("has {length} characters; there may be {most}"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn described() -> Description {
        Description {
            name: "mine".into(),
            strategy: "vector scan".into(),
            summary: "one line: äöü 🦀".into(),
            knobs: vec![
                Knob {
                    name: "batch".into(),
                    summary: "how many".into(),
                    range: KnobRange::Integer((1, 9)),
                    default: 9,
                },
                Knob {
                    name: "timers".into(),
                    summary: "which".into(),
                    range: KnobRange::Choice(vec!["heap".into(), "wheel-2".into()]),
                    default: 1,
                },
            ],
        }
    }

    #[test]
    fn each_rule_is_named_with_the_field_that_breaks_it() {
        assert_eq!(check(&described()), Ok(()));
        type Change = fn(&mut Description);
        fn words(knob: &mut Description, words: &[&str]) {
            knob.knobs[1].range = KnobRange::Choice(words.iter().map(|it| (*it).into()).collect());
        }
        let changes: [(Change, &[&str]); 24] = [
            (|it| it.name.clear(), &["its name is empty"]),
            (|it| it.name = "x".repeat(65), &["its name has 65 characters", "64"]),
            (|it| it.name = "Mine".into(), &["its name is \"Mine\"", "kebab-case"]),
            (|it| it.name = "-mine".into(), &["kebab-case"]),
            (|it| it.name = "my--own".into(), &["kebab-case"]),
            (|it| it.name = "a\u{1b}[2J".into(), &["its name is \"a\u{fffd}[2J\""]),
            (|it| it.name = "all".into(), &["its name is \"all\"", "every guest"]),
            (|it| it.name = "mine.wasm".into(), &["its name ends with \".wasm\""]),
            (|it| it.strategy = "a\nb".into(), &["its strategy has U+000A as its character 2"]),
            (|it| it.strategy = "x".repeat(101), &["its strategy has 101 characters"]),
            (|it| it.summary = "\u{202e}".into(), &["its summary has U+202E", "direction"]),
            (|it| it.summary = "x".repeat(501), &["its summary has 501 characters"]),
            (|it| it.knobs = vec![it.knobs[0].clone(); 101], &["its knobs are 101", "100"]),
            (|it| it.knobs[1].name = "batch".into(), &["its knob 2 is \"batch\"", "distinct"]),
            (|it| it.knobs[0].name = "a b".into(), &["the name of its knob 1", "kebab-case"]),
            (
                |it| it.knobs[0].summary = "\u{7}".into(),
                &["the summary of its knob batch", "U+0007"],
            ),
            (|it| it.knobs[0].range = KnobRange::Integer((2, 1)), &["the range of its knob batch"]),
            (|it| it.knobs[0].default = 10, &["the default of its knob batch is 10", "1 to 9"]),
            (|it| it.knobs[1].default = 2, &["the default of its knob timers is 2", "0 to 1"]),
            (|it| words(it, &[]), &["the choice of its knob timers has 0 words"]),
            (|it| words(it, &["x"; 101]), &["the choice of its knob timers has 101 words"]),
            (|it| words(it, &["x,y", "b"]), &["word 1 of its knob timers is \"x,y\""]),
            (|it| words(it, &["a", ""]), &["word 2 of its knob timers is empty"]),
            (|it| words(it, &["a", "a"]), &["word 2 of its knob timers is \"a\"", "distinct"]),
        ];
        for (change, expected) in changes {
            let mut description = described();
            change(&mut description);
            let said = check(&description).expect_err("a rule is broken").to_string();
            expected.iter().for_each(|it| assert!(said.contains(it), "no {it:?} in {said}"));
        }
    }

    fn knobs() -> impl Strategy<Value = Vec<Knob>> {
        let range = prop_oneof![
            any::<(u64, u64)>().prop_map(KnobRange::Integer),
            prop::collection::vec(texts(), 0..4).prop_map(KnobRange::Choice),
        ];
        let knob = (texts(), texts(), range, any::<u64>());
        let knob = knob.prop_map(|(name, summary, range, default)| Knob {
            name,
            summary,
            range,
            default: default % 4,
        });
        prop::collection::vec(knob, 0..4)
    }

    /// Such as pass and such as do not.
    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![
            3 => "[a-z]{1,3}(-[0-9a-z]{1,3})?",
            1 => any::<String>(),
            1 => "[a-c\u{1b}\u{202e}\n.,=@-]{0,4}",
            1 => (0_usize..600).prop_map(|it| "x".repeat(it)),
        ]
    }

    fn is_name(text: &str) -> bool {
        let kebab = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit();
        let ends_well = |it: Option<char>| it.is_some_and(kebab);
        ends_well(text.chars().next())
            && ends_well(text.chars().last())
            && text.len() <= NAME
            && text.chars().all(|it| kebab(it) || it == '-' || it == '.')
    }

    fn is_line(text: &str, most: usize) -> bool {
        !text.chars().any(is_harmful) && text.chars().count() <= most
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

        /// What passes can be printed, and given on the command line; and of what does not, the
        /// message can be printed.
        #[test]
        fn what_passes_keeps_every_rule(
            name in texts(), strategy in texts(), summary in texts(), knobs in knobs(),
        ) {
            let description = Description { name, strategy, summary, knobs };
            match check(&description) {
                Err(error) => {
                    let error = error.to_string();
                    prop_assert!(is_line(&error, 400), "{}", error);
                }
                Ok(()) => {
                    prop_assert!(is_name(&description.name) && description.name != "all");
                    prop_assert!(is_line(&description.strategy, STRATEGY));
                    prop_assert!(is_line(&description.summary, SUMMARY));
                    for (place, knob) in description.knobs.iter().enumerate() {
                        prop_assert!(is_name(&knob.name) && is_line(&knob.summary, SUMMARY));
                        let before = &description.knobs[..place];
                        prop_assert!(before.iter().all(|it| it.name != knob.name));
                        match &knob.range {
                            KnobRange::Integer((low, high)) => {
                                prop_assert!((low..=high).contains(&&knob.default));
                            }
                            KnobRange::Choice(words) => {
                                prop_assert!(words.iter().all(|it| is_name(it)));
                                let distinct: HashSet<_> = words.iter().collect();
                                prop_assert_eq!(distinct.len(), words.len());
                                prop_assert!((knob.default as usize) < words.len());
                            }
                        }
                    }
                }
            }
        }
    }
}
