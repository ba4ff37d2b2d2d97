use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use proptest::prelude::*;

use super::*;

fn any_turns() -> impl Strategy<Value = Vec<Turn>> {
    let step = (any::<u32>(), 0..REASONS.len())
        .prop_map(|(task, reason)| Step { task, woken_by: REASONS[reason] });
    let turn = (any::<[u64; 3]>(), any::<[u32; 2]>(), prop::collection::vec(step, 0..4)).prop_map(
        |([start, poll, guest], [handles, ready], steps)| Turn {
            start,
            handles,
            ready,
            poll,
            guest,
            steps,
        },
    );
    prop::collection::vec(turn, 0..40)
}

fn packed_bytes(numbers: &[u64]) -> String {
    let mut bytes = Vec::new();
    numbers.iter().for_each(|it| varint::write(&mut bytes, *it));
    let mut deflated = ZlibEncoder::new(Vec::new(), Compression::default());
    deflated.write_all(&bytes).unwrap();
    STANDARD.encode(deflated.finish().unwrap())
}

fn timeline(turns: u64, packed: String) -> Timeline {
    Timeline { turns, left_out: None, packed, markers: Vec::new() }
}

proptest! {
    #[test]
    fn what_is_packed_comes_back(turns in any_turns()) {
        let timeline = Timeline::pack(turns.clone(), Vec::new());
        prop_assert_eq!(timeline.turns, turns.len() as u64);
        prop_assert_eq!(timeline.left_out, None);
        prop_assert_eq!(timeline.unpack().unwrap(), turns);
    }

    /// zlib has a checksum, so no change goes unnoticed.
    #[test]
    fn a_changed_text_is_an_error(turns in any_turns(), at in any::<prop::sample::Index>()) {
        let mut timeline = Timeline::pack(turns, Vec::new());
        let at = at.index(timeline.packed.len());
        // The padding is no part of what is encoded.
        prop_assume!(timeline.packed.as_bytes()[at] != b'=');
        timeline.packed.replace_range(at..=at, "!");
        prop_assert!(timeline.unpack().is_err());
    }

    #[test]
    fn any_text_and_any_numbers_are_an_error_or_turns(
        text in "[A-Za-z0-9+/]{0,80}",
        numbers in prop::collection::vec(any::<u64>(), 0..40),
        turns in 0..10_u64,
    ) {
        let _ = timeline(turns, text).unpack();
        let numbers: Vec<u64> = std::iter::once(turns).chain(numbers).collect();
        let _ = timeline(turns, packed_bytes(&numbers)).unpack();
    }
}

#[test]
fn a_timeline_that_is_cut_off_is_an_error() {
    let turns = (0..100).map(|it| Turn { start: it * 37, handles: 7, ..Turn::default() });
    let whole = Timeline::pack(turns, Vec::new());
    for length in 0..whole.packed.len() {
        let cut = timeline(whole.turns, whole.packed[..length].into());
        assert!(cut.unpack().is_err(), "{length}");
    }
}

#[test]
fn what_a_file_claims_is_bounded() {
    let refused = |turns, numbers: &[u64]| {
        timeline(turns, packed_bytes(numbers)).unpack().unwrap_err().to_string()
    };
    assert!(refused(MOST_TURNS + 1, &[MOST_TURNS + 1]).contains("are announced"));
    assert!(refused(2, &[1]).contains("2 turns were expected, and 1 are announced"));
    assert!(refused(1, &[1, 0, 0, 0, 0, 0, u64::MAX]).contains("steps are announced"));
    assert!(refused(1, &[1, 0, 0, 0, 0, 0, 1, 0, 4]).contains("by code 4"));
    assert!(refused(1, &[1, 0, 1 << 40]).contains("more than 32 bits"));
    assert!(refused(0, &[0, 0]).contains("behind the last step"));
}

#[test]
fn turns_beyond_the_limit_are_counted() {
    let step = Step { task: 1, woken_by: WokenBy::Timer };
    let turns =
        (0..5).map(|_| Turn { steps: vec![step; MOST_STEPS as usize / 2], ..Turn::default() });
    let timeline = Timeline::pack(turns, Vec::new());
    assert_eq!((timeline.turns, timeline.left_out), (2, Some(5)));
}

#[test]
fn nothing_may_follow_the_turns() {
    let whole = Timeline::pack([Turn::default()], Vec::new());
    let mut deflated = STANDARD.decode(&whole.packed).unwrap();
    deflated.extend(b"more");
    assert!(timeline(1, STANDARD.encode(deflated)).unpack().is_err());
    assert!(timeline(1, format!("{}</script>", whole.packed)).unpack().is_err());
}
