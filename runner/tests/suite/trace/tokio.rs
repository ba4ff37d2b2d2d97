//! Real tokio, on real sockets: it is sound, and says itself how often it has polled.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::replays::replay;
use super::trace;
use crate::support::command::Workplace;

const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../bench-guests/programs/tokio-echo");
const TARGET: &str = "wasm32-wasip2";

/// Builds the program. `None`, and a line that says why, where its target or its crates can't
/// be had.
fn build() -> Option<PathBuf> {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release", "--locked", "--target-dir"])
        .arg(&directory)
        .current_dir(PROGRAM)
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo runs");
    if !built.status.success() {
        let words = String::from_utf8_lossy(&built.stderr);
        let why = words.lines().find(|it| it.contains("error")).unwrap_or("cargo says nothing");
        eprintln!("not tested: tokio for {TARGET}: {why}");
        assert!(!words.contains("could not compile `tokio-echo`"), "{words}");
        return None;
    }
    Some(directory.join(TARGET).join("release/tokio-echo.wasm"))
}

#[test]
fn tokio_counts_the_polls_that_are_seen_of_it_and_is_sound() {
    let Some(program) = build() else { return };
    let program = program.to_str().expect("a path in UTF-8");
    let place = Workplace::new();
    let echo = ["--network", "loopback", "-o", "app.trace", program, "100", "10", "50"];
    let (ran, record) = trace(&place, &echo);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let counts = &record.counts;
    let seen = format!("{} polls, {} handles\n", counts.polls, counts.handles);
    assert_eq!(ran.stdout, seen, "{}", ran.stderr);
    assert_eq!(record.findings, [], "{}", ran.stderr);
    // Each poll passes both ends of each connection, at least.
    assert!(counts.polls >= 50 && counts.handles_a_poll.median >= 190, "{}", ran.stderr);

    // tokio makes a list of all that it waits for, as `vector-scan` does, and so a replay on
    // that passes about as many handles as real tokio did.
    let (replayed, again) = replay(&place, &["--guests", "vector-scan"]);
    assert_eq!(replayed.code, Some(0), "{}{}", replayed.stdout, replayed.stderr);
    let again = again.cells[0].counters.as_ref().expect("counters").whole_run;
    let ratio = again.handles_passed as f64 / counts.handles as f64;
    assert!((0.75..1.25).contains(&ratio), "{ratio}: {again:?}, {counts:?}");

    // Without a network there is nothing to wait for.
    let (ran, record) = trace(&place, &[program, "1", "1", "1"]);
    assert_eq!((ran.code, record.counts.polls), (Some(1), 0), "{}", ran.stderr);
    assert!(ran.stderr.contains("PermissionDenied"), "{}", ran.stderr);
}
