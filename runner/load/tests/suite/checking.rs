use pollbench_load::{Checker, Corruption, Damage, Pattern};
use proptest::prelude::*;

const CONNECTION: u32 = 3;
const CONNECTIONS: u32 = 10;

/// What a faulty server may do to a stream, at a place in it.
#[derive(Clone, Debug)]
enum Fault {
    Lose(usize),
    Double(usize),
    Swap(usize, usize),
    Change(Vec<u8>),
}

#[derive(Clone, Debug)]
struct Case {
    seed: u64,
    length: usize,
    at: usize,
    fault: Fault,
    /// The sizes of reads, in turn.
    reads: Vec<usize>,
}

fn cases() -> impl Strategy<Value = Case> {
    let bytes = || prop_oneof![1..10_usize, 1..100_usize];
    let fault = prop_oneof![
        bytes().prop_map(Fault::Lose),
        bytes().prop_map(Fault::Double),
        (bytes(), bytes()).prop_map(|(first, second)| Fault::Swap(first, second)),
        prop::collection::vec(1..=255_u8, 1..100).prop_map(Fault::Change),
    ];
    let reads = prop::collection::vec(1..60_usize, 1..10);
    let place = (any::<prop::sample::Index>(), any::<bool>());
    (any::<u64>(), 200..1_000_usize, place, fault, reads).prop_map(
        |(seed, length, (at, near_end), fault, reads)| {
            let touched = match &fault {
                Fault::Lose(bytes) | Fault::Double(bytes) => *bytes,
                Fault::Swap(first, second) => first + second,
                Fault::Change(masks) => masks.len(),
            };
            // The last place has nothing after it. Half of them are near it, where few bytes tell
            // what happened.
            let last = length - touched;
            let at = if near_end { last - at.index(20.min(last + 1)) } else { at.index(last + 1) };
            Case { seed, length, at, fault, reads }
        },
    )
}

impl Case {
    fn stream(&self) -> Vec<u8> {
        let mut stream = vec![0; self.length];
        Pattern::new(self.seed).fill(CONNECTION, 0, &mut stream);
        stream
    }

    fn faulty(&self) -> Vec<u8> {
        let mut stream = self.stream();
        let at = self.at;
        match &self.fault {
            Fault::Lose(bytes) => drop(stream.drain(at..at + bytes)),
            Fault::Double(bytes) => {
                let copy = stream[at..at + bytes].to_vec();
                drop(stream.splice(at..at, copy));
            }
            Fault::Swap(first, second) => stream[at..at + first + second].rotate_left(*first),
            Fault::Change(masks) => {
                stream[at..].iter_mut().zip(masks).for_each(|(byte, mask)| *byte ^= mask);
            }
        }
        stream
    }
}

fn checker(seed: u64) -> Checker {
    Checker::new(Pattern::new(seed), CONNECTION, CONNECTIONS, 16)
}

/// Reads what came in pieces, until it is clear what happened or the stream is over.
fn check(seed: u64, found: &[u8], sent: u64, reads: &[usize]) -> (Checker, Option<Corruption>) {
    let mut checker = checker(seed);
    let mut rest = found;
    for size in reads.iter().cycle() {
        let (piece, others) = rest.split_at(rest.len().min(*size));
        checker.read(piece, sent);
        let verdict = checker.verdict(sent, others.is_empty());
        if verdict.is_some() || others.is_empty() {
            return (checker, verdict);
        }
        rest = others;
    }
    unreachable!("there is a read")
}

