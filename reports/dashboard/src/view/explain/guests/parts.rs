use super::{Guest, List, Turn, USUAL, setting};

/// Those that hand over a part of all handles while tasks are runnable.
pub const GUESTS: &[Guest] = &[
    Guest {
        name: "batched",
        summary: "While tasks are runnable it asks the host about a small part of its handles at \
                  a time. It helps where the guest is busy, and can't help where nearly all is \
                  idle.",
        keeps: "It keeps a slab and a list as slab-list does, and the place in the list where the \
                next part begins.",
        hands_over: "While tasks are runnable it hands over the next part, and a marker so that \
                     the poll can't block. When none is, it hands over all and blocks: whoever \
                     blocks on a part can sleep through an event of the rest.",
        afterwards: "It wakes the tasks of what is ready. What the part left out stays ready, and \
                     a later part finds it.",
        costs: "While the guest is busy, both parts of a turn grow with the batch, whatever N is. \
                When it is idle, the guest's part grows with A and the host's with N.",
        knobs: &[setting(
            "batch",
            "This is the number of handles in a part, and of tasks that run between two polls, \
             while tasks are runnable.",
        )],
        turn: Turn {
            list: List::Part(&[0, 1, 2, 3]),
            busy: true,
            next: "hand over the next part, 4 to 7",
            ..USUAL
        },
    },
    Guest {
        name: "tiered",
        summary: "It asks about the recently active handles first, which are called hot. It wins \
                  when a few of many have events again and again.",
        keeps: "It keeps a slab and a list as slab-list does. The handles that were registered \
                last stand at the front of the list and are the hot ones.",
        hands_over: "While the hot ones have something ready, it hands over those and a marker. \
                     It hands over all when they have nothing, once in so many polls, and \
                     whenever it blocks.",
        afterwards: "It wakes the tasks of what is ready. A handle that is awaited again is hot \
                     again, and an old one leaves the hot set for it.",
        costs: "A poll of the hot ones grows with their number; a poll of all grows with N. When \
                the activity goes round evenly, each event pays for a poll of the hot ones in \
                vain. A cold event may wait until the next poll of all.",
        knobs: &[
            setting("hot", "This is how many of the last registered handles are hot."),
            setting("interval", "One poll in so many is a poll of all handles."),
        ],
        turn: Turn {
            list: List::Part(&[0, 1, 2]),
            busy: true,
            next: "hand over the hot ones, or all 8",
            ..USUAL
        },
    },
    Guest {
        name: "adaptive",
        summary: "A library to build programs on. It measures what polls of different parts find, \
                  and asks about no more handles than that shows to pay.",
        keeps: "It keeps the handles in the order of their numbers, rings of those that had an \
                event lately, how much each kind of poll has found for its cost, and how much the \
                host can still report.",
        hands_over: "It hands over all handles when no task is runnable and nothing else pays; \
                     before that, the handles of a ring and a part of the list, the next handles \
                     behind a row of ready ones, or the rest of a join. A poll that must not \
                     block has a marker.",
        afterwards: "It wakes the tasks of what is ready. A handle that is awaited again keeps \
                     its place. Each handle is polled at the latest after a fixed number of \
                     polls, so that none starves.",
        costs: "A turn grows with the handles that are polled, in the guest and in the host. An \
                event that comes from anywhere among N idle pollables still costs a poll of all, \
                which grows with N.",
        knobs: &[],
        turn: Turn {
            list: List::Part(&[1, 2, 5, 6]),
            busy: true,
            next: "hand over what pays, at last all 8",
            ..USUAL
        },
    },
];
