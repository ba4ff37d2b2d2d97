use std::borrow::Cow;

use askama::Template;

use crate::format;

/// A table whose rows the reader can sort by any column.
#[derive(Template)]
#[template(path = "sort_table.html")]
pub(super) struct SortTable {
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Datum>>,
}

/// A column's head.
pub(super) struct Column {
    pub title: Cow<'static, str>,
    pub is_number: bool,
}

/// The content of a table's cell, and what it is sorted by.
pub(super) struct Datum {
    pub text: String,
    /// The number that it is sorted by; without one it is sorted by its text, and comes
    /// last in a column of numbers.
    pub value: Option<f64>,
    /// Whether the text consists of words from which the number can't be read.
    pub is_worded: bool,
}

impl Column {
    pub fn words(title: impl Into<Cow<'static, str>>) -> Self {
        Self { title: title.into(), is_number: false }
    }

    pub fn numbers(title: impl Into<Cow<'static, str>>) -> Self {
        Self { title: title.into(), is_number: true }
    }
}

impl Datum {
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), value: None, is_worded: false }
    }

    pub fn count(value: u64) -> Self {
        Self::number(Some(value as f64), |_| format::count(value))
    }

    pub fn bytes(value: u64) -> Self {
        Self::number(Some(value as f64), |_| format::bytes(value))
    }

    /// A number that is shown as words.
    pub fn worded(text: impl Into<String>, value: f64) -> Self {
        Self { text: text.into(), value: Some(value), is_worded: true }
    }

    /// A number as `show` writes it, or a dash.
    pub fn number(value: Option<f64>, show: impl Fn(f64) -> String) -> Self {
        Self { text: value.map_or_else(|| "–".into(), show), value, is_worded: false }
    }
}
