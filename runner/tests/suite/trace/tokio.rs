//! Real tokio, on real sockets: it is sound, and says itself how often it has polled.

use std::path::{Path, PathBuf};
use std::process::Command;

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
    let (ran, record) = trace(&place, &["--network", "loopback", program, "100", "10", "50"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let counts = &record.counts;
    let seen = format!("{} polls, {} handles\n", counts.polls, counts.handles);
    assert_eq!(ran.stdout, seen, "{}", ran.stderr);
    assert_eq!(record.findings, [], "{}", ran.stderr);
    // Each poll passes both ends of each connection, at least.
    assert!(counts.polls >= 50 && counts.handles_a_poll.median >= 190, "{}", ran.stderr);

    // Without a network there is nothing to wait for.
    let (ran, record) = trace(&place, &[program, "1", "1", "1"]);
    assert_eq!((ran.code, record.counts.polls), (Some(1), 0), "{}", ran.stderr);
    assert!(ran.stderr.contains("PermissionDenied"), "{}", ran.stderr);
}
