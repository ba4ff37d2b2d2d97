//! Names that strangers chose, as they can stand in a sentence, a chart or a terminal; and names
//! of what there is, as strangers write them.

/// The one of `all` that has this name. If there is none, the error says which there are of
/// `what`.
pub fn one_of<T: Copy, const N: usize>(
    what: &str,
    all: [T; N],
    name: fn(T) -> &'static str,
    given: &str,
) -> Result<T, String> {
    all.into_iter().find(|it| name(*it) == given).ok_or_else(|| {
        let known = all.map(name).join(", ");
        format!("there is no {what} {given:?}; there are {known}")
    })
}

/// A text without what controls the direction of writing, cut short, and set apart from its
/// surroundings if it is written from right to left.
pub fn shown(text: &str, most: usize) -> String {
    let shown = harmless(text, most);
    match shown.chars().any(is_right_to_left) {
        true => format!("\u{2068}{shown}\u{2069}"),
        false => shown,
    }
}

/// Untrusted text in one line: without control characters, which could start another line
/// or move the cursor, and without the two characters that XML does not allow.
pub(crate) fn visible(text: &str) -> String {
    text.replace(|it: char| it.is_control() || matches!(it, '\u{fffe}' | '\u{ffff}'), " ")
}

/// A text on one line, without characters that do something or that nobody sees, cut short after
/// `most` characters.
pub fn harmless(text: &str, most: usize) -> String {
    let mut characters = text.chars().map(|it| match it {
        '\t' | '\n' | '\r' => ' ',
        it if is_harmful(it) => '\u{fffd}',
        it => it,
    });
    let mut harmless: String = characters.by_ref().take(most).collect();
    if characters.next().is_some() {
        harmless.push('…');
    }
    harmless
}

/// Whether a character does something to a terminal or to the text around it: controls, those
/// of the direction of writing, the separators of lines, and those that are never seen.
pub fn is_harmful(it: char) -> bool {
    it.is_control()
        || is_control_of_direction(it)
        || matches!(it, '\u{2028}' | '\u{2029}' | '\u{200b}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Unicode Standard Annex 9, section 2: embeddings, overrides, isolates and marks.
pub(crate) fn is_control_of_direction(it: char) -> bool {
    matches!(it, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The blocks of Unicode with the scripts that are written from right to left.
fn is_right_to_left(it: char) -> bool {
    matches!(it, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_names_stay_as_they_are() {
        for name in ["batch", "<b>", "实验", "🦀"] {
            assert_eq!(shown(name, 60), name);
        }
    }

    #[test]
    fn what_a_guest_says_stays_on_its_line() {
        assert_eq!(harmless("a\r\nb\tc", 9), "a  b c");
        assert_eq!(harmless("\u{1b}[2Jx\u{9b}\u{7f}", 9), "\u{fffd}[2Jx\u{fffd}\u{fffd}");
        assert_eq!(harmless("a\u{2028}b\u{202e}c\u{feff}", 9), "a\u{fffd}b\u{fffd}c\u{fffd}");
        assert_eq!(harmless("äöü", 2), "äö…");
    }

    #[test]
    fn names_are_cut_short_and_turn_nothing_round() {
        assert_eq!(shown("abcd", 3), "abc…");
        assert_eq!(shown("a\u{202e}b\u{0}", 9), "a\u{fffd}b\u{fffd}");
        assert_eq!(shown("שלום", 9), "\u{2068}שלום\u{2069}");
    }
}
