//! The picture of a turn, from the top to the bottom: the guest's handles, what crosses the
//! boundary, the host's looks, what comes back, and the tasks that run.

use super::drawing::{Drawing, numbers};
use crate::view::explain::{Finds, Host, List, PICTURED, Runs, Turn};

/// Where the first column begins, and how far apart columns are.
const LEFT: i32 = 22;
const COLUMN: i32 = 32;
/// The width of a handle.
const HANDLE: i32 = 26;
/// The place of the marker, behind all pollables.
const MARKER: usize = PICTURED;
/// Where texts are: the lines on both sides of the boundary, and the strips that are it.
const TOP: i32 = 14;
const OVER: i32 = 74;
const LOOKS: i32 = 158;
const BACK: i32 = 180;
const RUNS: i32 = 266;
const NEXT: i32 = 285;
const STRIP: i32 = 20;

pub fn draw(turn: &Turn) -> Drawing {
    let words = Words::of(turn);
    let mut drawing = Drawing::new();
    hands_over(&mut drawing, turn, &words);
    host(&mut drawing, turn, &words);
    comes_back(&mut drawing, turn, &words);
    // From the end of the turn to its beginning.
    let path = format!("M{} {}H8V{}h8m-4-4l4 4-4 4", LEFT - 4, NEXT - 4, TOP + 23);
    drawing.path(path, "line");
    drawing.text(LEFT, NEXT, "", words.next.as_str());
    drawing.labelled(NEXT + 8, words.label(turn))
}

fn hands_over(drawing: &mut Drawing, turn: &Turn, words: &Words) {
    let handles = turn.list.handles();
    drawing.text(LEFT, TOP, "", words.list.as_str());
    for pollable in 0..PICTURED {
        let is_over = handles.contains(&pollable);
        let class = if is_over { "guest" } else { "idle" };
        handle(drawing, pollable, TOP + 10, class, &pollable.to_string());
        if is_over {
            arrows(drawing, pollable, TOP + 38, OVER, "line");
        }
    }
    if has_marker(turn) {
        handle(drawing, MARKER, TOP + 10, "marker", "M");
        arrows(drawing, MARKER, TOP + 38, OVER, "line");
    }
    strip(drawing, OVER, &words.over);
}

fn host(drawing: &mut Drawing, turn: &Turn, words: &Words) {
    let handles = turn.list.handles();
    let middle = OVER + STRIP + 28;
    for pollable in 0..PICTURED {
        let is_looked_at = handles.contains(&pollable);
        let class = match turn.ready.contains(&pollable) {
            true => "ready",
            false if is_looked_at || turn.host == Host::Told => "host",
            false => "idle",
        };
        let x = center(pollable);
        drawing.dot(x, middle, 12, class);
        drawing.text(x, middle + 4, "middle", pollable.to_string());
        if is_looked_at {
            looks(drawing, x, middle + 17, turn.looks());
        }
    }
    if has_marker(turn) {
        let x = center(MARKER);
        drawing.dot(x, middle, 12, "marker");
        drawing.text(x, middle + 4, "middle", "M");
        looks(drawing, x, middle + 17, turn.looks());
    }
    drawing.text(LEFT, LOOKS, "", words.looks.as_str());
}

fn comes_back(drawing: &mut Drawing, turn: &Turn, words: &Words) {
    strip(drawing, BACK, &words.back);
    let run = turn.run();
    let top = BACK + STRIP + 16;
    for task in 0..PICTURED {
        let is_run = run.contains(&task);
        if turn.reported().contains(&task) {
            arrows(drawing, task, LOOKS + 6, BACK, "line");
        }
        handle(drawing, task, top, if is_run { "ready" } else { "idle" }, &task.to_string());
        if turn.finds == Finds::Scan {
            looks(drawing, center(task), top + HANDLE + 5, 1);
        }
    }
    drawing.text(LEFT, RUNS, "", words.runs.as_str());
}

fn center(column: usize) -> i32 {
    LEFT + COLUMN * column as i32 + HANDLE / 2
}

fn has_marker(turn: &Turn) -> bool {
    turn.busy && turn.host == Host::Looks
}

