//! Profiles made up to look like recorded ones: a loop over many pollables of which few are
//! ready, with timers and yields.

use std::collections::BTreeMap;

use pollbench_reports::profile::{
    CallNode, CallTree, Exact, Function, HostFunction, HostProfile, HostSamples, Marker,
    MarkerKind, Profile, SCHEMA, Sampled, Step, Timeline, Turn, WokenBy, Work,
};
use pollbench_reports::record::{
    Cpu, Failure, FailureKind, Guest, Interface, KnobValue, LoadAverage, Split,
};

const POLLABLES: u32 = 10_000;
const NAMES: [&str; 9] = [
    "run",
    "executor::event_loop",
    "slab::rebuild",
    "<alloc::vec::Vec<T> as core::iter::FromIterator<[u8; 4]>>::from_iter",
    "wasi::io::poll::poll",
    "executor::run_task",
    "workload::step",
    "timers::Heap::pop",
    "function 12",
];

/// Callers before callees: the parent's position, the function, calls and own cost.
const TREE: [(Option<u32>, u32, u64, u64); 12] = [
    (None, 0, 1, 1_200),
    (Some(0), 1, 1, 40_000),
    (Some(1), 2, 500, 6_100_000),
    (Some(2), 3, 500, 900_000),
    (Some(1), 4, 500, 420_000),
    (Some(1), 5, 600, 310_000),
    (Some(5), 6, 600, 1_150_000),
    (Some(6), 5, 40, 21_000),
    (Some(7), 6, 40, 77_000),
    (Some(1), 7, 90, 240_000),
    (Some(9), 8, 90, 60_000),
    (Some(6), 8, 600, 680_800),
];

/// A profile with everything in it, and a small timeline.
pub fn profile() -> Profile {
    profile_of(500)
}

/// The same with so many turns.
pub fn profile_of(turns: u64) -> Profile {
    let tree = tree(|own| own);
    let total = tree.total();
    let split = Split {
        guest: 0.12e9,
        poll_boundary: 0.05e9,
        other_boundary: 0.01e9,
        poll: 0.8e9,
        other_host: 0.012e9,
        driver: 0.008e9,
        waiting: 0.0,
        observation: 0.03e9,
    };
    Profile {
        functions: functions(),
        exact: Some(Exact { tree, unprofiled_fuel: total, slowdown: 3.4 }),
        sampled: Some(Sampled {
            tree: tree_in_samples(),
            runs: 3,
            period_ns: 100_000,
            slowdown: 1.02,
        }),
        host_functions: Some(host_functions()),
        split: Some(split),
        timeline: Some(Timeline::pack(turns_of_a_loop(turns), markers(turns))),
        anatomy: vec![
            "Turn 5, at 24.8 µs of virtual time:".into(),
            "1. The guest passes a list to `poll`.".into(),
            "   9 handles: tasks 0 to 7, a timer at 60.0 s".into(),
        ],
        ..empty_profile()
    }
}

fn host_functions() -> HostProfile {
    let function = |name: &str, samples| HostFunction { name: name.into(), samples };
    HostProfile::Sampled(HostSamples {
        functions: vec![
            function("<pollbench_simulation::agenda::event::Event>::look", 6_120),
            function("core::ptr::drop_in_place<alloc::vec::Vec<wasmtime::Val>>", 840),
            function("memcpy", 40),
        ],
        compiled_code: 512,
        period_ns: 100_000,
    })
}

/// A profile without any numbers.
pub fn empty_profile() -> Profile {
    Profile {
        profile_schema: SCHEMA,
        started: "2026-11-22T08:15:00Z".into(),
        command: "pollbench profile slab --workload idle --pollables 10000".into(),
        pollbench: "0.1.0".into(),
        engine: "wasmtime 48.0.1".into(),
        host: "stock".into(),
        cpu: Cpu { model: "Example CPU @ 2.50GHz".into(), cores: 2, governor: None },
        kernel: "Linux 6.1".into(),
        load_average: LoadAverage { before: Some(0.12), after: None },
        guest: Guest {
            name: "slab".into(),
            strategy: "made up".into(),
            summary: "Rebuilds its list for every poll.".into(),
            interface: Interface::Poll,
            origin: "built in".into(),
            sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
            bytes: 48_213,
            compiler: "rustc 1.95.0".into(),
            knobs: Vec::new(),
        },
        knobs: BTreeMap::from([("timers".into(), KnobValue::Choice("heap".into()))]),
        work: Work {
            workload: "idle".into(),
            pollables: POLLABLES,
            active: 1,
            parameters: BTreeMap::new(),
            events: 600,
        },
        failure: None,
        notes: Vec::new(),
        runs: None,
        functions: Vec::new(),
        exact: None,
        sampled: None,
        host_functions: None,
        split: None,
        timeline: None,
        anatomy: Vec::new(),
    }
}

