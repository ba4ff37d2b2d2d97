use super::{DELAY, Workload, row, setting};

/// Those in which each task waits for one pollable.
pub const WORKLOADS: &[Workload] = &[
    Workload {
        name: "idle",
        question: "What does an event cost when nearly all pollables are idle?",
        tasks: "N tasks each wait for a pollable that is used again and again, as for the data of \
                a connection. A tokens go round: a task that has its event passes the token on to \
                the next one. The picture has A = 1.",
        asks: "It asks an executor to find the one that is ready among N without work for all the \
               others.",
        bad: "Every event pays for a poll of all N, so the time per event grows with N. In WASI \
              0.2 each design does that here, some with more work in the guest beside it.",
        parameters: &[
            DELAY,
            setting(
                "yielders",
                "So many tasks beside the N only yield, which is work that never ends.",
            ),
        ],
        times: &[
            row("task 0", "*-----*-----"),
            row("task 1", "-*-----*----"),
            row("task 2", "--*-----*---"),
            row("task 3", "---*-----*--"),
            row("task 4", "----*-----*-"),
            row("task 5", "-----*-----*"),
        ],
    },
    Workload {
        name: "burst",
        question: "What does an event cost when all pollables are ready?",
        tasks: "N tasks each wait for a pollable. All become ready at once, and again as soon as \
                every task has had its event. It is the opposite of idle.",
        asks: "It asks an executor to share one poll among many events, and to run many tasks \
               quickly.",
        bad: "An executor that polls all N again after each task does N polls of N handles for \
              one burst. Beyond what one poll can report, which tokio, the runtime below wasmtime, \
              limits, even a good one that polls all has to do so again and again.",
        parameters: &[],
        times: &[
            row("task 0", "--*----*----"),
            row("task 1", "--*----*----"),
            row("task 2", "--*----*----"),
            row("task 3", "--*----*----"),
            row("task 4", "--*----*----"),
            row("task 5", "--*----*----"),
        ],
    },
    Workload {
        name: "churn",
        question: "What do registering, cancelling and timers cost?",
        tasks: "As in idle, tokens go round. But each event drops its pollable, makes a new one, \
                and starts a new timeout over it, as the requests of a server do. The timeout \
                nearly always loses.",
        asks: "It asks an executor to register and to cancel a wait and a timer for every event, \
               cheaply.",
        bad: "Cancelling searches all N waits; a timer that was cancelled stays behind; or a \
              pollable for each timer makes the list twice as long.",
        parameters: &[
            setting("timeout", "This is how long until a timeout wins, in nanoseconds."),
            setting("lapse", "One event in so many is a timeout that wins; with 0 none is."),
        ],
        times: &[
            row("task 0", "@-----@-----"),
            row("task 1", "-@-----@----"),
            row("task 2", "--@-----@---"),
            row("task 3", "---!-----@--"),
            row("task 4", "----@-----@-"),
            row("task 5", "-----@-----@"),
        ],
    },
    Workload {
        name: "chain",
        question: "What does a hop from task to task cost behind idle pollables?",
        tasks: "One token goes down and up a chain of tasks, as a request goes down through the \
                layers of a program and its answer comes back. Beside it N tasks wait, and \
                nothing ever comes for them.",
        asks: "It asks an executor to be quick with one event at a time. Nothing is shared, so it \
               is the worst case of idle.",
        bad: "A guest that needs two polls for a hop takes twice the time.",
        parameters: &[setting(
            "depth",
            "This is the number of tasks in the chain. With 2 it is ping-pong.",
        )],
        times: &[
            row("chain 0", "*-----*-----"),
            row("chain 1", "-*---*-*---*"),
            row("chain 2", "--*-*---*-*-"),
            row("chain 3", "---*-----*--"),
            row("N others", "------------"),
        ],
    },
    Workload {
        name: "skew",
        question: "How long does an event of a rarely active pollable wait?",
        tasks: "As in idle, but which task gets a token is drawn by chance after Zipf's law: a \
                few tasks have most of the events, and most tasks are cold, with few.",
        asks: "It asks an executor to be quick for the busy few, and not to forget the cold ones.",
        bad: "A design that looks at the busy ones first is faster for most events. Without a \
              bound on that, the cold ones wait long, or for ever.",
        parameters: &[setting(
            "exponent",
            "This is the exponent of Zipf's law in hundredths. With 0 all are equally active.",
        )],
        times: &[
            row("task 0", "*-*-**-*-**-"),
            row("task 1", "-*-*--------"),
            row("task 2", "--------*---"),
            row("task 3", "------*-----"),
            row("task 4", "------------"),
            row("task 5", "-----------*"),
        ],
    },
    Workload {
        name: "arrivals",
        question: "How long do events wait when they come whether or not the guest is ready?",
        tasks: "Events come at planned times, each for one of N tasks that is drawn at random, as \
                requests come from clients who don't know of each other. An event for a task that \
                has one already waits in a queue.",
        asks: "It asks an executor for short waits: latency counts from the planned time, so that \
               what waits behind others shows it.",
        bad: "A guest that polls a long list at a time finds many events afterwards, which all \
              came while it polled and had to wait.",
        parameters: &[
            setting("gap", "This is the mean time from event to event, in virtual nanoseconds."),
            setting("burst", "So many events come at the same time."),
        ],
        times: &[
            row("task 0", "-*-----*----"),
            row("task 1", "----**------"),
            row("task 2", "*--------*--"),
            row("task 3", "-----*------"),
            row("task 4", "--*-------*-"),
            row("task 5", "-----*-----*"),
        ],
    },
];