/// From the first byte that differs to the last.
fn differing(faulty: &[u8], stream: &[u8]) -> Option<(usize, usize)> {
    let differs = |at: &usize| faulty[*at] != stream[*at];
    let both = 0..faulty.len().min(stream.len());
    Some((both.clone().find(differs)?, both.rev().find(differs)? + 1))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn every_fault_is_found_and_named(case in cases()) {
        let (stream, faulty) = (case.stream(), case.faulty());
        let (checker, verdict) = check(case.seed, &faulty, case.length as u64, &case.reads);
        let Some((first, last)) = differing(&faulty, &stream)
            .or((faulty.len() > stream.len()).then_some((stream.len(), faulty.len()))) else {
            // The end is missing, or what was exchanged is the same.
            prop_assert_eq!(verdict, None);
            prop_assert_eq!(checker.position(), faulty.len() as u64);
            return Ok(());
        };
        let bytes = (last - first) as u64;
        let mut regions = [&faulty, &stream].map(|it| it.get(first..last).unwrap_or(&[]).to_vec());
        regions.iter_mut().for_each(|it| it.sort_unstable());
        let damage = match case.fault {
            // By chance, what comes too early may be what came before, and is followed by the same:
            // then it depends on how much was read at once.
            Fault::Swap(_, early)
                if first >= early
                    && stream[first - early..].starts_with(&faulty[first..(first + 8).min(faulty.len())])
                    && verdict.as_ref().is_some_and(|it| it.damage != Damage::Reordered { bytes }) =>
            {
                Damage::Doubled { back: early as u64 }
            }
            Fault::Lose(bytes) => Damage::Lost { bytes: bytes as u64 },
            Fault::Double(bytes) => Damage::Doubled { back: bytes as u64 },
            Fault::Swap(..) => Damage::Reordered { bytes },
            // By chance, bytes may be changed to each other.
            Fault::Change(_) if regions[0] == regions[1] => Damage::Reordered { bytes },
            Fault::Change(_) => Damage::Changed { bytes },
        };
        prop_assert_eq!(verdict, Some(Corruption {
            connection: CONNECTION,
            position: first as u64,
            request: first as u64 / 16,
            expected: stream.get(first).copied(),
            found: faulty[first],
            damage,
        }));
        prop_assert_eq!(checker.position(), first as u64);
    }

    #[test]
    fn a_right_stream_has_no_fault_in_whatever_pieces(case in cases()) {
        let (checker, verdict) =
            check(case.seed, &case.stream(), case.length as u64, &case.reads);
        prop_assert_eq!((verdict, checker.has_found()), (None, false));
        prop_assert_eq!(checker.position(), case.length as u64);
    }

    #[test]
    fn whatever_else_comes_is_found(
        seed: u64,
        wrong in prop::collection::vec(any::<u8>(), 1..300),
        reads in prop::collection::vec(1..60_usize, 1..10),
    ) {
        let mut right = vec![0; wrong.len()];
        Pattern::new(seed).fill(CONNECTION, 0, &mut right);
        prop_assume!(wrong != right);
        let (_, verdict) = check(seed, &wrong, 300, &reads);
        let position = differing(&wrong, &right).map(|(first, _)| first as u64);
        prop_assert_eq!(verdict.map(|it| it.position), position);
    }

    #[test]
    fn bytes_of_another_connection_say_whose_they_are(
        seed: u64,
        start in 0..500_u64,
        right in 0..200_u64,
        read in 20..=60_usize,
        other in (0..CONNECTIONS).prop_filter("another", |it| *it != CONNECTION),
    ) {
        let pattern = Pattern::new(seed);
        let mut checker = checker(seed);
        let mut bytes = vec![0; right as usize];
        pattern.fill(CONNECTION, 0, &mut bytes);
        checker.read(&bytes, 1_000);
        let mut foreign = [0; 60];
        pattern.fill(other, start, &mut foreign[..30]);
        // The next reply may have come with it.
        pattern.fill(CONNECTION, right + 30, &mut foreign[30..]);
        checker.read(&foreign[..read], 1_000);
        let damage = checker.verdict(1_000, false).map(|it| it.damage);
        prop_assert_eq!(damage, Some(Damage::Foreign { connection: other }));
    }
}

#[test]
fn a_reply_to_what_was_not_sent_is_wrong_even_if_it_guesses_right() {
    let mut bytes = [0; 32];
    Pattern::new(1).fill(CONNECTION, 0, &mut bytes);
    let mut checker = checker(1);
    checker.read(&bytes, 16);
    let corruption = checker.verdict(16, true).expect("16 bytes too many");
    assert_eq!((corruption.position, corruption.expected), (16, None));
    assert!(corruption.to_string().contains("nothing was expected"), "{corruption}");
}

#[test]
fn lost_bytes_are_not_told_from_overtaken_ones_before_the_end() {
    let mut bytes = [0; 200];
    Pattern::new(1).fill(CONNECTION, 0, &mut bytes);
    let mut checker = checker(1);
    checker.read(&bytes[50..150], 200);
    assert_eq!(checker.verdict(200, false), None);
    let lost = checker.verdict(200, true).map(|it| it.damage);
    assert_eq!(lost, Some(Damage::Lost { bytes: 50 }));
    checker.read(&bytes[..50], 200);
    checker.read(&bytes[150..], 200);
    let overtaken = checker.verdict(200, false).map(|it| it.damage);
    assert_eq!(overtaken, Some(Damage::Reordered { bytes: 150 }));
}
