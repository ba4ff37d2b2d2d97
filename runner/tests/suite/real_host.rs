//! The simulated host against the real thing: the same scripts on both, poll for poll,
//! and a busy guest on a real runtime.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use crate::support::command::Workplace;
use crate::support::random_script::{Op, Programs, RandomScript};
use crate::support::spy::{Call, Spy};
use pollbench::engine::{Configuration, Guest, Host, Lane, Observation, RunLimits, Source};
use pollbench_guests::BUILT_IN;
use pollbench_reports::record::{Interface, PhaseCounters, Record, Status};
use pollbench_simulation::agenda::SourceId;
use pollbench_simulation::script::{Plan, Script, Step, Workload};
use pollbench_simulation::workload::{self, Shape};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

const HOSTS: [Host; 3] = [Host::Stock, Host::RealCurrentThread, Host::Real];

/// The guests of WASI 0.2 on each of [`HOSTS`].
static GUESTS: LazyLock<Vec<Vec<Guest>>> = LazyLock::new(|| {
    let configurations = HOSTS.map(|host| Configuration::of(host).expect("an engine"));
    let load = |guest| Guest::load_for(&Source::BuiltIn(guest), &configurations).expect("a guest");
    let all = BUILT_IN.iter().copied().map(load);
    all.filter(|on_hosts: &Vec<Guest>| on_hosts[0].record.interface == Interface::Poll).collect()
});

fn defaults(guest: &Guest) -> Vec<u64> {
    guest.description.knobs.iter().map(|knob| knob.default).collect()
}

/// What is counted of a run, and what its tasks were told in which order.
fn ran(guest: &Guest, workload: Box<dyn Workload>, knobs: &[u64]) -> (PhaseCounters, Vec<Call>) {
    let (spy, calls) = Spy::on(workload);
    let clock = quanta::Clock::new();
    let outcome = guest.run(spy, knobs, Lane::Plain, RunLimits::default(), &clock);
    let window = outcome
        .unwrap_or_else(|why| panic!("{} on {:?}: {why:?}", guest.description.name, guest.host));
    let calls = std::mem::take(&mut *calls.lock().expect("one thread"));
    (window.counters.whole_run, calls)
}

/// Steps that time has no part in: their events happen at once.
fn timeless() -> impl Strategy<Value = Programs> {
    let op = prop_oneof![
        3 => Just(Op::Wait(0)),
        3 => (1..4usize).prop_map(|more| Op::WaitAgain(0, vec![0; more])),
        2 => Just(Op::Yield),
        2 => (1..5usize).prop_map(|width| Op::Race(vec![0; width])),
        2 => (1..5usize).prop_map(|width| Op::Join(vec![0; width])),
        1 => Just(Op::Spawn),
    ];
    (vec(vec(op, 0..8), 1..12), any::<prop::sample::Index>()).prop_map(|(programs, index)| {
        Programs { from_start: 1 + index.index(programs.len()), programs }
    })
}

/// What a host makes of a script: polls, looks, handles, what was ready, and the order.
fn made((counts, calls): (PhaseCounters, Vec<Call>)) -> ([u64; 5], Vec<(u32, u32)>) {
    let PhaseCounters { steps, poll_calls, looks, handles_passed, ready_returned, .. } = counts;
    let order = calls.iter().map(|call| (call.task, call.outcome)).collect();
    ([steps, poll_calls, looks, handles_passed, ready_returned], order)
}

/// On a runtime of one thread the real thing is deterministic, and the simulation is the
/// same to the last look.
#[test]
fn the_same_scripts_poll_alike_on_the_simulated_and_the_real_host() {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) };
    TestRunner::new(config)
        .run(&timeless(), |programs| {
            for on_hosts in &*GUESTS {
                let guest = &on_hosts[0].description.name;
                let run = |host: usize| {
                    let script = Box::new(RandomScript::for_guest(guest, &programs));
                    made(ran(&on_hosts[host], script, &defaults(&on_hosts[host])))
                };
                prop_assert_eq!(run(0), run(1), "{}", guest);
            }
            Ok(())
        })
        .unwrap();
}

/// More than the budget at a time, by every executor.
#[test]
fn bursts_beyond_the_budget_poll_alike() {
    let kind = workload::find("burst").expect("a workload");
    for pollables in [1, 127, 128, 129, 300] {
        let parameters = kind.defaults();
        let shape = Shape { pollables, active: pollables, parameters, effort: 1_000 };
        for on_hosts in GUESTS.iter().filter(|it| it[0].description.name != "wstd") {
            let run = |host: usize| {
                made(ran(&on_hosts[host], (kind.build)(&shape), &defaults(&on_hosts[host])))
            };
            // Guests that can't await a pollable again have no such burst.
            if ["spin-executor", "wasi-async-runtime"].contains(&&*on_hosts[0].description.name) {
                continue;
            }
            assert_eq!(run(0), run(1), "{} N={pollables}", on_hosts[0].description.name);
        }
    }
}

