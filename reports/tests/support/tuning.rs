//! Tunings made up to look like measured ones, and judged as measured ones are.

use std::collections::BTreeMap;

use super::grid::grid;

use pollbench_reports::record::{
    Counters, Cpu, Guest, Interface, Knob, KnobValue, LoadAverage, PhaseCounters,
};
use pollbench_reports::tuning::{
    Bound, Compromise, Costs, Counted, CountedValue, Explanation, LeftOut, Mix, Model, Objective,
    Part, PerCount, Point, Prediction, SCHEMA, TOLERANCE, Trade, TradeOff, Tuned, Tuning, judge,
};

/// What a value of a knob costs, and the 99th percentile of the latency with it, in
/// nanoseconds.
pub type Curve = fn(f64) -> f64;

const VALUES: [u64; 11] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 1024, 4096];
const DEFAULT: u64 = 64;
const ROUNDS: u32 = 14;

/// A work: its name, its number of pollables, and what the values of the knob cost.
#[derive(Clone, Copy)]
pub struct Work(pub &'static str, pub u32, pub Curve);

pub const SMALL: Work = Work("skew", 1_000, |it| 420.0 + 1_900.0 / it + 0.6 * it);
pub const LARGE: Work = Work("skew", 10_000, |it| 900.0 + 52_000.0 / it + 0.3 * it);
pub const FLAT: Work = Work("idle", 1_000, |_| 1_300.0);
/// Tasks that never rest run beside the events: the larger the batch, the later it polls.
pub const BUSY: Work = Work("idle", 10_000, |it| 300.0 + 30_000.0 / it);

/// A knob under two loads: the best value differs, and one value failed.
pub fn two_loads() -> Tuning {
    let mut small = tuned("batch", &[(SMALL, None)]);
    let why_not = Some("deadlock: task 3 waits for ever".into());
    small.parts[0].counted.push(CountedValue {
        value: 8192,
        counters: None,
        why_not,
        same_as: None,
    });
    tuning(vec![small, tuned("batch", &[(LARGE, None)])])
}

/// Two loads whose costs are explained by what was counted, with a size that was predicted.
pub fn explained() -> Tuning {
    let mut all = two_loads();
    let prices = PerCount { poll_calls: 900.0, handles: 12.0, ready: 40.0, tasks: 150.0 };
    let prediction = |&value: &u64| {
        let cost = 700.0 + 90_000.0 / value as f64 + 0.3 * value as f64;
        Prediction { pollables: 30_000, value, cost }
    };
    all.explained = vec![Explanation {
        knob: "batch".into(),
        workload: "skew".into(),
        model: Model { prices, samples: 22, left_out: LeftOut { median: 0.021, largest: 0.064 } },
        trade: Some(Trade { saves: Some(Counted::PollCalls), pays: Some(Counted::Handles) }),
        predictions: [16, 64, 256, 1024].iter().map(prediction).collect(),
    }];
    // Below the largest number of handles, the guest does the same with two values.
    let counted = &mut all.tuned[0].parts[0].counted;
    counted.push(CountedValue { value: 2048, same_as: Some(4096), ..counted[10].clone() });
    all
}

/// A load of several works.
pub fn mix() -> Tuning {
    let churn = Work("churn", 1_000, |it| 700.0 + 9.0 * it);
    tuning(vec![tuned("batch", &[(SMALL, Some(70.0)), (FLAT, Some(20.0)), (churn, Some(10.0))])])
}

/// A load under which cost is paid for with latency.
pub fn compromise(bound: Option<Bound>) -> Tuning {
    let mut tuned = tuned("batch", &[(BUSY, None)]);
    let late: Curve = |it| 4_000.0 + 900.0 * it;
    tuned.parts[0].p99 = costs(BUSY, late, 1.7);
    Tuning { bound, ..tuning(vec![weighed(tuned, bound)]) }
}

/// What was tuned as a compromise between cost and latency.
pub fn weighed(mut tuned: Tuned, bound: Option<Bound>) -> Tuned {
    let point = |cost: &Costs| {
        let middle = |costs: &[Costs]| {
            let of_value = costs.iter().find(|it| it.value == cost.value).expect("it was measured");
            let mut known: Vec<f64> = of_value.rounds.iter().flatten().copied().collect();
            known.sort_by(f64::total_cmp);
            known[known.len() / 2]
        };
        let (cost_of, p99) = (middle(&tuned.judging), middle(&tuned.parts[0].p99));
        Point { value: cost.value, cost: cost_of, p99 }
    };
    let points: Vec<Point> = tuned.judging.iter().map(point).collect();
    let trade_off = TradeOff::of(&points).expect("all costs are positive");
    let chosen = match bound {
        Some(bound) => trade_off.within(bound).map(|it| it.value),
        None => trade_off.knee,
    };
    tuned.compromise = Some(Compromise { trade_off, steps_per_event: 5.0, chosen });
    tuned
}

/// Two knobs, of which the second makes no difference.
pub fn two_knobs() -> Tuning {
    tuning(vec![tuned("batch", &[(LARGE, None)]), tuned("spin", &[(FLAT, None)])])
}

/// Everything at once, with a name in every place that a stranger fills in.
pub fn hostile_tuning(name: &str) -> Tuning {
    let mut all = explained();
    all.explained[0].knob = format!("{name}batch");
    all.explained[0].workload = name.into();
    all.tuned.extend(mix().tuned);
    all.tuned.extend(compromise(Some(Bound::P99AtMost(20_000.0))).tuned);
    all.tuned.extend(two_knobs().tuned.into_iter().skip(1));
    all.tuned.extend(grid(None).tuned);
    for tuned in &mut all.tuned {
        let knobs = tuned.grid.iter_mut().flat_map(|it| &mut it.knobs);
        knobs.for_each(|it| it.name = format!("{name}{}", it.name));
        tuned.knob = format!("{name}{}", tuned.knob);
        for part in &mut tuned.parts {
            part.workload = name.into();
            part.parameters.insert(name.into(), KnobValue::Choice(name.into()));
            for counted in part.counted.iter_mut().filter(|it| it.why_not.is_some()) {
                counted.why_not = Some(name.into());
            }
        }
    }
    all.tuned.push(Tuned { judgement: None, parts: Vec::new(), ..all.tuned[0].clone() });
    all.fixed.insert(name.into(), KnobValue::Choice(name.into()));
    (all.host, all.started, all.command) = (name.into(), name.into(), name.into());
    (all.pollbench, all.engine, all.kernel) = (name.into(), name.into(), name.into());
    (all.guest.name, all.guest.strategy, all.guest.summary) =
        (name.into(), name.into(), name.into());
    (all.guest.origin, all.guest.compiler) = (name.into(), name.into());
    all.cpu = Cpu { model: name.into(), cores: 0, governor: Some(name.into()) };
    (all.interrupted, all.bound) = (true, Some(Bound::P99AtMost(20_000.0)));
    all
}

/// A tuning that found all this.
pub fn tuning(tuned: Vec<Tuned>) -> Tuning {
    Tuning {
        schema: SCHEMA,
        started: "2026-11-22T08:15:00Z".into(),
        command: "pollbench tune batched --workload skew --pollables 1000,10000 --seed 7".into(),
        interrupted: false,
        pollbench: "0.1.0".into(),
        engine: "wasmtime 48.0.1".into(),
        host: "stock".into(),
        counted_on: None,
        cpu: Cpu { model: "Example CPU @ 2.50GHz".into(), cores: 2, governor: None },
        kernel: "Linux 6.1".into(),
        load_average: LoadAverage { before: Some(0.12), after: None },
        guest: Guest {
            name: "batched".into(),
            strategy: "made up".into(),
            summary: "Polls a batch at a time.".into(),
            interface: Interface::Poll,
            origin: "built in".into(),
            sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
            bytes: 48_213,
            compiler: "rustc 1.95.0".into(),
            knobs: vec![Knob {
                name: "batch".into(),
                summary: "pollables checked at once".into(),
                range: "1 to 4096".into(),
                default: KnobValue::Integer(DEFAULT),
                integers: Some([1, 4096]),
            }],
        },
        fixed: BTreeMap::from([("timers".into(), KnobValue::Choice("wheel".into()))]),
        objective: Objective::NsPerEvent,
        bound: None,
        tolerance: TOLERANCE,
        budget_seconds: 50.0,
        seconds: 48.7,
        seed: 7,
        tuned,
        explained: Vec::new(),
    }
}

/// A knob that was tuned for one work, or for several with weights.
pub fn tuned(knob: &str, works: &[(Work, Option<f64>)]) -> Tuned {
    let parts: Vec<Part> = works.iter().map(|(work, weight)| part(*work, *weight)).collect();
    let judging = match parts.as_slice() {
        [part] => part.judging.clone(),
        parts => combined(parts),
    };
    Tuned {
        knob: knob.into(),
        grid: None,
        low: 1,
        high: 4096,
        default: DEFAULT,
        parts,
        choosing: judging.clone(),
        settled: true,
        judgement: judge(&judging, DEFAULT, least(&judging), TOLERANCE),
        judging,
        compromise: None,
    }
}

fn part(work: Work, weight: Option<f64>) -> Part {
    let judging = costs(work, work.2, 0.0);
    Part {
        workload: work.0.into(),
        pollables: work.1,
        active: work.1 / 10,
        parameters: BTreeMap::new(),
        effort: 10_000,
        weight,
        counted: VALUES.iter().map(|&value| counted(work, value)).collect(),
        judgement: weight.and_then(|_| judge(&judging, DEFAULT, least(&judging), TOLERANCE)),
        judging,
        p99: costs(work, |it| 2_000.0 + 40.0 * it, 0.9),
    }
}

/// As reproducible as noise can be: a common part for each round, and some of each value's
/// own.
fn costs(work: Work, curve: Curve, seed: f64) -> Vec<Costs> {
    VALUES.iter().map(|&it| noisy(it, curve(it as f64), f64::from(work.1) + seed)).collect()
}

/// Rounds of a value that costs this.
pub fn noisy(value: u64, cost: f64, seed: f64) -> Costs {
    let cost = |round: u32| {
        let round = f64::from(round);
        let common = 0.05 * (round * 2.3 + seed).sin();
        let own = 0.03 * (value as f64 * 1.7 + round * 5.1 + seed).sin();
        Some(cost * (1.0 + common + own))
    };
    Costs { value, rounds: (0..ROUNDS).map(cost).collect() }
}

pub fn counted(work: Work, value: u64) -> CountedValue {
    const EVENTS: u64 = 4_000;
    let (pollables, active) = (u64::from(work.1), u64::from(work.1 / 10));
    let ready = value.min(active.div_ceil(2)).max(1);
    let poll_calls = EVENTS.div_ceil(ready);
    let window = PhaseCounters {
        events: EVENTS,
        steps: EVENTS,
        poll_calls,
        handles_passed: poll_calls * pollables.min(value * 16),
        ready_returned: EVENTS,
        guest_fuel: EVENTS * 900 + poll_calls * 12_000,
        ..PhaseCounters::default()
    };
    let counters = Counters {
        window,
        handles_peak: pollables + 1,
        handles_leaked: 0,
        stream_handles_left: 0,
        guest_memory_peak_bytes: 1_114_112,
        whole_run: window,
    };
    CountedValue { value, counters: Some(counters), why_not: None, same_as: None }
}

fn combined(parts: &[Part]) -> Vec<Costs> {
    let reference = |part: &Part| {
        let default = part.judging.iter().find(|it| it.value == DEFAULT).expect("it was measured");
        default.rounds[0].expect("it was measured")
    };
    let works: Vec<(f64, f64)> =
        parts.iter().map(|it| (it.weight.unwrap_or(1.0), reference(it))).collect();
    let all: Vec<&[Costs]> = parts.iter().map(|it| it.judging.as_slice()).collect();
    Mix::new(&works).expect("weights and costs are positive").combine(&all)
}

/// The value whose costs add up to the least.
fn least(costs: &[Costs]) -> u64 {
    let sum = |it: &Costs| it.rounds.iter().flatten().sum::<f64>();
    let least = costs.iter().min_by(|a, b| sum(a).total_cmp(&sum(b)));
    least.expect("there are values").value
}
