//! What components do wrong, and what they do right.

use pollbench_reports::trace::FindingKind;

/// A component that does one thing wrong.
pub struct Wrong {
    pub kind: FindingKind,
    pub body: &'static str,
    /// The words of the finding that have the numbers which the body makes certain.
    pub words: &'static str,
}

/// For each finding, a component to find it in.
pub const WRONG: [Wrong; 8] = [
    // 200 pollables that are ready; one is handled after each poll.
    Wrong {
        kind: FindingKind::PollsAfterEveryTask,
        body: "
        (local.set $n (i32.const 200))
        (loop $make
          (call $set (local.get $i) (call $subscribe (call $stdout)))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $make (i32.lt_u (local.get $i) (local.get $n))))
        (loop $turn
          (drop (call $wait (local.get $n)))
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (call $drop (call $get (local.get $n)))
          (br_if $turn (local.get $n)))",
        words: "of 200 waits found nothing new",
    },
    // It asks a timer again and again whether it is due.
    Wrong {
        kind: FindingKind::BusyLoop,
        body: "
        (local.set $p (call $timer (i64.const 50000000)))
        (loop $ask (br_if $ask (i32.eqz (call $ready (local.get $p)))))",
        words: "calls of `ready`, and 0 waits",
    },
    // 500 timers, none of which is dropped.
    Wrong {
        kind: FindingKind::PollablesKept,
        body: "
        (loop $turn
          (call $set (i32.const 0) (call $timer (i64.const 100000)))
          (drop (call $wait (i32.const 1)))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $turn (i32.lt_u (local.get $i) (i32.const 500))))",
        words: "500 were made, and 0 dropped",
    },
    // 50 tasks that sleep, again and again, each with a timer of its own.
    Wrong {
        kind: FindingKind::PollablePerTimer,
        body: "
        (loop $make
          (call $set (local.get $i) (call $timer (i64.mul (i64.const 1000000)
            (i64.extend_i32_u (i32.add (local.get $i) (i32.const 2))))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $make (i32.lt_u (local.get $i) (i32.const 50))))
        (loop $turn
          (local.set $n (call $wait (i32.const 50)))
          (loop $each
            (local.set $n (i32.sub (local.get $n) (i32.const 1)))
            (local.set $i (call $reported (local.get $n)))
            (call $drop (call $get (local.get $i)))
            (call $set (local.get $i) (call $timer (i64.mul (i64.const 1000000)
              (i64.extend_i32_u (i32.add (local.get $i) (i32.const 2))))))
            (br_if $each (local.get $n)))
          (local.set $k (i32.add (local.get $k) (i32.const 1)))
          (br_if $turn (i32.lt_u (local.get $k) (i32.const 100))))",
        words: "50.0 timers are in the list of a wait on average, in 100 waits",
    },
    // Each time the output can be written to, the timer that says when that takes too long
    // is set anew, and the former one stays in the list.
    Wrong {
        kind: FindingKind::SupersededTimers,
        body: "
        (local.set $s (call $stdout))
        (call $set (i32.const 0) (call $subscribe (local.get $s)))
        (local.set $n (i32.const 1))
        (loop $turn
          (call $set (local.get $n) (call $timer (i64.const 60000000000)))
          (local.set $n (i32.add (local.get $n) (i32.const 1)))
          (drop (call $wait (local.get $n)))
          (call $check-write (local.get $s) (i32.const 1024))
          (br_if $turn (i32.lt_u (local.get $n) (i32.const 100))))",
        words: "98 timers were set after something else had become ready",
    },
    // The output could be written to, and nobody writes.
    Wrong {
        kind: FindingKind::ReadyLeftInList,
        body: "
        (call $set (i32.const 0) (call $subscribe (call $stdout)))
        (call $set (i32.const 1) (call $timer (i64.const 60000000000)))
        (loop $turn
          (drop (call $wait (i32.const 2)))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $turn (i32.lt_u (local.get $i) (i32.const 1000))))",
        words: "999 of 1,000 waits returned at once",
    },
    // Ten at a time, and one is blocked on after the other.
    Wrong {
        kind: FindingKind::OneHandleAPoll,
        body: "
        (loop $round
          (local.set $i (i32.const 0))
          (loop $make
            (call $set (local.get $i) (call $timer (i64.const 2000000)))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $make (i32.lt_u (local.get $i) (i32.const 10))))
          (loop $each
            (local.set $i (i32.sub (local.get $i) (i32.const 1)))
            (call $block (call $get (local.get $i)))
            (call $drop (call $get (local.get $i)))
            (br_if $each (local.get $i)))
          (local.set $k (i32.add (local.get $k) (i32.const 1)))
          (br_if $round (i32.lt_u (local.get $k) (i32.const 6))))",
        words: "60 of 60 waits were for a single pollable, while 4.5 other waits",
    },
    // A timer that is due at once is in every list.
    Wrong {
        kind: FindingKind::ZeroDurationInList,
        body: "
        (call $set (i32.const 0) (call $timer (i64.const 60000000000)))
        (loop $turn
          (call $set (i32.const 1) (call $timer (i64.const 0)))
          (drop (call $wait (i32.const 2)))
          (call $drop (call $get (i32.const 1)))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $turn (i32.lt_u (local.get $i) (i32.const 500))))",
        words: "500 of 500 waits had a timer",
    },
];

/// Components with nothing wrong.
pub const SOUND: [(&str, &str); 4] = [
    ("nothing to wait for", "(call $say)"),
    (
        "one timer for the first deadline of all",
        "
        (loop $turn
          (call $set (i32.const 0) (call $timer (i64.const 1000000)))
          (drop (call $wait (i32.const 1)))
          (call $drop (call $get (i32.const 0)))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $turn (i32.lt_u (local.get $i) (i32.const 150))))",
    ),
    (
        "a pollable that is used again for each write",
        "
        (local.set $s (call $stdout))
        (call $set (i32.const 0) (call $subscribe (local.get $s)))
        (call $set (i32.const 1) (call $timer (i64.const 60000000000)))
        (loop $turn
          (drop (call $wait (i32.const 2)))
          (call $check-write (local.get $s) (i32.const 1024))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $turn (i32.lt_u (local.get $i) (i32.const 300))))",
    ),
    (
        "100 that are ready at a time, all of which are handled",
        "
        (loop $turn
          (local.set $i (i32.const 0))
          (loop $make
            (call $set (local.get $i) (call $subscribe (call $stdout)))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $make (i32.lt_u (local.get $i) (i32.const 100))))
          (drop (call $wait (i32.const 100)))
          (loop $each
            (local.set $i (i32.sub (local.get $i) (i32.const 1)))
            (call $drop (call $get (local.get $i)))
            (br_if $each (local.get $i)))
          (local.set $k (i32.add (local.get $k) (i32.const 1)))
          (br_if $turn (i32.lt_u (local.get $k) (i32.const 100))))",
    ),
];
