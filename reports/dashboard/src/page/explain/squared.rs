//! The picture of how looks add up: a square if events come one by one, a row if together.

use super::drawing::Drawing;

/// Where the dots begin, and how far apart they are.
const LEFT: i32 = 96;
const TOP: i32 = 30;
const STEP: i32 = 22;

/// As many events as pollables, one by one and all at once.
pub fn draw(pollables: usize) -> Drawing {
    let mut drawing = Drawing::new();
    let all = pollables * pollables;
    drawing.text(4, 14, "", format!("{pollables} events, one in each turn: {all} looks"));
    for turn in 0..pollables {
        let y = TOP + STEP * turn as i32;
        drawing.text(4, y + 4, "", format!("turn {}", turn + 1));
        row(&mut drawing, y, pollables, |it| it == turn);
    }
    let y = TOP + STEP * pollables as i32 + 14;
    drawing.text(4, y, "", format!("{pollables} events in one turn: {pollables} looks"));
    drawing.text(4, y + 20, "", "turn 1");
    row(&mut drawing, y + 16, pollables, |_| true);
    let label = format!(
        "Rows of {pollables} dots, a row for each turn and a dot for each pollable that the host \
         looks at. {pollables} events, one in each of {pollables} turns, are {all} looks at \
         least. {pollables} events in one turn are {pollables} looks at least."
    );
    drawing.labelled(y + 32, label)
}

fn row(drawing: &mut Drawing, y: i32, pollables: usize, is_ready: impl Fn(usize) -> bool) {
    for pollable in 0..pollables {
        let class = if is_ready(pollable) { "ready" } else { "host" };
        drawing.dot(LEFT + STEP * pollable as i32, y, 7, class);
    }
}
