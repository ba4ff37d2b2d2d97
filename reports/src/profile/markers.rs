//! What stands out in the turns of a loop.

use super::{Marker, MarkerKind, Turn};
use crate::format;

/// How long a task had waited when it was run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LongWait {
    /// The turn in which it was run, counted from 0.
    pub turn: u64,
    /// The task.
    pub task: u32,
    /// How many polls had begun since its event was due.
    pub polls: u64,
}

/// How many markers of a kind there are at most.
pub(crate) const MOST: usize = 5;
/// A turn is long if the guest takes this many times the median in it.
const LONG: u64 = 8;
/// A task is starved if it waits for so many polls: the one that notices its event is the
/// first.
const STARVED: u64 = 8;
/// A list has grown if it is this many times as long as it ever was.
const GROWN: f64 = 1.5;
/// A shorter list is not said to have grown.
const SHORT: u32 = 16;

/// The turns in which the guest took long, in which a task ran that had waited long, and in
/// which the list was much longer than before: of each kind the worst few, in the order of
/// the turns.
pub fn markers(turns: &[Turn], waits: &[LongWait]) -> Vec<Marker> {
    let times: Vec<u64> = turns.iter().map(|it| it.guest).collect();
    let mut markers = long(&times, |turn, took, medians| {
        let tasks = tasks(&turns[turn as usize]);
        format!("The guest took {took} until the next call, {medians} times the median{tasks}.")
    });
    markers.extend(starved(waits));
    markers.extend(grown(turns.iter().map(|it| it.handles)));
    markers.sort_by_key(|it| it.turn);
    markers
}

/// The longest turns, the longest first, of the lengths of all, in nanoseconds. `told` makes a
/// sentence of a turn, of its length, and of how many times the median that is.
pub(crate) fn long(times: &[u64], told: impl Fn(u64, String, String) -> String) -> Vec<Marker> {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let Some(&median) = sorted.get(times.len() / 2) else { return Vec::new() };
    let median = median.max(1);
    let is_long = |(_, took): &(u64, &u64)| **took > LONG * median;
    let mut long: Vec<(u64, &u64)> = (0..).zip(times).filter(is_long).collect();
    long.sort_by_key(|(_, took)| std::cmp::Reverse(**took));
    let marker = |(turn, took): (u64, &u64)| {
        let medians = format::count(took / median);
        let text = told(turn, format::duration(*took as f64), medians);
        Marker { turn, kind: MarkerKind::Long, text }
    };
    long.into_iter().take(MOST).map(marker).collect()
}

/// `: it ran tasks 3 and 7`, or nothing where they are too many to be named.
fn tasks(turn: &Turn) -> String {
    let mut tasks: Vec<u32> = turn.steps.iter().map(|it| it.task).collect();
    tasks.sort_unstable();
    tasks.dedup();
    match tasks.as_slice() {
        [task] => format!(": it ran task {task}"),
        [one, other] => format!(": it ran tasks {one} and {other}"),
        [] => ": it ran no task".into(),
        _ => String::new(),
    }
}

fn starved(waits: &[LongWait]) -> Vec<Marker> {
    let mut waits: Vec<&LongWait> = waits.iter().filter(|it| it.polls >= STARVED).collect();
    waits.sort_by_key(|it| std::cmp::Reverse(it.polls));
    let marker = |it: &LongWait| Marker {
        turn: it.turn,
        kind: MarkerKind::Starved,
        text: format!(
            "Task {} ran {} polls after its event was due.",
            it.task,
            format::count(it.polls)
        ),
    };
    waits.into_iter().take(MOST).map(marker).collect()
}

/// The lists that are much longer than all before, of the lengths of all lists.
pub(crate) fn grown(lists: impl IntoIterator<Item = u32>) -> Vec<Marker> {
    let mut markers = Vec::new();
    let mut longest = None;
    for (turn, handles) in (0..).zip(lists) {
        let before: u32 = *longest.get_or_insert(handles);
        if f64::from(handles) > GROWN * f64::from(before.max(SHORT)) {
            let [before, now] = [before, handles].map(|it| format::count(it.into()));
            let text = format!("From at most {before} handles before to {now}.");
            markers.push(Marker { turn, kind: MarkerKind::Grown, text });
        }
        longest = Some(before.max(handles));
    }
    // The last are the longest lists.
    markers.split_off(markers.len().saturating_sub(MOST))
}

#[cfg(test)]
mod tests {
    use super::super::{Step, WokenBy};
    use super::*;

    fn turn(handles: u32, guest: u64) -> Turn {
        Turn { handles, guest, ..Turn::default() }
    }

    fn found(markers: &[Marker]) -> Vec<(u64, MarkerKind)> {
        markers.iter().map(|it| (it.turn, it.kind)).collect()
    }

    #[test]
    fn an_even_loop_has_no_markers() {
        let turns: Vec<Turn> = (0..100).map(|number| turn(50, 10 + number % 3)).collect();
        let waits = [LongWait { turn: 3, task: 1, polls: 2 }];
        assert_eq!(markers(&turns, &waits), []);
        assert_eq!(markers(&[], &[]), []);
    }

    #[test]
    fn what_stands_out_is_marked_at_its_turn() {
        let mut turns = vec![turn(20, 10); 50];
        turns[7].guest = 900;
        turns[7].steps = vec![Step { task: 3, woken_by: WokenBy::Timer }; 2];
        turns[30].handles = 31;
        turns[31].handles = 32;
        let waits = [LongWait { turn: 12, task: 4, polls: 90 }];
        let markers = markers(&turns, &waits);
        let kinds = [MarkerKind::Long, MarkerKind::Starved, MarkerKind::Grown];
        assert_eq!(found(&markers), [(7, kinds[0]), (12, kinds[1]), (30, kinds[2])]);
        assert_eq!(
            markers[0].text,
            "The guest took 900 ns until the next call, 90 times the median: it ran task 3."
        );
        assert_eq!(markers[1].text, "Task 4 ran 90 polls after its event was due.");
        assert_eq!(markers[2].text, "From at most 20 handles before to 31.");
    }

    #[test]
    fn of_many_the_worst_are_marked() {
        let mut turns = vec![turn(20, 10); 100];
        (0..10).for_each(|number| turns[number * 5].guest = 1_000 + number as u64);
        let waits: Vec<LongWait> =
            (10..20).map(|polls| LongWait { turn: polls, task: 0, polls }).collect();
        let markers = markers(&turns, &waits);
        let of = |kind| -> Vec<u64> {
            markers.iter().filter(|it| it.kind == kind).map(|it| it.turn).collect()
        };
        assert_eq!(of(MarkerKind::Long), [25, 30, 35, 40, 45]);
        assert_eq!(of(MarkerKind::Starved), [15, 16, 17, 18, 19]);
    }
}