/// The profile after a change: the list is kept, and not rebuilt.
pub fn changed_profile() -> Profile {
    let mut profile = profile_of(100);
    let exact = profile.exact.as_mut().expect("it is exact");
    exact.tree.nodes[2].own = 90_000;
    exact.tree.nodes[5].own += 55_000;
    exact.unprofiled_fuel = exact.tree.total();
    profile.functions.push(Function { name: "slab::insert".into(), module: 0, index: 40 });
    let function = profile.functions.len() as u32 - 1;
    let node = CallNode { parent: Some(1), function, calls: 500, own: 130_000 };
    exact.tree.nodes.push(node);
    exact.tree.nodes[10].own = 0;
    profile
}

/// A profile with a name in every place that a stranger fills in.
pub fn hostile_profile(name: &str) -> Profile {
    let mut all = profile_of(50);
    for (index, function) in all.functions.iter_mut().enumerate() {
        function.name = if index == 3 { name.into() } else { format!("{name}{}", function.name) };
    }
    (all.started, all.command, all.pollbench) = (name.into(), name.into(), name.into());
    (all.engine, all.host, all.kernel) = (name.into(), name.into(), name.into());
    all.cpu = Cpu { model: name.into(), cores: 0, governor: Some(name.into()) };
    let guest = &mut all.guest;
    (guest.name, guest.strategy, guest.summary) = (name.into(), name.into(), name.into());
    (guest.origin, guest.compiler, guest.sha256) = (name.into(), name.into(), name.into());
    all.knobs.insert(name.into(), KnobValue::Choice(name.into()));
    all.work.workload = name.into();
    all.work.parameters.insert(name.into(), KnobValue::Choice(name.into()));
    if let Some(HostProfile::Sampled(samples)) = &mut all.host_functions {
        samples.functions[0].name = name.into();
    }
    all.failure = Some(Failure::new(FailureKind::Deadlock, name));
    for marker in &mut all.timeline.as_mut().expect("a timeline").markers {
        marker.text = name.into();
    }
    all
}

/// A loop that polls all of its pollables, of which one or two are ready; now and then all
/// timers of a moment end, and at two thirds of the way the list grows.
pub fn turns_of_a_loop(count: u64) -> impl Iterator<Item = Turn> {
    let mut start = 0;
    (0..count).map(move |turn| {
        // As reproducible as noise can be.
        let noise = (turn.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) % 1_000;
        let grown = if turn > count * 2 / 3 { 2_500 } else { 0 };
        let handles = POLLABLES + grown + (noise % 7) as u32;
        let steps = steps(turn, noise);
        let poll = u64::from(handles) * 95 + noise * 120;
        let guest = 60_000 + 9_000 * steps.len() as u64 + noise * 30;
        let ready = steps.iter().filter(|it| it.woken_by != WokenBy::Yield).count() as u32;
        let made = Turn { start, handles, ready, poll, guest, steps };
        start += poll + guest + 400;
        made
    })
}

fn steps(turn: u64, noise: u64) -> Vec<Step> {
    let task = |it: u64| (it % u64::from(POLLABLES)) as u32;
    let mut steps = vec![Step { task: task(noise * 31), woken_by: WokenBy::Pollable }];
    if noise.is_multiple_of(4) {
        steps.push(Step { task: task(noise * 17), woken_by: WokenBy::Yield });
    }
    if turn % 90 == 17 {
        let timers = (0..noise % 12).map(|it| task(it * 411 + noise));
        steps.extend(timers.map(|task| Step { task, woken_by: WokenBy::Timer }));
    }
    if turn == 0 {
        steps.push(Step { task: 0, woken_by: WokenBy::Start });
    }
    steps
}

fn markers(turns: u64) -> Vec<Marker> {
    let marker = |turn, kind, text: &str| Marker { turn, kind, text: text.into() };
    vec![
        marker(turns * 2 / 3 + 1, MarkerKind::Grown, "From 10,006 to 12,506 handles."),
        marker(turns / 3, MarkerKind::Starved, "Task 412 could run, and did not for 90 calls."),
        marker(turns.saturating_sub(9), MarkerKind::Failure, "Task 7 ran before its event."),
    ]
}

fn functions() -> Vec<Function> {
    let function = |(index, name): (usize, &&str)| Function {
        name: (*name).into(),
        module: 0,
        index: 11 + index as u32,
    };
    NAMES.iter().enumerate().map(function).collect()
}

fn tree(own_cost: impl Fn(u64) -> u64) -> CallTree {
    let node =
        |&(parent, function, calls, own)| CallNode { parent, function, calls, own: own_cost(own) };
    CallTree { nodes: TREE.iter().map(node).collect() }
}

fn tree_in_samples() -> CallTree {
    let mut tree = tree(|own| own / 9_000);
    tree.nodes.iter_mut().for_each(|it| it.calls = 0);
    tree
}