fn handle(drawing: &mut Drawing, column: usize, y: i32, class: &'static str, text: &str) {
    let x = center(column);
    drawing.rectangle(x - HANDLE / 2, y, HANDLE, HANDLE, class);
    drawing.text(x, y + 17, "middle", text);
}

/// An arrow to a strip of the boundary, and another behind it.
fn arrows(drawing: &mut Drawing, column: usize, from: i32, strip: i32, class: &'static str) {
    let x = center(column);
    drawing.arrow(x, from, strip - 2, class);
    drawing.arrow(x, strip + STRIP + 2, strip + STRIP + 13, class);
}

fn strip(drawing: &mut Drawing, y: i32, text: &str) {
    drawing.rectangle(LEFT, y, COLUMN * 9 - 6, STRIP, "boundary");
    drawing.text(LEFT + 6, y + 14, "", text);
}

fn looks(drawing: &mut Drawing, x: i32, y: i32, count: usize) {
    for look in 0..count as i32 {
        drawing.dot(x + 7 * look - 7 * (count as i32 - 1) / 2, y, 2, "look");
    }
}

/// What the lines of the picture say.
struct Words {
    list: String,
    over: String,
    looks: String,
    back: String,
    runs: String,
    next: String,
}

impl Words {
    fn of(turn: &Turn) -> Self {
        let handles = turn.list.handles();
        let marker = if has_marker(turn) { " and a marker" } else { "" };
        let reported = turn.reported();
        let list = match turn.list {
            List::Rebuilt => "1. The guest builds its list anew".into(),
            List::Kept => "1. The guest has kept its list".into(),
            List::Part(_) => format!("1. The guest picks {}", numbers(&handles)),
            List::Set => "1. The guest has no list to hand over".into(),
            List::Calls => "1. Each task has a call under way".into(),
        };
        let over = match handles.len() {
            0 => "boundary: no list crosses".into(),
            count => format!("boundary: {count} handles{marker} cross"),
        };
        let looks = match (turn.list, turn.looks()) {
            (List::Set, _) => format!("2. The host's set knows: {}", numbers(turn.ready)),
            (_, 0) => format!("2. The host's loop is told of {}", numbers(turn.ready)),
            (_, 1) => format!("2. The host looks at {}{marker}", handles.len()),
            _ => format!("2. The host looks at {}, sleeps, looks again", handles.len()),
        };
        let back = match (turn.list, reported.len()) {
            (List::Calls, _) => format!("boundary: call {} returns", numbers(&reported)),
            (List::Set, _) => format!("boundary: tokens {} come back", numbers(&reported)),
            (List::Part(_), _) => {
                let indices: Vec<usize> = reported
                    .iter()
                    .filter_map(|it| handles.iter().position(|at| at == it))
                    .collect();
                let mean = if indices.len() == 1 { "means" } else { "mean" };
                format!("boundary: {} {mean} {}", indices_of(&indices), numbers(&reported))
            }
            (_, 1) => format!("boundary: {} comes back", indices_of(&reported)),
            _ => format!("boundary: {} come back", indices_of(&reported)),
        };
        let scan = if turn.finds == Finds::Scan { "scans all, " } else { "" };
        let run = turn.run();
        let tasks = if run.len() == 1 { "task" } else { "tasks" };
        let only = if turn.runs == Runs::One && reported.len() > 1 { " only" } else { "" };
        Self {
            list,
            over,
            looks,
            back,
            runs: format!("3. The guest {scan}runs {tasks} {}{only}", numbers(&run)),
            next: format!("4. Next: {}", turn.next),
        }
    }

    fn label(&self, turn: &Turn) -> String {
        let left: Vec<usize> =
            turn.ready.iter().filter(|it| !turn.reported().contains(it)).copied().collect();
        let left = match left.len() {
            0 => String::new(),
            _ => format!(" Ready as well, and left for a later turn: {}.", numbers(&left)),
        };
        let Self { list, over, looks, back, runs, next } = self;
        format!(
            "One turn with {PICTURED} pollables, 0 to 7. {list}; {over}. {looks}. Ready: {}; \
             {back}. {runs}.{left} {next}.",
            numbers(turn.ready),
        )
    }
}

fn indices_of(of: &[usize]) -> String {
    format!("{} {}", if of.len() == 1 { "index" } else { "indices" }, numbers(of))
}
