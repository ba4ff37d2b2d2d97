//! The picture of which tasks have an event when: tasks from the top to the bottom, time from
//! the left to the right.

use super::drawing::{Drawing, numbers};
use crate::view::explain::Row;

/// Where time begins, and how far apart moments and tasks are.
const LEFT: i32 = 88;
const MOMENT: i32 = 19;
const TASK: i32 = 22;
const TOP: i32 = 14;
const LINE: i32 = 18;

/// What a mark means, if it is one.
fn meaning(mark: char) -> Option<&'static str> {
    Some(match mark {
        '*' => "an event",
        '@' => "an event, and then a new pollable",
        '!' => "a timer ends",
        'x' => "an event, and its timer is cancelled",
        'o' => "a timer is set",
        'y' => "a yield",
        's' => "a task starts",
        '#' => "all have come, and the parent runs",
        _ => return None,
    })
}

pub fn draw(rows: &[Row]) -> Drawing {
    let mut drawing = Drawing::new();
    for (y, row) in (TOP..).step_by(TASK as usize).zip(rows) {
        drawing.text(2, y + 4, "", row.name);
        life(&mut drawing, y, row);
        for (moment, it) in row.marks.chars().enumerate() {
            mark(&mut drawing, place(moment), y, it);
        }
    }
    let y = TOP + TASK * rows.len() as i32;
    drawing.text(LEFT, y, "", "time");
    drawing.path(format!("M{} {}H{}m-4-4l4 4-4 4", LEFT + 36, y - 4, LEFT + 224), "line");
    let mut height = y;
    for it in used(rows) {
        height += LINE;
        mark(&mut drawing, 12, height - 4, it);
        drawing.text(26, height, "", meaning(it).unwrap_or_default());
    }
    drawing.labelled(height + 8, label(rows))
}

/// The line of a task, from when it is there until it is no more.
fn life(drawing: &mut Drawing, y: i32, row: &Row) {
    let is_there = |it: char| it != ' ';
    let Some(first) = row.marks.find(is_there) else { return };
    let last = row.marks.rfind(is_there).unwrap_or(first);
    let from = if first == 0 { LEFT } else { place(first) };
    let to = if last + 1 == row.marks.len() { LEFT + 228 } else { place(last) };
    drawing.path(format!("M{from} {y}H{to}"), "faint");
}

fn place(moment: usize) -> i32 {
    LEFT + MOMENT / 2 + MOMENT * moment as i32
}

fn mark(drawing: &mut Drawing, x: i32, y: i32, mark: char) {
    match mark {
        '*' => drawing.dot(x, y, 6, "ready"),
        '@' => {
            drawing.dot(x, y, 8, "ring");
            drawing.dot(x, y, 5, "ready");
        }
        '!' => drawing.path(format!("M{x} {}l7 7-7 7-7-7z", y - 7), "ready"),
        'x' => drawing.path(format!("M{} {}l10 10m0-10l-10 10", x - 5, y - 5), "cross"),
        'o' => drawing.dot(x, y, 5, "open"),
        'y' => drawing.rectangle(x - 2, y - 6, 4, 12, "guest"),
        's' => drawing.path(format!("M{} {}l11 6-11 6z", x - 5, y - 6), "guest"),
        '#' => drawing.rectangle(x - 6, y - 6, 12, 12, "guest"),
        _ => {}
    }
}

/// The marks that are there, in the order in which they first come.
fn used(rows: &[Row]) -> Vec<char> {
    let mut used = Vec::new();
    for it in rows.iter().flat_map(|row| row.marks.chars()) {
        if meaning(it).is_some() && !used.contains(&it) {
            used.push(it);
        }
    }
    used
}

fn label(rows: &[Row]) -> String {
    let mut label = "Tasks, and what happens to them at which moment.".to_owned();
    for row in rows {
        label += &format!(" {}:", row.name);
        let marks = used(std::slice::from_ref(row));
        if marks.is_empty() {
            label += " nothing.";
        }
        for (position, it) in marks.iter().enumerate() {
            let at: Vec<usize> = (1..)
                .zip(row.marks.chars())
                .filter(|(_, mark)| mark == it)
                .map(|it| it.0)
                .collect();
            let end = if position + 1 == marks.len() { '.' } else { ';' };
            let meaning = meaning(*it).unwrap_or_default();
            label += &format!(" {meaning} at {}{end}", numbers(&at));
        }
    }
    label
}
