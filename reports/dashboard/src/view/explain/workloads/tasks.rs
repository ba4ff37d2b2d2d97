use super::{DELAY, Workload, row, setting};

/// Those that are about timers and tasks more than about pollables.
pub const WORKLOADS: &[Workload] = &[
    Workload {
        name: "timers",
        question: "What do timers cost when they come in storms?",
        tasks: "N tasks each set a timer at about the same time, and another one when it is over. \
                Some sleep until their timer ends. The others wait for a pollable under a \
                timeout, which is cancelled because the pollable is ready first.",
        asks: "It asks an executor to set, cancel and end many timers, with few pollables for \
               them.",
        bad: "A pollable for each timer makes every poll as long as that of N connections. A list \
              of timers that is walked through for each one that ends grows with the square of N.",
        parameters: &[
            setting(
                "deadlines",
                "The timers of a storm end at the same time, at random, or the last set first \
                 (descending).",
            ),
            setting("cancelled", "So many timers in a hundred are cancelled."),
            setting(
                "span",
                "This is the time from the first deadline of a storm to the last, in nanoseconds.",
            ),
        ],
        times: &[
            row("task 0", "o----!o----!"),
            row("task 1", "o---xo----xo"),
            row("task 2", "o----!o----!"),
            row("task 3", "o---xo----xo"),
            row("task 4", "o----!o----!"),
            row("task 5", "o---xo----xo"),
        ],
    },
    Workload {
        name: "wakes",
        question: "What does a wake-up without I/O cost beside idle pollables?",
        tasks: "A few tasks yield again and again, which is work without any waiting. N others \
                wait, and one of them has an event now and then.",
        asks: "It asks an executor not to poll too often while there is work, and not too seldom: \
               the one event has to be found as well.",
        bad: "A guest that polls all N after each task pays for N handles at each yield. One that \
              never polls while tasks are runnable leaves the event unserved, and fails as \
              starved.",
        parameters: &[setting("yielders", "This is the number of tasks that only yield.")],
        times: &[
            row("yielder 0", "yyyyyyyyyyyy"),
            row("yielder 1", "yyyyyyyyyyyy"),
            row("task 0", "---------*--"),
            row("task 1", "------------"),
            row("task 2", "------------"),
            row("task 3", "------------"),
        ],
    },
    Workload {
        name: "spawn",
        question: "What does a task cost that starts, waits once and ends?",
        tasks: "N tasks are alive. The oldest A have an event each: such a task starts the one \
                that takes its place, and ends. It is a server that has a task for each request. \
                The picture has A = 1.",
        asks: "It asks an executor to start and end tasks cheaply: memory is taken and given \
               back, and each task runs for the first time.",
        bad: "A task leaves something behind when it ends, or its start needs a poll of its own. \
              What is dearer here than under churn is the price of the task itself.",
        parameters: &[],
        times: &[
            row("task 0", "-*          "),
            row("task 1", "---*        "),
            row("task 2", "-----*      "),
            row("task 3", " s-----*    "),
            row("task 4", "   s-----*  "),
            row("task 5", "     s-----*"),
        ],
    },
    Workload {
        name: "streams",
        question: "What do reading a stream and subscribing to it cost?",
        tasks: "N tasks each read a stream, as the body of a request. A tokens go round: a task \
                that has its event reads a chunk, and passes the token on. When a stream is at \
                its end, the task is given another one. The picture has A = 1 and streams of one \
                chunk; a stream's end is an event like its chunks.",
        asks: "It asks an executor for what idle asks, over pollables that are children of \
               another resource: the pollable has to be dropped before its stream.",
        bad: "A pollable that is made anew for each read is paid for with each event. A stream \
              that is dropped before its pollable ends the guest with a trap.",
        parameters: &[
            DELAY,
            setting(
                "chunks",
                "So many chunks of a stream arrive before its end. With 0 it never ends, and \
                 only reading differs from idle.",
            ),
            setting("bytes", "This is the number of bytes in a chunk, which are copied."),
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
        name: "replay",
        question: "Which executor would be best for this program?",
        tasks: "Tasks wait for what a real program waited for, as its trace has it. What became \
                ready while the program was waiting becomes ready at that time. What became ready \
                while it was busy is taken for an answer to what it had done in the turn before, \
                and follows that. The picture has a program with a server's socket and two \
                connections.",
        asks: "It asks an executor for what the program asks it for, with as many pollables, of \
               which as many become ready together.",
        bad: "A trace doesn't tell which pollables one task awaits together; such tasks differ.",
        parameters: &[setting(
            "trace",
            "This is the file of the trace. It says how many pollables there are.",
        )],
        times: &[
            row("listener", "*-----------"),
            row("client 0", ".-*--*--*---"),
            row("client 1", "...--*----*-"),
        ],
    },
];
