use std::fmt;

/// How many guests a sentence names before it counts the rest.
pub(super) const NAMED: usize = 3;

/// A sentence in which the names of guests and functions are marked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The pieces of the sentence, in order.
    pub spans: Vec<Span>,
}

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// Plain text.
    Text(String),
    /// A guest and its knobs.
    Guest(String),
    /// A function of a guest.
    Function(String),
    /// Text to type, such as a command or an option.
    Code(String),
}

impl Words {
    pub(crate) fn text(&mut self, text: impl Into<String>) {
        self.spans.push(Span::Text(text.into()));
    }

    /// Adds text in which backticks enclose what the reader has to type.
    pub(super) fn marked(&mut self, text: &str) {
        for (index, piece) in text.split('`').enumerate() {
            match index % 2 {
                0 => self.text(piece),
                _ => self.spans.push(Span::Code(piece.into())),
            }
        }
    }

    pub(super) fn guest(&mut self, label: &str) {
        self.spans.push(Span::Guest(label.into()));
    }

    /// `a`; `a` and `b`; `a`, `b` and `c`; and from [`NAMED`] on: `a`, `b`, `c` and
    /// 2 others.
    pub(super) fn guests<'a>(&mut self, labels: impl IntoIterator<Item = &'a str>) {
        let labels: Vec<&str> = labels.into_iter().collect();
        let others = labels.len().saturating_sub(NAMED);
        for (index, label) in labels.iter().take(NAMED).enumerate() {
            if index > 0 {
                let is_last = others == 0 && index + 1 == labels.len();
                self.text(if is_last { " and " } else { ", " });
            }
            self.guest(label);
        }
        if others > 0 {
            self.text(format!(" and {others} other{}", if others == 1 { "" } else { "s" }));
        }
    }
}

/// Guests, functions and code are set in backticks.
impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spans.iter().try_for_each(|span| match span {
            Span::Text(text) => f.write_str(text),
            Span::Guest(text) | Span::Function(text) | Span::Code(text) => write!(f, "`{text}`"),
        })
    }
}
