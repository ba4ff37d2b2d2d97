use std::collections::BTreeMap;

use pollbench_reports::comparison::{
    Cell, Comparison, Count, CountVerdict, Identity, Metric, Outcome, Problem, Ratio, SCHEMA, Side,
    SideGuest, Timing, TimingConditions, Verdict,
};
use pollbench_reports::record::{Failure, FailureKind, KnobValue};

/// A comparison of these cells, with the outcome that they have.
pub fn comparison_of(cells: Vec<Cell>) -> Comparison {
    let side = |label: &str, digit: &str| Side {
        label: label.into(),
        pollbench: "0.1.0".into(),
        engine: "wasmtime 48.0.1".into(),
        guests: vec![SideGuest {
            name: "slab".into(),
            sha256: digit.repeat(64),
            compiler: "rustc 1.95.0".into(),
        }],
    };
    Comparison {
        schema: SCHEMA,
        started: "2026-11-22T08:15:00Z".into(),
        command: "pollbench compare main.wasm --candidate new.wasm --seed 42".into(),
        base: side("main.wasm", "a"),
        candidate: side("new.wasm", "b"),
        notes: Vec::new(),
        timing: Some(TimingConditions {
            threshold: 0.03,
            alpha: 0.05,
            budget: 120.0,
            spent: 63.4,
            steal: Some(0.001),
            seed: 42,
        }),
        outcome: Outcome::of(&cells),
        cells,
    }
}

/// A cell with nothing in it yet.
pub fn cell(guest: &str, workload: &str, pollables: u32) -> Cell {
    Cell {
        identity: Identity {
            base_guest: guest.into(),
            candidate_guest: guest.into(),
            workload: workload.into(),
            pollables,
            active: 1,
            parameters: BTreeMap::from([("events".into(), KnobValue::Integer(1000))]),
            host: "stock".into(),
            effort: 40_000,
        },
        problem: None,
        counts: Vec::new(),
        timing: None,
        identical: false,
    }
}

/// A time with this interval, judged at 3 %.
pub fn timing(verdict: Verdict, low: f64, high: f64) -> Timing {
    let estimate = (low * high).sqrt();
    let ratio = |estimate, low, high| Ratio { estimate, low, high, confidence: 0.998, blocks: 24 };
    let decided = verdict != Verdict::CantTell;
    Timing {
        verdict,
        reason: None,
        base_ns: 3120.0,
        candidate_ns: 3120.0 * estimate,
        ratio: ratio(estimate, low, high),
        first_stage: None,
        control: ratio(1.0, 0.995, 1.004),
        detectable: Some(0.021),
        more_blocks: (!decided).then_some(40),
        threshold: 0.03,
        limit: Some("3%".into()),
        why: Some("noise".into()),
    }
}

/// A count without a limit.
pub fn count(metric: Metric, base: f64, candidate: f64, verdict: CountVerdict) -> Count {
    Count { metric, base, candidate, verdict, limit: None, why: None }
}

/// The same with one.
pub fn limited(count: Count, limit: &str, why: &str) -> Count {
    Count { limit: Some(limit.into()), why: Some(why.into()), ..count }
}

/// A guest's failure.
pub fn failure(message: &str) -> Failure {
    Failure::new(FailureKind::Lost, message)
}

/// A cell of each kind, in no order, under names that are wholly made of `name`.
pub fn all_kinds(name: &str) -> Comparison {
    use CountVerdict::{Better, Equal, Noisy, NotComparable, Within, Worse};
    let with = |counts: Vec<Count>, timing: Option<Timing>, pollables| Cell {
        counts,
        timing,
        ..cell(name, name, pollables)
    };
    let polls = count(Metric::PollCalls, 1.0, 1.0, Equal);
    let fuel = |candidate, verdict| {
        limited(count(Metric::GuestFuel, 812.0, candidate, verdict), "0.5%", name)
    };
    let broken = |problem: Problem, pollables| Cell {
        problem: Some(problem),
        ..cell(name, name, pollables)
    };
    let mut cells = vec![
        with(vec![fuel(812.0, Equal), polls.clone()], Some(timing(Verdict::Same, 0.99, 1.012)), 10),
        with(
            vec![fuel(820.12, Worse), polls.clone()],
            Some(timing(Verdict::Slower, 1.32, 1.37)),
            20,
        ),
        with(
            vec![fuel(700.0, Better), count(Metric::Drops, 1.0, 1.5, Within)],
            Some(timing(Verdict::Faster, 0.5, 0.8)),
            30,
        ),
        with(vec![fuel(813.0, Noisy)], Some(timing(Verdict::CantTell, 0.97, 1.08)), 40),
        with(vec![fuel(900.0, NotComparable), polls.clone()], None, 50),
        with(vec![fuel(813.0, Within), count(Metric::HandlesPeak, 0.0, 1e5, Worse)], None, 60),
        broken(Problem::CandidateFailed(failure(name)), 70),
        broken(Problem::BaseFailed(failure(name)), 80),
        broken(Problem::BothFailed(failure(name)), 90),
        broken(Problem::NotSupported(name.into()), 100),
        with(vec![polls], Some(timing(Verdict::Same, 0.999, 1.001)), 110),
    ];
    cells[10].identity.base_guest = format!("base {name}");
    for (index, host) in ["stock", name].into_iter().enumerate() {
        cells[index].identity.host = host.into();
        cells[index].identity.parameters.insert(name.into(), KnobValue::Choice(name.into()));
    }
    cells[1].timing.as_mut().expect("a time").why = Some(name.into());
    cells[3].timing.as_mut().expect("a time").reason = Some(name.into());
    let mut comparison = comparison_of(cells);
    comparison.notes = vec![name.into(), "the engines differ".into()];
    comparison.command = name.into();
    for side in [&mut comparison.base, &mut comparison.candidate] {
        side.label = name.into();
        side.guests[0].name = name.into();
        side.guests[0].compiler = name.into();
    }
    comparison
}

/// What readers of a format must not stumble over.
pub const ODD: [&str; 8] = [
    "slab|list",
    "<b>&amp;</b> \"x\" 'y'",
    "two\nlines\r\n\n| a | b |",
    "实验性的 é 🦀 \u{202e}",
    "\u{1b}[31m\u{0}\u{7f}\u{fffe}",
    "`code` **bold** [a](b) ~~c~~ \\| $x$ #1 @you",
    "</details>\n\n```",
    "]]> --> <!--",
];
