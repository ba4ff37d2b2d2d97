use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::trace::{Event, Function, Look, Made, PollableKind, Stamped, Took, TraceRecord};

/// An event, after so many nanoseconds.
fn event() -> impl Strategy<Value = (u64, Event)> {
    let kind = prop::sample::select(&PollableKind::ALL[..]);
    let made = (0_u32..40, kind, prop::option::of(0_u64..1_000)).prop_map(|(it, kind, due)| {
        Event::Made(it, Made { kind, due: due.filter(|_| kind == PollableKind::Timer) })
    });
    let function =
        prop::sample::select(&[Function::Poll, Function::Poll, Function::Ready, Function::Block]);
    let list = prop::collection::vec((0_u32..40, any::<bool>()), 1..30);
    let numbers = (any::<u64>(), 0_u64..1_000_000, any::<u64>());
    let looked = (function, list, numbers).prop_map(|(function, list, numbers)| {
        let length = if function == Function::Poll { list.len() } else { 1 };
        let ready = (0..).zip(&list[..length]).filter(|(_, (_, ready))| *ready);
        let ready = ready.map(|(position, _)| position).collect();
        let list = list[..length].iter().map(|(it, _)| *it).collect();
        let (calls, worked, blocked) = numbers;
        Event::Looked { function, list, ready, calls, took: Took { worked, blocked } }
    });
    let event = prop_oneof![2 => made, 1 => (0_u32..40).prop_map(Event::Dropped), 3 => looked];
    (0_u64..5_000, event)
}

fn events(most: usize) -> impl Strategy<Value = Vec<Stamped>> {
    prop::collection::vec(event(), 0..most).prop_map(|events| {
        let mut at = 0;
        let stamped = |(since, event)| {
            at += since;
            Stamped { at, event }
        };
        events.into_iter().map(stamped).collect()
    })
}

fn record(recording: &mut Recording, Stamped { at, event }: &Stamped) {
    match event {
        Event::Made(pollable, made) => recording.made(*at, *pollable, *made),
        Event::Dropped(pollable) => recording.dropped(*at, *pollable),
        Event::Looked { function, list, ready, calls, took } => {
            let (function, calls, took) = (*function, *calls, *took);
            recording.looked(*at, &Look { function, list, ready, calls, took });
        }
    }
}

fn written(events: &[Stamped], limit: usize) -> Vec<u8> {
    let mut recording = Recording::new(limit);
    events.iter().for_each(|it| record(&mut recording, it));
    let mut bytes = Vec::new();
    let head = Head { component: "mine.wasm".into(), ..Head::default() };
    recording.write(&head, &mut bytes).unwrap();
    bytes
}

fn read(bytes: Vec<u8>) -> Result<(TraceFile, Vec<Stamped>), String> {
    let file = TraceFile::read(bytes)?;
    let mut events = Vec::new();
    file.events(&mut |it| events.push(it))?;
    Ok((file, events))
}

/// The pollables that are alive after some events.
fn alive(events: &[Stamped]) -> BTreeMap<u32, Made> {
    let mut alive = BTreeMap::new();
    for it in events {
        match it.event {
            Event::Made(pollable, made) => _ = alive.insert(pollable, made),
            Event::Dropped(pollable) => _ = alive.remove(&pollable),
            Event::Looked { .. } => {}
        }
    }
    alive
}

proptest! {
    #[test]
    fn events_come_back(events in events(60)) {
        let (file, back) = read(written(&events, 1 << 20)).unwrap();
        prop_assert_eq!(file.head.component, "mine.wasm");
        prop_assert_eq!((file.head.events, file.head.lost), (events.len() as u64, 0));
        prop_assert!(file.alive.is_empty());
        prop_assert_eq!(back, events);
    }

    #[test]
    fn a_full_ring_has_the_last_events_and_what_was_alive_before(
        events in events(60), times in 50_usize..150, limit in 0_usize..40_000,
    ) {
        let repeated: Vec<Stamped> = std::iter::repeat_n(&events, times).flatten().cloned().collect();
        let mut at = 0;
        let repeated: Vec<Stamped> =
            repeated.into_iter().map(|it| { at += 7; Stamped { at, ..it } }).collect();
        let bytes = written(&repeated, limit);
        // The smallest block, its last event, the head and what is alive come on top.
        prop_assert!(bytes.len() <= limit.max(2 * 4_096) + 2_000, "{} of {limit}", bytes.len());
        let (file, back) = read(bytes).unwrap();
        let lost = file.head.lost as usize;
        prop_assert_eq!(&back[..], &repeated[lost..]);
        prop_assert_eq!(BTreeMap::from_iter(file.alive), alive(&repeated[..lost]));
    }

    #[test]
    fn a_file_that_is_damaged_anywhere_is_refused(
        events in events(40), at in any::<prop::sample::Index>(), flip in 1_u8..,
    ) {
        let bytes = written(&events, 1 << 20);
        let mut damaged = bytes.clone();
        let at = at.index(bytes.len());
        damaged[at] ^= flip;
        // With another version it is a file of that version, in which the same bytes are right.
        prop_assert!(read(damaged.clone()).is_err() || (at == VERSION && damaged[at] == 1));
        prop_assert!(read(bytes[..at].to_vec()).is_err());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        // As an attacker would: with the right name and the right checksums.
        let mut file = super::write::MAGIC.to_vec();
        let head = serde_json::to_vec(&Head::default()).unwrap();
        for section in [&head[..], &[], &bytes, &[]] {
            file.extend((section.len() as u32).to_le_bytes());
            file.extend(super::write::checksum(section).to_le_bytes());
            file.extend(section);
        }
        let _ = read(file);
    }
}

/// The place of the version in a file.
const VERSION: usize = 7;

#[test]
fn a_file_of_the_first_version_is_read() {
    let mut old = written(&[], 1 << 20);
    old[VERSION] = 1;
    let (file, _) = read(old.clone()).unwrap();
    assert_eq!(file.head.around, None);
    // It does not say how the trace has ended.
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("old.trace");
    std::fs::write(&path, old).unwrap();
    let refused = TraceRecord::read(&path).map(|_| ()).unwrap_err().to_string();
    assert!(
        refused.contains("old.trace") && refused.contains("trace the component again"),
        "{refused}"
    );
}

#[test]
fn what_is_no_trace_is_refused_in_words() {
    let whole = written(&[], 1 << 20);
    let mut newer = whole.clone();
    newer[VERSION] = 3;
    let mut longer = whole.clone();
    longer.push(0);
    let mut damaged = whole.clone();
    damaged[20] ^= 1;
    for (bytes, words) in [
        (b"\0asm\x0d\0\x01\0".to_vec(), "does not begin as one"),
        (Vec::new(), "cut short"),
        (whole[..whole.len() - 3].to_vec(), "cut short"),
        (newer, "version 3 of the format"),
        (longer, "more follows"),
        (damaged, "checksum is another"),
    ] {
        let error = read(bytes).unwrap_err();
        assert!(error.contains(words), "{error}");
    }
}