/// With worker threads the driver runs beside the guest: what has happened may be known
/// before the host yields, so that there can be fewer looks, or more polls with less in
/// each. Nothing is lost, and no more is looked at than once for each event and yield.
#[test]
fn with_worker_threads_the_same_events_are_served() {
    for on_hosts in &*GUESTS {
        let guest = &on_hosts[0].description.name;
        let busy = vec![vec![Op::Yield; 20], vec![Op::Wait(0); 20], vec![Op::Join(vec![0; 5]); 20]];
        let programs = Programs { from_start: busy.len(), programs: busy };
        let run = |host: usize| {
            let script = Box::new(RandomScript::for_guest(guest, &programs));
            ran(&on_hosts[host], script, &defaults(&on_hosts[host])).0
        };
        let (simulated, real) = (run(0), run(2));
        assert_eq!(simulated.steps, real.steps, "{guest}");
        assert_eq!(simulated.pollable_events, real.pollable_events, "{guest}");
        let most = real.steps + real.pollable_events * 5;
        assert!(real.poll_calls <= most, "{guest}: {real:?}");
        assert!(real.looks <= 2 * most, "{guest}: {real:?}");
    }
}

/// Many tasks whose events are all due before the first is served, and one that yields
/// until all have been.
struct Due {
    tasks: u32,
    timers: bool,
    started: u32,
    served: u32,
    /// When all are due, by the machine's clock: a script's clock stands still while the
    /// guest runs, and the timers of a real host do not.
    until: Option<Instant>,
    sources: Vec<SourceId>,
    /// When the step before this one was asked for.
    stepped: Option<Instant>,
    /// Set if timers were not all due at once, because another program had the processor:
    /// either one was over before all tasks had started, or one began late.
    is_late: Arc<AtomicBool>,
}

impl Due {
    fn new(tasks: u32, timers: bool, is_late: &Arc<AtomicBool>) -> Box<Self> {
        let (sources, is_late) = (Vec::new(), is_late.clone());
        Box::new(Self {
            tasks,
            timers,
            started: 0,
            served: 0,
            until: None,
            sources,
            stepped: None,
            is_late,
        })
    }

    /// What is left until all are due.
    fn left(&mut self) -> Duration {
        let now = Instant::now();
        let until = *self.until.get_or_insert(now + AHEAD);
        let before = self.stepped.replace(now).unwrap_or(now);
        self.is_late.fetch_or(now >= until || now - before > ROUNDED / 2, Relaxed);
        until.saturating_duration_since(now)
    }
}

/// The time in which all tasks are to be started.
const AHEAD: Duration = Duration::from_millis(30);

/// A timer that is rounded, or one that began up to half as much late, is over by then.
const ROUNDED: Duration = Duration::from_millis(2);

impl Workload for Due {
    fn plan(&self) -> Plan {
        Plan::io(self.tasks + 1, 1, u64::from(self.tasks) - 1)
    }

    fn next(&mut self, task: u32, _outcome: u32, script: &mut Script<'_>) -> Step {
        if task == self.tasks {
            if self.started == self.tasks && self.until.is_some() {
                std::thread::sleep(self.left() + ROUNDED);
                self.until = None;
            }
            return if self.served == self.tasks { Step::Done } else { Step::Yield };
        }
        if self.started < self.tasks {
            self.started += 1;
            let left = self.left();
            if self.timers {
                return Step::Sleep(left.as_nanos() as u64);
            }
            let source = script.agenda.add_source();
            self.sources.push(source);
            if self.started == self.tasks {
                self.sources.iter().for_each(|source| script.agenda.fire(*source));
            }
            return Step::Wait(source);
        }
        self.served += 1;
        Step::Done
    }
}

/// The executors of ours: the crates of others are what they are.
const OURS: [&str; 9] = [
    "bare",
    "vector-scan",
    "slab",
    "slab-list",
    "batched",
    "tiered",
    "adaptive",
    "dotnet",
    "poll-set",
];

