//! Cases at the edge of what the contract allows, in which executors have been wrong.

use pollbench_reports::check::Group;
use pollbench_simulation::scripted::ScriptedStep::{
    self, Again, Join, Race, Read, Repeat, Sleep, Spawn, Timeout, Wait, Yield,
};
use pollbench_simulation::scripted::TaskScripts;

use super::examination::Examination;

const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1_000 * MILLISECOND;
const HOUR: u64 = 3_600 * SECOND;
/// More steps than a task whose event is due may be kept waiting for.
const CHAIN: u32 = 12_000;

/// A case and its name.
type Edge = (&'static str, TaskScripts);

/// Runs every case.
pub fn check(examination: &mut Examination<'_>) {
    for (name, scripts) in edges() {
        examination.check_scripts(Group::Edges, name.into(), &scripts);
    }
}

fn edges() -> Vec<Edge> {
    let mut edges = numbers_of_tasks();
    edges.extend(times());
    edges.extend(ties());
    edges.extend(busy_tasks());
    edges.extend(cancelled_timers());
    edges.extend(streams());
    edges.push(("two runs of one instance", TaskScripts { runs: 2, ..of_all_kinds() }));
    // The last, because it may take longest.
    edges.push(("10,000 tasks", many_tasks()));
    edges
}

fn all(tasks: Vec<Vec<ScriptedStep>>) -> TaskScripts {
    TaskScripts::all_started(tasks)
}

fn repeat(times: u32, steps: Vec<ScriptedStep>) -> ScriptedStep {
    Repeat { times, steps }
}

fn numbers_of_tasks() -> Vec<Edge> {
    let spawns = (0..100).map(|_| vec![Spawn, Wait(1_000), Yield]).collect();
    vec![
        ("no task", all(Vec::new())),
        ("a task without a step", all(vec![Vec::new()])),
        ("one task", all(vec![vec![Wait(1_000)]])),
        (
            "a task spawned by a spawned task, 100 deep",
            TaskScripts { runs: 1, started: 1, tasks: spawns },
        ),
        (
            "a pollable that is awaited 1,000 times",
            all(vec![vec![Wait(1_000), repeat(1_000, vec![Again(1_000)])]]),
        ),
        ("a join of one", all(vec![vec![Join(vec![1_000])]])),
        ("a join of 1,000", all(vec![vec![Join((0..1_000).map(|it| it * 10_000).collect())]])),
        ("a race of one", all(vec![vec![Race(vec![1_000])]])),
        (
            "a race of 1,000, the last wins",
            all(vec![vec![Race((1..=1_000).rev().map(|it| it * MILLISECOND).collect())]]),
        ),
    ]
}

fn many_tasks() -> TaskScripts {
    // They come in ten batches, so that no executor has to poll 10,000 times.
    let batch = |task: u64| vec![Wait((1 + task % 10) * MILLISECOND)];
    all((0..10_000).map(batch).collect())
}

/// Times that do not fit into the numbers which an executor may keep them in.
fn times() -> Vec<Edge> {
    let beside_short_sleeps = |steps| all(vec![steps, vec![repeat(20, vec![Sleep(MILLISECOND)])]]);
    let never = |limit| Timeout { event: Some(MILLISECOND), limit };
    vec![
        ("a sleep of 0 ns", beside_short_sleeps(vec![Sleep(0)])),
        ("a sleep of 1 ns", beside_short_sleeps(vec![Sleep(1)])),
        ("a sleep of 2^31 ms", beside_short_sleeps(vec![Sleep((1 << 31) * MILLISECOND)])),
        ("a sleep of 2^32 ms", beside_short_sleeps(vec![Sleep((1 << 32) * MILLISECOND)])),
        ("a sleep of 2^53 ns", beside_short_sleeps(vec![Sleep(1 << 53)])),
        // Such a sleep would never end.
        (
            "a time-out of 2^64-1 ns, which the event wins",
            beside_short_sleeps(vec![never(u64::MAX), never(u64::MAX)]),
        ),
        ("a time-out of 2^63 ns, which the event wins", beside_short_sleeps(vec![never(1 << 63)])),
    ]
}

fn ties() -> Vec<Edge> {
    let timeout = |at| Timeout { event: Some(at), limit: at };
    let sleepers = (0..100).map(|_| vec![Sleep(5 * MILLISECOND), Sleep(5 * MILLISECOND)]).collect();
    vec![
        ("a race that two win at once", all(vec![vec![Race(vec![MILLISECOND, MILLISECOND])]])),
        (
            "a race whose members are ready at once",
            all(vec![vec![Race(vec![0; 5]), Race(vec![0; 5])]]),
        ),
        (
            "a time-out and its event at the same instant",
            all(vec![vec![timeout(MILLISECOND), timeout(5 * MILLISECOND)]]),
        ),
        ("a time-out of 0 ns and an event that is there", all(vec![vec![timeout(0)]])),
        (
            "a time-out of 0 ns and an event that never comes",
            all(vec![vec![Timeout { event: None, limit: 0 }]]),
        ),
        ("100 sleeps that end at the same instant", all(sleepers)),
    ]
}

/// A task that never rests beside two whose events are due. The crate wstd let such a task
/// wait for ever.
fn busy_tasks() -> Vec<Edge> {
    // One is before it in every list, and one behind it.
    let waits = || vec![Wait(1_000), Wait(1_000), Sleep(MILLISECOND)];
    let beside = |busy: ScriptedStep| all(vec![waits(), vec![repeat(CHAIN, vec![busy])], waits()]);
    vec![
        ("a chain of yields beside a due pollable", beside(Yield)),
        ("a chain of sleeps of 0 ns beside a due pollable", beside(Sleep(0))),
        ("a chain of ready pollables beside a due pollable", beside(Wait(0))),
        (
            "a chain of time-outs of 0 ns beside a due pollable",
            beside(Timeout { event: None, limit: 0 }),
        ),
    ]
}

/// The event wins, and nothing is left to wait for.
fn cancelled_timers() -> Vec<Edge> {
    let cancelled = || vec![Timeout { event: Some(MILLISECOND), limit: HOUR }];
    let mut beside_a_wait: Vec<_> = (0..100).map(|_| cancelled()).collect();
    beside_a_wait.push(vec![Wait(10 * SECOND)]);
    vec![
        ("a cancelled timer, then nothing else to wait for", all(vec![cancelled()])),
        ("100 cancelled timers beside a wait", all(beside_a_wait)),
    ]
}

/// A stream has a pollable of its own, which goes before the stream does.
fn streams() -> Vec<Edge> {
    let after_another = vec![Read(vec![1_000; 3]), Read(vec![0]), Wait(1_000), Read(vec![0, 0])];
    vec![
        ("a stream that is at its end when it is given", all(vec![vec![Read(vec![0])]])),
        ("a stream of 1,000 chunks", all(vec![vec![Read(vec![1_000; 1_001])]])),
        ("streams one after the other", all(vec![after_another.clone(), after_another])),
        ("100 streams that end at the same instant", all(vec![vec![Read(vec![MILLISECOND])]; 100])),
    ]
}

/// Some of each step.
fn of_all_kinds() -> TaskScripts {
    TaskScripts {
        runs: 1,
        started: 3,
        tasks: vec![
            vec![Wait(1_000), Sleep(MILLISECOND), Spawn, Join(vec![0, 5_000])],
            vec![
                Timeout { event: Some(9 * SECOND), limit: MILLISECOND },
                Race(vec![SECOND, 7_000]),
            ],
            vec![Timeout { event: Some(3_000), limit: SECOND }],
            vec![Wait(2_000), Wait(0)],
        ],
    }
}
