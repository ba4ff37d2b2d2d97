use std::io::Write;
use std::time::Duration;

use pollbench_load::{Corruption, Damage, LoadError, Plan, run};

use crate::support::{BYTES, Goes, Serve, plan, reply, start};

/// The connection and the request on it at which a server is faulty.
const FAULTY: (u64, u64) = (2, 40);

fn fails(serve: impl Serve) -> LoadError {
    // Long enough for what is sent to come back, and it has to pass where bytes are missing.
    let grace = Duration::from_secs(2);
    let plan = Plan { grace, ..plan(start(BYTES, serve)) };
    let error = run(&plan, |_| {}).expect_err("a faulty server");
    let text = serde_json::to_string(&error).expect("it can be written");
    assert_eq!(serde_json::from_str::<LoadError>(&text).expect("it can be read"), error);
    error
}

/// A server whose reply to one request is another, which begins to differ at this byte of it.
fn damaged(at: u64, damage: Damage, change: impl Fn(&[u8]) -> Vec<u8> + Clone + Send + 'static) {
    let error = fails(move |connection, number, request, stream| {
        let is_faulty = (connection, number) == FAULTY;
        if is_faulty { reply(&change(request), stream) } else { reply(request, stream) }
    });
    let LoadError::Corrupt(corruption) = error else { panic!("{error}") };
    let Corruption { connection, position, request, expected, found, damage: named } = corruption;
    assert_eq!((u64::from(connection), request), FAULTY);
    assert_eq!(named, damage);
    assert_eq!(position, FAULTY.1 * u64::from(BYTES) + at);
    assert_ne!(expected, Some(found));
}

#[test]
fn a_lost_byte() {
    damaged(5, Damage::Lost { bytes: 1 }, |request| [&request[..5], &request[6..]].concat());
}

#[test]
fn a_doubled_chunk() {
    let twice = |request: &[u8]| [&request[..9], &request[..9], &request[9..]].concat();
    damaged(9, Damage::Doubled { back: 9 }, twice);
}

#[test]
fn two_swapped_chunks() {
    let swapped = |request: &[u8]| [&request[10..20], &request[..10], &request[20..]].concat();
    damaged(0, Damage::Reordered { bytes: 20 }, swapped);
}

#[test]
fn a_changed_byte() {
    let changed = |request: &[u8]| [&request[..13], &[!request[13]], &request[14..]].concat();
    damaged(13, Damage::Changed { bytes: 1 }, changed);
}

#[test]
fn a_chunk_for_another_connection() {
    use std::sync::{Arc, Mutex};
    let other = Arc::new(Mutex::new(Vec::new()));
    let error = fails(move |connection, number, request, stream| {
        if (connection, number) == (0, 0) {
            *other.lock().expect("nobody panics") = request.to_vec();
        }
        let is_faulty = (connection, number) == FAULTY;
        let foreign = is_faulty.then(|| other.lock().expect("nobody panics").clone());
        reply(foreign.as_deref().unwrap_or(request), stream)
    });
    let LoadError::Corrupt(corruption) = error else { panic!("{error}") };
    assert_eq!(corruption.damage, Damage::Foreign { connection: 0 });
}

#[test]
fn a_byte_after_the_last_one() {
    let error = fails(|_, number, request, stream| {
        // The thread ends, and closes, once the client has closed.
        if number == 0 {
            let mut later = stream.try_clone().expect("a descriptor");
            let peek = stream.try_clone().expect("a descriptor");
            std::thread::spawn(move || {
                // The last thing that comes is the end.
                let mut byte = [0];
                while peek.peek(&mut byte).is_ok_and(|length| length > 0) {
                    std::thread::yield_now();
                }
                let _ = later.write_all(&[1; 20]);
            });
        }
        reply(request, stream)
    });
    let LoadError::Corrupt(corruption) = error else { panic!("{error}") };
    assert_eq!(corruption.expected, None);
}

#[test]
fn a_connection_closed_early() {
    let error =
        fails(
            |connection, number, request, stream| {
                if (connection, number) == FAULTY { Goes::Away } else { reply(request, stream) }
            },
        );
    let LoadError::Closed { connection, position, unanswered } = error else { panic!("{error}") };
    assert_eq!(u64::from(connection), FAULTY.0);
    assert_eq!(position, FAULTY.1 * u64::from(BYTES));
    assert!(unanswered > 0);
}

#[test]
fn an_idle_connection_closed_early() {
    let address = start(BYTES, |connection, _, request, stream| {
        reply(request, stream);
        // The active one is drawn from all, so it is let be.
        if connection < 2 { Goes::On } else { Goes::Away }
    });
    let plan = Plan { connections: 4, active: 1, ..plan(address) };
    let error = run(&plan, |_| {}).expect_err("a faulty server");
    assert!(matches!(error, LoadError::Closed { connection: 2.., .. }), "{error}");
}

#[test]
fn a_server_that_stops_answering() {
    let error = fails(|connection, number, request, stream| {
        let (faulty, from) = FAULTY;
        // Half of the first reply that is missing comes.
        match (connection, number) {
            (it, number) if it != faulty || number < from => reply(request, stream),
            (_, number) if number == from => reply(&request[..10], stream),
            _ => Goes::On,
        }
    });
    assert!(error.may_be_overload(), "{error}");
    let LoadError::Unanswered { requests, of, connection, request, position, .. } = error else {
        panic!("{error}")
    };
    assert_eq!((u64::from(connection), request), FAULTY);
    assert_eq!(position, FAULTY.1 * u64::from(BYTES) + 10);
    // 1,200 requests on 4 connections, and the greeting of this one.
    assert_eq!((requests, of), (300 + 1 - FAULTY.1, 1_200));
}
