//! A timeline of calls in a page, which its scripts draw.

use std::borrow::Cow;

use crate::format;
use crate::names::shown;
use crate::profile::{Marker, MarkerKind};

use super::SCRIPT;
use super::flame::FLAMES;
use super::sort_table::SortTable;

/// How many rows the table of a timeline has.
pub(super) const MOST_TURNS: usize = 20;
/// How many markers are listed and drawn.
const MOST_MARKERS: usize = 200;
/// How many characters of a marker's text are shown.
const MOST_CHARACTERS: usize = 400;

/// The calls as the page has them.
pub(super) struct ShownTimeline<'a> {
    pub count: String,
    pub packed: Cow<'a, str>,
    /// What is to be seen from near, too, in words that end a sentence.
    pub when_near: &'static str,
    pub markers: Vec<ShownMarker>,
    pub more_markers: Option<String>,
    /// The first calls.
    pub table: SortTable,
}

/// A marker in the page.
pub(super) struct ShownMarker {
    pub turn: u64,
    /// The number of its call, counted from 1.
    pub call: String,
    /// Its kind, as the script knows it.
    pub kind: &'static str,
    pub shape: &'static str,
    pub name: &'static str,
    pub text: String,
}

impl<'a> ShownTimeline<'a> {
    /// The timeline of so many calls, packed, with what stands out in it.
    pub fn new(
        turns: u64,
        packed: impl Into<Cow<'a, str>>,
        markers: &[Marker],
        when_near: &'static str,
        table: SortTable,
    ) -> Self {
        let mut markers: Vec<&Marker> = markers.iter().filter(|it| it.turn < turns).collect();
        markers.sort_by_key(|it| it.turn);
        let count = markers.len();
        markers.truncate(MOST_MARKERS);
        Self {
            count: format::count(turns),
            packed: packed.into(),
            when_near,
            markers: markers.into_iter().map(ShownMarker::new).collect(),
            more_markers: (count > MOST_MARKERS).then(|| {
                let count = format::count(count as u64);
                format!("These are the first {MOST_MARKERS} of {count} markers.")
            }),
            table,
        }
    }
}

impl ShownMarker {
    fn new(marker: &Marker) -> Self {
        let (kind, shape) = match marker.kind {
            MarkerKind::Failure => ("failure", "✕"),
            MarkerKind::Long => ("long", "□"),
            MarkerKind::Starved => ("starved", "○"),
            MarkerKind::Grown => ("grown", "△"),
            MarkerKind::Wasted => ("wasted", "▽"),
        };
        Self {
            turn: marker.turn,
            call: format::count(marker.turn + 1),
            kind,
            shape,
            name: marker.kind.name(),
            text: shown(&marker.text, MOST_CHARACTERS),
        }
    }
}

/// The script of a page with a timeline, whose calls are what `kind` says.
pub(super) fn script(kind: &str) -> String {
    [
        SCRIPT,
        include_str!("../../templates/timeline/columns.js"),
        include_str!("../../templates/timeline/drawing.js"),
        include_str!("../../templates/timeline/timeline.js"),
        kind,
        FLAMES,
    ]
    .concat()
}

/// What such a page has beside the style of all pages.
pub(super) const STYLE: &str = include_str!("../../templates/profile/profile.css");

/// The styles of such a page, with those that all reports share.
pub(super) fn style() -> String {
    super::style() + STYLE
}

/// What the table of the first of so many calls is called.
pub(super) fn caption(turns: usize) -> String {
    format!("The first {} of {} poll calls", turns.min(MOST_TURNS), format::count(turns as u64))
}
