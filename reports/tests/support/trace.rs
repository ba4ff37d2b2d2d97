//! Traces made up to look like recorded ones: a loop over a growing number of streams, which now
//! and then looks again and again for nothing.

use std::ops::Range;

use pollbench_reports::profile::{CallNode, CallTree, Function};
use pollbench_reports::trace::{
    Around, Ended, Event, Head, Look, Made, PollableKind, Recording, SampledFunctions, Spread,
    Stamped, Tally, Times, Took, TraceFile, TraceRecord, Waits,
};

/// The waits that are of no use, out of each thousand: enough to be found.
const WASTED: Range<u64> = 400..700;

/// A trace with everything in it, of a component of this name, with so many waits.
pub fn trace(name: &str, waits: u64) -> (TraceRecord, Waits) {
    let (file, head) = recorded(name, waits);
    let mut tally = Tally::default();
    file.events(&mut |Stamped { event, .. }: Stamped| tally.event(&event)).expect("it is right");
    let around = Around {
        command: format!("pollbench trace --report app.html {name}"),
        bytes: 123_456,
        network: "loopback".into(),
        ended: Ended::Exited(0),
        time: Times { guest: 3e7, boundary: 1e7, host: 9e7, blocked: 4e8, observation: 1e6 },
        wake_up: Some(Spread {
            mean: 2e3,
            least: 1_000,
            median: 2_000,
            p90: 2_500,
            p99: 9_000,
            most: 9_999,
        }),
        http: None,
        functions: Some(functions(name)),
    };
    let found = TraceRecord::new(head, around, tally.finish(), None);
    (found, Waits::of(&file).expect("it is right"))
}

/// The file of a trace, and its head.
fn recorded(name: &str, waits: u64) -> (TraceFile, Head) {
    let mut recording = Recording::new(64 << 20);
    let (mut at, mut made) = (1_000, 0);
    for wait in 0..waits {
        let place = wait % 1_000;
        if place.is_multiple_of(10) && made < 200 {
            recording.made(at, made, Made { kind: PollableKind::Stream, due: None });
            made += 1;
        }
        let list: Vec<u32> = (0..made).collect();
        let wasted = WASTED.contains(&place);
        let took = Took {
            worked: 1_000 + 20 * u64::from(made),
            blocked: if wasted { 0 } else { 40_000 + place * 10 },
        };
        let look = Look {
            function: pollbench_reports::trace::Function::Poll,
            list: &list,
            ready: &[0],
            calls: if wasted { 0 } else { 2 },
            took,
        };
        recording.looked(at, &look);
        let after = if place == 700 { 90_000 } else { 3_000 + place % 7 * 100 };
        at += took.worked + took.blocked + after;
    }
    let head = Head {
        component: name.into(),
        sha256: "ab".repeat(32),
        started: "2026-11-29T08:15:00Z".into(),
        pollbench: "0.1.0".into(),
        engine: "wasmtime 48".into(),
        nanoseconds: at,
        ..Head::default()
    };
    let mut bytes = Vec::new();
    recording.write(&head, &mut bytes).expect("memory takes everything");
    (TraceFile::read(bytes).expect("it was just written"), head)
}

fn functions(name: &str) -> SampledFunctions {
    let names = ["run", "executor::turn", "slab::rebuild", name];
    let function =
        |(index, name): (u32, &&str)| Function { name: (*name).into(), module: 0, index };
    let node = |(parent, function, own)| CallNode { parent, function, calls: 0, own };
    SampledFunctions {
        functions: (0..).zip(&names).map(function).collect(),
        tree: CallTree {
            nodes: [(None, 0, 3), (Some(0), 1, 40), (Some(1), 2, 300), (Some(1), 3, 57)]
                .map(node)
                .into(),
        },
        period_ns: 100_000,
    }
}
