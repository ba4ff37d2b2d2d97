//! Handlers of HTTP: they get requests, send others, and are traced over all of them.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use pollbench_guests::LIVE;
use pollbench_reports::trace::{Ended, PollableKind, Served};

use super::trace;
use crate::support::command::{Ran, Workplace};
use crate::support::wat_command::command;
use crate::support::wat_handler::handler;

/// A server that answers each request, after so long, with the number that its path is as its value. It serves
/// as long as the test runs.
fn upstream(after: Duration) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    let answer = move |mut stream: TcpStream| {
        let mut line = String::new();
        let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
        reader.read_line(&mut line).expect("a request");
        let number = line.split(['/', ' ']).nth(2).expect("a path").to_string();
        thread::sleep(after);
        let fields = format!("x-value: {number}\r\ncontent-length: 0\r\nconnection: close");
        stream.write_all(format!("HTTP/1.1 200 OK\r\n{fields}\r\n\r\n").as_bytes()).ok();
    };
    thread::spawn(move || {
        listener.incoming().flatten().for_each(|it| {
            thread::spawn(move || answer(it));
        })
    });
    address
}

/// A directory with a built-in handler.
fn place(server: &str) -> Workplace {
    let place = Workplace::new();
    let server = LIVE.iter().find(|it| it.name == server).expect("a server");
    place.file("handler.wasm", server.component);
    place
}

fn served(record: &pollbench_reports::trace::TraceRecord) -> &Served {
    record.http.as_ref().expect("requests")
}

#[test]
fn all_that_a_handler_waits_for_is_seen() {
    let to = upstream(Duration::from_millis(2));
    for server in ["bare", "slab-list", "adaptive", "wstd"] {
        let place = place(server);
        for awaited in ["all", "any", "each"] {
            let path = format!("/{awaited}/7/20/{to}");
            let handler = [
                "--http",
                "--requests",
                "5",
                "--network",
                "loopback",
                "--path",
                &path,
                "handler.wasm",
            ];
            let (ran, record) = trace(&place, &handler);
            assert_eq!((ran.code, &record.ended), (Some(0), &Ended::Answered), "{}", ran.stderr);
            let served = served(&record);
            assert_eq!(
                served.answers,
                BTreeMap::from([(200, 5)]),
                "{server}, {awaited}: {}",
                ran.stderr
            );
            // wstd keeps the timer by which it polls without blocking.
            let left = if (server, awaited) == ("wstd", "each") { 5 } else { 0 };
            assert_eq!((served.requests, served.failed, served.pollables_left), (5, 0, left));
            // Each request to the other server has one pollable.
            let http = record.counts.kinds[PollableKind::Http.place()];
            assert_eq!(
                (http.made, http.dropped),
                (100, 100),
                "{server}, {awaited}: {}",
                ran.stderr
            );
            // All wait for the other server, and the times have to be somewhere.
            let took = served.took.expect("times");
            assert!(took.least >= 2_000_000, "{took:?}");
            assert!(record.time.blocked >= 5.0 * 2e6, "{:?}", record.time);
            assert!(ran.stderr.contains("requests   5, answered: 5 with 200"), "{}", ran.stderr);
        }
    }
}

#[test]
fn a_handler_reaches_nobody_without_a_network() {
    let place = place("bare");
    let path = format!("/all/7/1/{}", upstream(Duration::ZERO));
    let (ran, record) =
        trace(&place, &["--http", "--requests", "2", "--path", &path, "handler.wasm"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(served(&record).answers, BTreeMap::from([(502, 2)]), "{}", ran.stderr);
}

#[test]
fn requests_keep_to_their_rate() {
    let place = place("bare");
    let requests = ["--http", "--requests", "5", "--rate", "20", "--path", "/", "handler.wasm"];
    let (ran, record) = trace(&place, &requests);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(served(&record).answers, BTreeMap::from([(400, 5)]), "{}", ran.stderr);
    assert!(record.seconds >= 4.0 / 20.0, "{}", record.seconds);
}

#[test]
fn a_handler_that_does_not_answer_fails() {
    let place = Workplace::new();
    for (body, words) in [
        ("unreachable", "unreachable"),
        ("(drop (call $timer (i64.const 0)))", "without an answer"),
    ] {
        place.file("handler.wasm", &handler(body));
        let (ran, record) = trace(&place, &["--http", "--requests", "3", "handler.wasm"]);
        assert_eq!((ran.code, &record.ended), (Some(4), &Ended::Answered), "{}", ran.stderr);
        let served = served(&record);
        assert_eq!((served.requests, served.failed, served.answers.len()), (3, 3, 0));
        assert!(served.failure.as_ref().is_some_and(|it| it.contains(words)), "{served:?}");
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
        // What an instance has left ends with it.
        let left = if body == "unreachable" { 0 } else { 3 };
        let timers = record.counts.kinds[PollableKind::Timer.place()];
        assert_eq!((served.pollables_left, timers.made, timers.dropped), (left, left, left));
    }
    // One that waits for an hour.
    place.file("handler.wasm", &handler("(call $block (call $timer (i64.const 3600000000000)))"));
    let (ran, record) = trace(&place, &["--http", "--for", "300ms", "handler.wasm"]);
    assert_eq!((ran.code, &record.ended), (Some(0), &Ended::TimeUp), "{}", ran.stderr);
    assert_eq!(served(&record).requests, 0);
}

#[test]
fn requests_can_come_from_elsewhere() {
    let place = place("slab-list");
    let arguments = ["trace", "--http", "--requests", "0", "--for", "3s", "handler.wasm"];
    let mut child = place.command(&arguments);
    let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("listening on http://") {
        line.clear();
        assert_ne!(said.read_line(&mut line).unwrap(), 0, "it has ended");
    }
    let address = line.trim().rsplit('/').next().expect("an address");
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("/all/0/10/"), "{answer}");
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert_eq!(Ran::from(child.wait_with_output().unwrap()).code, Some(0), "{rest}");
    assert!(rest.contains("requests   1, answered: 1 with 400"), "{rest}");
}

#[test]
fn programs_and_handlers_are_not_taken_for_each_other() {
    let place = Workplace::new();
    place.file("program.wasm", &command("(call $say)"));
    place.file("handler.wasm", &handler(""));
    let p3 = LIVE.iter().find(|it| it.name == "p3").expect("p3 is built in");
    place.file("p3.wasm", p3.component);
    for (arguments, words) in [
        (&["--http", "program.wasm"][..], &["wasi:cli/run", "leave `--http` out"][..]),
        (&["handler.wasm"], &["wasi:http/incoming-handler", "trace --http"]),
        (&["--http", "p3.wasm"], &["a handler of WASI 0.3", "nothing to trace", "live http"]),
        (&["--http", "handler.wasm", "more"], &["--http", "[ARGS]"]),
        (&["--requests", "3", "program.wasm"], &["--http"]),
        (&["--http", "--path", "x", "handler.wasm"], &["begins with `/`"]),
        (&["--http", "--path", "/a b", "handler.wasm"], &["no path"]),
        (&["--http", "--rate", "0", "handler.wasm"], &["--rate"]),
    ] {
        place.refuses(&[&["trace"], arguments].concat(), words);
    }
}
