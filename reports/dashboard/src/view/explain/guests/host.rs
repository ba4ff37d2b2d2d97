use super::{Guest, Host, List, Runs, Turn, USUAL, setting};

/// Those that hand over no list, because the host keeps it.
pub const GUESTS: &[Guest] = &[
    Guest {
        name: "poll-set",
        summary: "An experiment that shows what WASI 0.2 could have had, and no release has: a \
                  set of pollables that the host keeps between two calls, as epoll of Linux does. \
                  It runs on the host lean only.",
        keeps: "It keeps, by handle, which task waits for it. The set itself is kept by the host.",
        hands_over: "It adds a pollable to the set once, by a call of its own, and then hands \
                     over nothing. A pollable leaves the set when it is dropped.",
        afterwards: "It wakes the tasks of the reported pollables. One that is awaited again is \
                     still in the set, so that waiting again costs no call.",
        costs: "A turn grows with A, in the guest and in the host. N does not matter.",
        knobs: &[
            setting("max", "This is the most that one call may report."),
            setting(
                "registration",
                "A pollable stays in the set after it was reported (kept), or is removed and must \
                 be added again (one-shot), which shows what the calls cost.",
            ),
        ],
        turn: Turn {
            list: List::Set,
            host: Host::Told,
            next: "one call again, without a list",
            ..USUAL
        },
    },
    Guest {
        name: "p3",
        summary: "WASI 0.3, in which the host runs the loop and pollables are gone. A wait is an \
                  async call of the host. It is good when few of many are ready, and at no size \
                  when nearly all are.",
        keeps: "It keeps the tasks, each with the call that it has under way. The runtime of \
                wit-bindgen does that.",
        hands_over: "It hands over nothing. Each wait is a call that returns when its event has \
                     come.",
        afterwards: "The host calls the guest back once for each call that has returned. The \
                     guest runs that task until it waits again.",
        costs: "An event costs nearly the same whatever N is: what keeps the calls grows with the \
                logarithm of N. Many events at once share nothing, so they grow with A.",
        knobs: &[],
        turn: Turn {
            list: List::Calls,
            host: Host::Told,
            runs: Runs::One,
            next: "the host calls back for event 5",
            ..USUAL
        },
    },
];
