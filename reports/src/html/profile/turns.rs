use crate::format;
use crate::names::shown;
use crate::profile::{Marker, MarkerKind, Timeline, Turn};

use super::super::sort_table::{Column, Datum, SortTable};

/// How many turns the table has.
const MOST_TURNS: usize = 20;
/// How many tasks of a turn it names.
const MOST_TASKS: usize = 8;
/// How many markers are listed and drawn.
const MOST_MARKERS: usize = 200;
/// How many characters of a marker's text are shown.
const MOST_CHARACTERS: usize = 400;

/// The turns as the page has them.
pub(super) struct Turns<'a> {
    pub count: String,
    pub packed: &'a str,
    pub markers: Vec<ShownMarker>,
    pub more_markers: Option<String>,
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

impl<'a> Turns<'a> {
    /// The turns of a timeline, which were unpacked from it.
    pub fn new(timeline: &'a Timeline, turns: &[Turn]) -> Self {
        let within = timeline.markers.iter().filter(|it| it.turn < timeline.turns);
        let mut markers: Vec<&Marker> = within.collect();
        markers.sort_by_key(|it| it.turn);
        let count = markers.len();
        markers.truncate(MOST_MARKERS);
        Self {
            count: format::count(timeline.turns),
            packed: &timeline.packed,
            markers: markers.into_iter().map(ShownMarker::new).collect(),
            more_markers: (count > MOST_MARKERS).then(|| {
                let count = format::count(count as u64);
                format!("These are the first {MOST_MARKERS} of {count} markers.")
            }),
            table: table(turns),
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

fn table(turns: &[Turn]) -> SortTable {
    let columns = vec![
        Column::numbers("call"),
        Column::numbers("begins at"),
        Column::numbers("handles"),
        Column::numbers("ready"),
        Column::numbers("in poll"),
        Column::numbers("guest after it"),
        Column::words("tasks run, and for what"),
    ];
    let row = |(index, turn): (usize, &Turn)| {
        let duration = |it: u64| Datum::number(Some(it as f64), format::duration);
        vec![
            Datum::count(index as u64 + 1),
            duration(turn.start),
            Datum::count(turn.handles.into()),
            Datum::count(turn.ready.into()),
            duration(turn.poll),
            duration(turn.guest),
            Datum::text(tasks(turn)),
        ]
    };
    let rows = turns.iter().take(MOST_TURNS).enumerate().map(row).collect();
    let caption = format!(
        "The first {} of {} poll calls",
        turns.len().min(MOST_TURNS),
        format::count(turns.len() as u64)
    );
    SortTable { caption, columns, rows }
}

fn tasks(turn: &Turn) -> String {
    let named = turn.steps.iter().take(MOST_TASKS);
    let mut names: Vec<String> =
        named.map(|it| format!("{} ({})", it.task, it.woken_by.name())).collect();
    let more = turn.steps.len().saturating_sub(MOST_TASKS);
    if more > 0 {
        names.push(format!("and {} more", format::count(more as u64)));
    }
    if names.is_empty() { "none".into() } else { names.join(", ") }
}
