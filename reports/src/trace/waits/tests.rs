use proptest::prelude::*;

use super::*;
use crate::profile::MarkerKind;
use crate::trace::{Head, Look, PollableKind, Recording, Took};

const STREAM: Made = Made { kind: PollableKind::Stream, due: None };

/// Something that a component does, which takes so long.
#[derive(Clone, Debug)]
enum Act {
    Makes,
    /// Drops the oldest.
    Drops,
    Looks {
        function: Function,
        handles: u32,
        ready: u32,
        calls: u64,
        took: Took,
    },
}

fn any_acts() -> impl Strategy<Value = Vec<(u64, Act)>> {
    let functions = prop_oneof![Just(Function::Poll), Just(Function::Block), Just(Function::Ready)];
    let looks = (functions, 1..6_u32, 0..6_u32, 0..9_u64, [0..900_u64, 0..9_000]).prop_map(
        |(function, handles, ready, calls, [worked, blocked])| Act::Looks {
            function,
            handles: if function == Function::Poll { handles } else { 1 },
            ready,
            calls,
            took: Took { worked, blocked },
        },
    );
    let act = prop_oneof![2 => Just(Act::Makes), 1 => Just(Act::Drops), 4 => looks];
    prop::collection::vec((0..1_000_u64, act), 0..60)
}

/// The file of a trace that does this, with eight pollables alive at its beginning, and when it
/// ends.
fn file(acts: &[(u64, Act)]) -> (TraceFile, u64) {
    let mut recording = Recording::new(1 << 20);
    (0..8).for_each(|it| recording.made(0, it, STREAM));
    let (mut at, mut made, mut dropped) = (0, 8, 0);
    for (pause, act) in acts {
        at += pause;
        match act {
            Act::Makes => {
                recording.made(at, made, STREAM);
                made += 1;
            }
            Act::Drops if dropped < made => {
                recording.dropped(at, dropped);
                dropped += 1;
            }
            Act::Drops => {}
            Act::Looks { function, handles, ready, calls, took } => {
                let list: Vec<u32> = (made..made + handles).collect();
                let ready: Vec<u32> = (0..*ready.min(handles)).collect();
                let (function, calls, took) = (*function, *calls, *took);
                recording.looked(at, &Look { function, list: &list, ready: &ready, calls, took });
                at += took.worked + took.blocked;
            }
        }
    }
    let mut bytes = Vec::new();
    let head = Head { nanoseconds: at + 5, ..Head::default() };
    recording.write(&head, &mut bytes).expect("memory takes everything");
    (TraceFile::read(bytes).expect("it was just written"), at + 5)
}

proptest! {
    #[test]
    fn nothing_is_lost_between_events_and_waits(acts in any_acts()) {
        let (file, end) = file(&acts);
        let waits = Waits::of(&file).expect("the events are right");
        let is_wait = |function: &Function| *function != Function::Ready;
        let looks: Vec<&Act> = acts.iter().map(|(_, act)| act).collect();
        let of_waits: Vec<(u32, u32, Took)> = looks
            .iter()
            .filter_map(|act| match act {
                Act::Looks { function, handles, ready, took, .. } if is_wait(function) => {
                    Some((*handles, *ready.min(handles), *took))
                }
                _ => None,
            })
            .collect();
        let seen: Vec<(u32, u32, Took)> = waits
            .list
            .iter()
            .map(|it| (it.handles, it.ready, Took { worked: it.worked, blocked: it.blocked }))
            .collect();
        prop_assert_eq!(seen, of_waits);
        prop_assert_eq!(waits.all, waits.list.len() as u64);
        // The time is covered without a gap from the first wait to the end, and no call is lost.
        if let Some(first) = waits.list.first() {
            let whole: u64 = waits.list.iter().map(|it| it.worked + it.blocked + it.after).sum();
            prop_assert_eq!(first.start + whole, end);
            let before = acts.iter().position(|(_, it)| {
                matches!(it, Act::Looks { function, .. } if is_wait(function))
            });
            let calls = looks[before.expect("a wait") + 1..].iter().map(|act| match act {
                Act::Looks { calls, .. } => *calls,
                _ => 0,
            });
            let counted: u64 = waits.list.iter().map(|it| it.calls).sum();
            prop_assert_eq!(counted, calls.sum::<u64>());
        }

        let made = acts.iter().filter(|(_, it)| matches!(it, Act::Makes)).count() as u32;
        prop_assert!(waits.list.iter().all(|it| it.alive <= 8 + made));
    }
}

fn wait(after: u64, handles: u32, wasted: u32) -> Wait {
    Wait { after, handles, wasted, ..Wait::default() }
}

#[test]
fn what_stands_out_is_found_at_its_place() {
    let mut list = vec![wait(100, 20, 0); 200];
    list[150].after = 900;
    list[60].handles = 31;
    list[90..110].iter_mut().for_each(|it| it.wasted = 1);
    list[120..130].iter_mut().for_each(|it| it.wasted = 1);
    let waits = Waits { all: list.len() as u64, list, lost: 0 };
    let found = standing_out(&waits);
    let places: Vec<(u64, MarkerKind)> = found.iter().map(|it| (it.turn, it.kind)).collect();
    assert_eq!(
        places,
        [(60, MarkerKind::Grown), (90, MarkerKind::Wasted), (150, MarkerKind::Long)]
    );
    assert_eq!(
        found[1].text,
        "From here, 20 calls one after the other were of no use, or calls of `ready` after them."
    );
    assert_eq!(found[2].text, "900 ns went by until the next call, 9 times the median.");
}

#[test]
fn looks_of_no_use_are_those_that_the_diagnosis_counts() {
    // A stream that stays ready, and that nobody takes.
    let looks = |calls| Act::Looks {
        function: Function::Poll,
        handles: 1,
        ready: 1,
        calls,
        took: Took { worked: 10, blocked: 0 },
    };
    let (file, _) = file(&[(1, looks(1)), (1, looks(0)), (1, looks(0)), (1, looks(3))]);
    let waits = Waits::of(&file).expect("the events are right");
    let wasted: Vec<u32> = waits.list.iter().map(|it| it.wasted).collect();
    assert_eq!(wasted, [0, 1, 1, 0]);
    assert_eq!(waits.list.iter().map(|it| it.alive).collect::<Vec<_>>(), [8; 4]);
}
