//! Streams that tasks read: what a read gives, what is counted, and what a guest can do wrong.

use std::sync::Arc;

use crate::support::by_hand::{kind, simulation};
use crate::support::random_script::Op;
use pollbench_reports::record::FailureKind;
use pollbench_simulation::agenda::Event;
use pollbench_simulation::simulation::{
    Given, LIVELOCK_CALLS_A_HANDLE, LIVELOCK_POLLS, Simulation, TaskStep, Violation,
};

/// A task that is given a stream whose events come at once, and what the stream's pollables
/// stand for. A chunk has 100 bytes.
fn stream(chunks: usize) -> (Simulation, Arc<Event>) {
    stream_of(Op::Read(0, vec![0; chunks]))
}

fn stream_of(read: Op) -> (Simulation, Arc<Event>) {
    let mut simulation = simulation(&[read]);
    match simulation.next(0, 0) {
        Ok(TaskStep::Read(event)) => (simulation, event),
        _ => panic!("a stream"),
    }
}

/// Reads until the end, polling before each read. Returns what each read gave.
fn read_all(simulation: &mut Simulation, event: &Arc<Event>) -> Result<Vec<Given>, Violation> {
    let mut all = Vec::new();
    while all.last() != Some(&Given::End) {
        simulation.poll_begins(1)?;
        simulation.reported(event);
        all.push(simulation.read(0, event, 1_000)?);
    }
    Ok(all)
}

#[test]
fn each_event_is_a_chunk_and_the_last_one_is_the_end() {
    let (mut simulation, event) = stream(2);
    let before = simulation.tally().total;
    let read = read_all(&mut simulation, &event).expect("in order");
    assert_eq!(read, [Given::Bytes(100), Given::Bytes(100), Given::End]);
    let after = simulation.tally().total;
    assert_eq!(after.events - before.events, 3, "each read takes an event");
    assert!(event.is_ready(), "a stream at its end stays ready");
    assert_eq!(simulation.read(0, &event, 1_000), Ok(Given::End));
    simulation.stream_dropped();
    assert!(matches!(simulation.next(0, 200), Ok(TaskStep::Done)));
    assert_eq!(simulation.tally().total.events, after.events, "the end was counted before");
    assert_eq!(simulation.finish(), Ok(()));
}

#[test]
fn a_read_takes_at_most_what_it_asks_for() {
    let (mut simulation, event) = stream(3);
    assert_eq!(simulation.read(0, &event, 0), Ok(Given::Nothing), "which consumes nothing");
    assert_eq!(simulation.read(0, &event, 30), Ok(Given::Bytes(30)));
    assert_eq!(simulation.read(0, &event, 99), Ok(Given::Bytes(99)));
    assert_eq!(simulation.read(0, &event, 101), Ok(Given::Bytes(100)));
    assert_eq!(simulation.read(0, &event, 101), Ok(Given::End));
    assert!(simulation.next(0, 229).is_ok());
}

/// Reading tells as much as polling does.
#[test]
fn a_read_before_the_poll_is_in_order() {
    let (mut simulation, event) = stream(1);
    assert_eq!(simulation.read(0, &event, 1_000), Ok(Given::Bytes(100)));
    assert_eq!(simulation.read(0, &event, 1_000), Ok(Given::End));
    simulation.stream_dropped();
    assert!(simulation.next(0, 100).is_ok());
    assert_eq!(simulation.finish(), Ok(()));
}

#[test]
fn reading_what_has_not_arrived_gives_nothing_and_is_a_livelock_in_the_end() {
    let (mut simulation, event) = stream_of(Op::Read(u64::MAX / 2, vec![]));
    let most = LIVELOCK_POLLS + LIVELOCK_CALLS_A_HANDLE * simulation.tally().handles;
    for _ in 0..most {
        assert_eq!(simulation.read(0, &event, 1_000), Ok(Given::Nothing));
    }
    let read = simulation.read(0, &event, 1_000);
    assert_eq!(kind(read), Some(FailureKind::Livelock));
}

#[test]
fn going_on_before_the_end_is_early() {
    let (mut simulation, event) = stream(2);
    assert_eq!(simulation.read(0, &event, 1_000), Ok(Given::Bytes(100)));
    simulation.poll_begins(1).expect("a poll");
    let violation = simulation.next(0, 100).err().expect("it is not at its end");
    assert_eq!(violation.kind, FailureKind::Early);
    assert!(violation.message.contains("its stream to the end"), "{violation}");
}

#[test]
fn another_number_of_bytes_is_a_wrong_outcome() {
    for told in [0, 199, 201] {
        let (mut simulation, event) = stream(2);
        read_all(&mut simulation, &event).expect("in order");
        assert_eq!(kind(simulation.next(0, told)), Some(FailureKind::WrongOutcome), "{told}");
    }
}

#[test]
fn blocking_behind_the_end_of_a_stream_is_lost() {
    let (mut simulation, event) = stream(1);
    read_all(&mut simulation, &event).expect("in order");
    let violation = simulation.jump().expect_err("the task could run");
    assert_eq!(violation.kind, FailureKind::Lost);
    assert!(violation.message.contains("a stream to its end"), "{violation}");
}

#[test]
fn streams_and_their_pollables_that_are_kept_are_leaked() {
    for (streams, pollables) in [(true, false), (false, true), (false, false)] {
        let (mut simulation, event) = stream(0);
        simulation.child_pollable();
        read_all(&mut simulation, &event).expect("in order");
        if !pollables {
            simulation.dropped();
        }
        if !streams {
            simulation.stream_dropped();
        }
        assert!(simulation.next(0, 0).is_ok());
        let expected = (streams || pollables).then_some(FailureKind::Leaked);
        assert_eq!(kind(simulation.finish()), expected, "{streams} {pollables}");
    }
}