/// tokio reports 128 at most each time, and after that nothing until the guest lets it
/// run: with a marker that is kept, it never would.
#[test]
fn nothing_starves_while_tasks_are_busy() {
    const TASKS: u32 = 400;
    const MOST_POLLS: u64 = 16;
    const TRIES: usize = 200;
    for on_hosts in GUESTS.iter().filter(|it| OURS.contains(&&*it[0].description.name)) {
        for (guest, timers) in on_hosts[1..].iter().flat_map(|it| [(it, true), (it, false)]) {
            let clock = quanta::Clock::new();
            let what = (&guest.description.name, guest.host, timers);
            let run = || {
                let is_late = Arc::new(AtomicBool::new(false));
                let due = Due::new(TASKS, timers, &is_late);
                let outcome =
                    guest.run(due, &defaults(guest), Lane::Plain, RunLimits::default(), &clock);
                let outcome = outcome.unwrap_or_else(|why| panic!("{what:?}: {why:?}"));
                (!is_late.load(Relaxed)).then_some(outcome.counters.window)
            };
            let window = (0..TRIES).find_map(|_| run());
            let window = window.expect("the machine is too busy to start the tasks in time");
            // With worker threads it is up to the machine when the driver has its turn; that
            // all have been served is what there is to see.
            let is_deterministic = guest.host == Host::RealCurrentThread;
            assert!(!is_deterministic || window.poll_calls <= MOST_POLLS, "{what:?}: {window:?}");
        }
    }
}

/// A workload whose driver takes a millisecond more for each step.
struct Slow(Box<dyn Workload>);

const PLANTED: Duration = Duration::from_millis(1);

impl Workload for Slow {
    fn plan(&self) -> Plan {
        self.0.plan()
    }

    fn next(&mut self, task: u32, outcome: u32, script: &mut Script<'_>) -> Step {
        std::thread::sleep(PLANTED);
        self.0.next(task, outcome, script)
    }
}

/// The split tells the driver's time from all other, and waiting from work.
#[test]
fn a_planted_wait_is_shown_as_waiting() {
    let profiled = |guest: &Guest, workload: Box<dyn Workload>| {
        let lane = Lane::Profiled { observation: Observation::default() };
        let clock = quanta::Clock::new();
        let window = guest.run(workload, &defaults(guest), lane, RunLimits::default(), &clock);
        let window = window.unwrap_or_else(|why| panic!("{why:?}"));
        (window.counters.window, window.split.expect("a profiled run has one"))
    };
    let workload = |name: &str, delay: Option<u64>| {
        let kind = workload::find(name).expect("a workload");
        let mut parameters = kind.defaults();
        parameters.extend(delay.map(|delay| ("delay".to_string(), delay)));
        let active = kind.activity.of(20, 1);
        (kind.build)(&Shape { pollables: 20, active, parameters, effort: 200 })
    };
    let on_hosts = GUESTS.iter().find(|it| it[0].description.name == "slab").expect("a guest");
    for guest in on_hosts {
        let (counts, split) = profiled(guest, Box::new(Slow(workload("burst", None))));
        let planted = PLANTED.as_nanos() as f64 * (counts.steps - 1) as f64;
        assert!(split.driver >= planted, "{:?}: {split:?}", guest.host);
        let others = split.total() - split.driver;
        assert!(others < split.driver, "{:?}: {split:?}", guest.host);
    }
    const DELAY: u64 = 5_000_000;
    for guest in &on_hosts[1..] {
        let (counts, split) = profiled(guest, workload("idle", Some(DELAY)));
        let waited = DELAY as f64 * (counts.events - 1) as f64;
        assert!(split.waiting >= 0.9 * waited, "{:?}: {split:?}", guest.host);
        assert!(split.total() < split.waiting, "{:?}: {split:?}", guest.host);
    }
}

/// Through the program: both hosts in one table, and cells without counts.
#[test]
fn calibrate_compares_the_simulated_host_with_a_real_one() {
    let workplace = Workplace::new();
    let ran = workplace.run(&[
        "calibrate",
        "--guests",
        "slab-list,p3",
        "--workloads",
        "burst,churn",
        "--pollables",
        "20",
        "--real",
        "real,real-current-thread",
        "--time",
        "1",
        "-o",
        "out",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    for words in ["Beside real: ", "Beside real-current-thread: ", "slab-list", "p3", "within 25 %"]
    {
        assert!(ran.stdout.contains(words), "no {words:?} in {}", ran.stdout);
    }
    let record = Record::read(&workplace.path("out/record.json")).expect("a record");
    for cell in &record.cells {
        assert_eq!(cell.status, Status::Ok, "{:?}", cell.failure);
        assert!(cell.time.is_some());
        assert_eq!(cell.counters.is_none(), cell.host.starts_with("real"), "{}", cell.host);
    }
    assert!(workplace.read("out/report.html").contains("How far the host is borne out."));
}
