use super::{Finds, Guest, List, SETTINGS, Turn, USUAL};

/// Those that hand over all handles in each turn.
pub const GUESTS: &[Guest] = &[
    Guest {
        name: "bare",
        summary: "A loop over the states of its tasks, written by hand, without futures and \
                  wakers. It is the floor that the others are measured against, and no executor \
                  that a program could use.",
        keeps: "It keeps the list of handles itself. Beside each handle stands the task that \
                waits for it, and each task knows the place of its handle.",
        hands_over: "It hands over the whole list as it is.",
        afterwards: "It goes straight to the tasks of the reported handles and runs them. A \
                     handle that is awaited again stays in its place; the last of the list takes \
                     the place of one that is dropped.",
        costs: "The guest's part of a turn grows with A and allocates nothing. The host's part \
                grows with N.",
        knobs: &[],
        turn: USUAL,
    },
    Guest {
        name: "vector-scan",
        summary: "The simplest executor: a vector that is gone through from its beginning to its \
                  end in each turn. It is good when most pollables are ready.",
        keeps: "It keeps a vector of pairs, each a handle and the task that waits for it.",
        hands_over: "It builds the list of all handles anew and hands it over.",
        afterwards: "It notes which positions were reported and goes through the whole vector: \
                     what is ready leaves it, and the task is woken. All that were woken run \
                     before the next poll.",
        costs: "The guest's part of a turn grows with N, and so does the host's. Cancelling a \
                wait searches the vector, which grows with N as well.",
        knobs: &[],
        turn: Turn { list: List::Rebuilt, finds: Finds::Scan, ..USUAL },
    },
    Guest {
        name: "slab",
        summary: "As vector-scan, over a slab: a vector in which each wait has a numbered place, \
                  and free places are used again. It does better under timeouts that lose.",
        keeps: "It keeps the slab of pairs, each a handle and its task.",
        hands_over: "It builds the list of all handles anew from the slab and hands it over.",
        afterwards: "It takes the reported waits out of their places and wakes their tasks, which \
                     run before the next poll.",
        costs: "Building the list grows with N, and so does the host's part. Registering and \
                cancelling a wait take the same time whatever N is.",
        knobs: SETTINGS,
        turn: Turn { list: List::Rebuilt, ..USUAL },
    },
    Guest {
        name: "slab-list",
        summary: "As slab, but the list for the host is kept as well, so that nothing is built in \
                  a turn. It is good when few of many are ready.",
        keeps: "It keeps the slab, and beside it the list of handles, which each registration and \
                each cancellation brings up to date.",
        hands_over: "It hands over the whole list as it is.",
        afterwards: "It takes the reported waits out of slab and list, where the last of the list \
                     takes the free place, and wakes their tasks.",
        costs: "The guest's part of a turn grows with A only. The host's part grows with N all \
                the same, so an event among N idle pollables is hardly cheaper.",
        knobs: SETTINGS,
        turn: USUAL,
    },
];
