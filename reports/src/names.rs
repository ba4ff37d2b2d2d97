//! Names that strangers chose, as they can stand in a sentence, a chart or a terminal.

/// A text without what controls the direction of writing, cut short, and set apart from its
/// surroundings if it is written from right to left.
pub fn shown(text: &str, most: usize) -> String {
    let mut characters = text.chars().map(|it| match it {
        it if is_control_of_direction(it) || it.is_control() => '\u{fffd}',
        it => it,
    });
    let mut shown: String = characters.by_ref().take(most).collect();
    if characters.next().is_some() {
        shown.push('…');
    }
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
    fn names_are_cut_short_and_turn_nothing_round() {
        assert_eq!(shown("abcd", 3), "abc…");
        assert_eq!(shown("a\u{202e}b\u{0}", 9), "a\u{fffd}b\u{fffd}");
        assert_eq!(shown("שלום", 9), "\u{2068}שלום\u{2069}");
    }
}
