use super::{Workload, row, setting};

/// Those in which pollables belong together.
pub const WORKLOADS: &[Workload] = &[
    Workload {
        name: "fan-out",
        question: "What does waiting for several things at once cost?",
        tasks: "N pollables belong to parents, so many to each. A parent waits for all of its \
                pollables (a join), for any of them (a race), or starts a child task for each. \
                Then a token goes to the next parent. The picture is a join of three.",
        asks: "It asks an executor to know how much of a wait is missing, and to cancel many \
               waits after a race.",
        bad: "A join that looks at all of its members whenever one is ready grows with the square \
              of their number.",
        parameters: &[
            setting("mode", "A parent waits for all, for any, or for each in a child task."),
            setting("width", "This is the number of pollables of a parent."),
            setting(
                "waves",
                "The pollables of a parent become ready in so many parts, one after the other. \
                 With any it has no meaning.",
            ),
        ],
        times: &[
            row("member 0", "-*----------"),
            row("member 1", "---*--------"),
            row("member 2", "-----*------"),
            row("parent 0", "------#-----"),
            row("member 3", "-------*----"),
            row("member 4", "---------*--"),
            row("member 5", "----------*-"),
            row("parent 1", "-----------#"),
        ],
    },
    Workload {
        name: "shared",
        question: "What does an event cost that wakes several tasks?",
        tasks: "N tasks stand in groups. A group waits for one event, each task with a pollable \
                of its own, as for a connection from a pool or for the end of the program. Then \
                the token goes to the next group.",
        asks: "It asks an executor to wake a whole group at once.",
        bad: "The host looks at what the pollables of a group have in common only once. A guest \
              that works on each of them for long doesn't gain from that.",
        parameters: &[setting("waiters", "This is the number of tasks in a group.")],
        times: &[
            row("group 0", "-*-----*----"),
            row("group 0", "-*-----*----"),
            row("group 0", "-*-----*----"),
            row("group 1", "----*-----*-"),
            row("group 1", "----*-----*-"),
            row("group 1", "----*-----*-"),
        ],
    },
];
