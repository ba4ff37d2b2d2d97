use super::{Finds, Guest, List, Runs, Turn, USUAL, setting};

/// Loops that programs use today.
pub const GUESTS: &[Guest] = &[
    Guest {
        name: "dotnet",
        summary: "The event loop and the timer queue of .NET, written again point by point. Its \
                  strength is the simplest of structures, and that a ready task runs while its \
                  data is still in the processor's caches.",
        keeps: "It keeps a vector of holders. A holder has a pollable and what is to follow.",
        hands_over: "It builds the list of all handles anew, without the holders that were \
                     cancelled. While work is queued, a marker stands at its end.",
        afterwards: "It disposes of what is ready and runs its task at once, within the turn. \
                     What that registers comes before the holders that were not ready.",
        costs: "The guest's part of a turn grows with N, and so does the host's. Registering and \
                cancelling take the same time whatever N is. A timer that is earlier than all \
                before it leaves one more pollable in the list until its time.",
        knobs: &[],
        turn: Turn { list: List::Rebuilt, finds: Finds::Scan, ..USUAL },
    },
    Guest {
        name: "wstd",
        summary: "The crate wstd, unchanged. It is at its best when few pollables are ready at a \
                  time.",
        keeps: "It keeps a slab of pollables, and a hash map from each wait to its waker.",
        hands_over: "It builds the list of all that is awaited anew, in the order of the hash \
                     map. It does so after each task that it runs, as long as another is \
                     runnable, with a pollable that is always ready in place of a marker.",
        afterwards: "It wakes the tasks of what is ready, runs one of them, and polls all again. \
                     A task that waits first asks its pollable whether it is ready. As long as tasks are \
                     runnable, the guest learns of nothing that has happened since it last blocked.",
        costs: "Both parts of a turn grow with N, and while tasks are runnable there is a turn \
                for each task that runs. So if A are ready at once, they cost A times N.",
        knobs: &[setting(
            "tasks",
            "Each task is one of wstd's own (spawned), or all are parts of a single one (joined); \
             then a burst costs a poll or two in place of one for each task.",
        )],
        turn: Turn {
            list: List::Rebuilt,
            busy: true,
            runs: Runs::One,
            next: "all that waits again, for one task",
            ..USUAL
        },
    },
    Guest {
        name: "spin-executor",
        summary: "The crate spin-executor, unchanged. It is simple, and good as long as most of \
                  what is awaited is ready.",
        keeps: "It keeps a vector of pairs, each a pollable and a waker.",
        hands_over: "It builds the list of all handles anew, without those that were cancelled, \
                     and blocks. It has no way to poll without blocking, and none to yield.",
        afterwards: "It goes through all pairs: it wakes the ready ones and moves the others to a \
                     new vector. Then the program's one future runs, and in it the tasks that \
                     were woken. A ready pollable is dropped and can't be awaited again.",
        costs: "The guest's part of a turn grows with N, with a lock and a reference count for \
                each wait. The host's part grows with N as well.",
        knobs: &[],
        turn: Turn { list: List::Rebuilt, finds: Finds::Scan, ..USUAL },
    },
    Guest {
        name: "wasi-async-runtime",
        summary: "The crate wasi-async-runtime, unchanged. It is good when everything that is \
                  awaited comes.",
        keeps: "It keeps a slab of pollables, and a hash map of their wakers. What lost a race \
                stays in both until the program ends.",
        hands_over: "It builds the list of all handles anew and blocks. It has no way to poll \
                     without blocking, and none to yield.",
        afterwards: "It wakes the tasks of what is ready, and the program's one future runs. Each \
                     woken wait asks its pollable once more whether it is ready, drops it, and \
                     can't await it again.",
        costs: "Both parts of a turn grow with N, and N grows with each wait that lost a race. \
                Once such a loser is ready, every later poll returns at once.",
        knobs: &[],
        turn: Turn { list: List::Rebuilt, ..USUAL },
    },
];
