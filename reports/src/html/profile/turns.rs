use crate::format;
use crate::profile::{Timeline, Turn};

use super::super::sort_table::{Column, Datum, SortTable};
use super::super::timeline::{MOST_TURNS, ShownTimeline, caption};

/// How many tasks of a turn the table names.
const MOST_TASKS: usize = 8;

/// The turns of a timeline, which were unpacked from it, as the page has them.
pub(super) fn shown<'a>(timeline: &'a Timeline, turns: &[Turn]) -> ShownTimeline<'a> {
    let when_near = ", with the tasks that ran after it in order";
    let Timeline { turns: count, packed, markers, .. } = timeline;
    ShownTimeline::new(*count, packed, markers, when_near, table(turns))
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
    SortTable { caption: caption(turns.len()), columns, rows }
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
