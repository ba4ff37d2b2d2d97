use super::Word;

const fn word(word: &'static str, meaning: &'static str) -> Word {
    Word { word, meaning }
}

/// The glossary, in an order in which each word needs only those before it.
pub const WORDS: &[Word] = &[
    word(
        "guest",
        "A guest is a program in WebAssembly. Here it is an executor, built as a component of \
         WASI, and its tasks do what the workload says.",
    ),
    word(
        "host",
        "The host is the program that runs the guest: here it is wasmtime, with what pollbench \
         puts behind the guest's pollables.",
    ),
    word(
        "boundary",
        "The boundary lies between guest and host. In a split of times it is the part of a call \
         that is neither the guest's code nor the host's function: copying the arguments and the \
         result, checking handles, and the bookkeeping of the engine.",
    ),
    word(
        "task",
        "A task is a line of work of its own in the guest, such as serving one connection. It \
         runs until it has to wait for something.",
    ),
    word(
        "waker",
        "A waker is what a guest keeps of a task that waits, in order to make it runnable again.",
    ),
    word(
        "executor",
        "An executor, or event loop, decides which task runs next, and waits when none can run.",
    ),
    word(
        "pollable",
        "A pollable stands for one thing that a guest of WASI 0.2 can wait for, such as data on a \
         connection or a point in time. It is ready or not, and it stays ready until that data \
         has been taken.",
    ),
    word("handle", "A handle is the number by which a guest names a pollable to the host."),
    word(
        "poll",
        "A poll is one call of the function poll of wasi:io/poll. The guest hands over a list of \
         handles; the call blocks until at least one is ready, and returns the positions of the \
         ready ones in the list, which are called indices.",
    ),
    word(
        "look",
        "The host looks at a pollable when it asks whether it is ready. A poll looks at each handle \
         of its list: once if something is ready at once, and once more each time it is woken. The \
         count that is called looks in a record is that of such walks over a whole list.",
    ),
    word(
        "turn",
        "A turn is one time round an event loop: run what is runnable, poll, and find the tasks \
         of what is ready.",
    ),
    word(
        "event",
        "An event is what makes a pollable ready or a timer end, and lets a task go on. Times and \
         counts are given for one event; under wakes they are given for one yield.",
    ),
    word(
        "yield",
        "A task that yields lets the other runnable tasks run first, though it could go on.",
    ),
    word(
        "marker",
        "A marker is a pollable of the clock whose time has passed, at the end of a list. With it \
         a poll can't block, which is needed while tasks are runnable.",
    ),
    word("latency", "The latency of an event is the time from when it is due until its task runs."),
    word("N", "N is the number of pollables of a workload; most tasks wait for one each."),
    word("A", "A is the number of active pollables: those that have an event under way."),
    word(
        "spurious wake-up",
        "A spurious wake-up is a poll after which no task runs before the next poll.",
    ),
    word(
        "starvation",
        "A task starves if it could run, or its event has come, and others run again and again in \
         its place.",
    ),
    word(
        "lost wake-up",
        "A wake-up is lost if a task could run and the guest blocks in front of it. If nothing \
         else ever comes, the program hangs.",
    ),
    word(
        "fuel",
        "Fuel is how wasmtime counts the work of a guest: about one unit for each instruction of \
         WebAssembly. The count is the same on every run.",
    ),
    word(
        "net time",
        "The net time of an event is its time without what pollbench itself takes to play the \
         events. Guests are compared by it.",
    ),
    word(
        "cell",
        "A cell is a guest with its knobs on a host, under a workload with its parameters, at one \
         N and A. It is what is measured.",
    ),
    word(
        "round",
        "In a round every cell is timed once, and guests that are compared take turns in an order \
         that is drawn anew. What slows the machine for a while so hits all of them alike.",
    ),
    word(
        "change point",
        "A change point is the run from which on the values of a cell differ from those before \
         it. It is found in the whole course of the runs, and not from two neighbours.",
    ),
    word(
        "usual difference",
        "The usual difference is by how much a value differs from one run to the next when no run \
         stands out: the median over all neighbouring runs.",
    ),
];
