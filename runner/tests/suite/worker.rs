//! Processes that measure for others: what they answer, and what becomes of who asks
//! when they don't.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use wait_timeout::ChildExt as _;

use crate::support::command::{ONE_CELL, Ran, Workplace, interrupt};
use crate::support::wat_guest::{SERVE, component};

fn load() -> Value {
    json!({"load": {
        "guest": {"built-in": "slab"},
        "host": "stock",
        "counted": true,
        "limits": {"run": 10, "memory": 1_u64 << 30, "handles": 5_000_000, "output": 1 << 20},
    }})
}

fn run() -> Value {
    json!({"run": {
        "workload": "idle",
        "pollables": 20,
        "active": 1,
        "parameters": {},
        "effort": 2000,
        "knobs": {},
    }})
}

/// What a worker answers to these lines, and nothing else.
fn answers(lines: &[Vec<u8>]) -> Vec<Value> {
    let workplace = Workplace::new();
    let mut command = workplace.command(&["worker"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut worker = command.spawn().expect("the binary runs");
    let mut input = worker.stdin.take().expect("it is piped");
    input.write_all(&lines.join(&b'\n')).expect("it reads");
    drop(input);
    let ran = Ran::from(worker.wait_with_output().expect("it ends"));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let answers: Vec<Value> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect();
    assert_eq!(answers.len(), lines.len(), "{answers:?}");
    answers
}

fn refused(answer: &Value) -> &str {
    answer["refused"].as_str().unwrap_or_else(|| panic!("not refused: {answer}"))
}

#[test]
fn a_malformed_request_is_refused_and_the_next_one_answered() {
    let garbage = ["garbage", "", "{", "[]", "null", "{\"load\": 3}", "{\"dance\": {}}"];
    let mut lines: Vec<Vec<u8>> = garbage.iter().map(|it| it.as_bytes().to_vec()).collect();
    lines.push(vec![0xff, 0xfe, b'{']);
    lines.push("[".repeat(100_000).into_bytes());
    let count = lines.len();
    lines.push(run().to_string().into_bytes());
    lines.push(load().to_string().into_bytes());
    lines.push(run().to_string().into_bytes());
    let answers = answers(&lines);
    for answer in &answers[..count] {
        assert!(refused(answer).starts_with("not a request of protocol 2: "), "{answer}");
    }
    assert_eq!(refused(&answers[count]), "no guest has been loaded");
    assert_eq!(answers[count + 1]["loaded"]["guest"]["name"], "slab");
    assert!(answers[count + 2]["counted"]["counters"]["events"].as_u64() > Some(0));
}

#[test]
fn a_request_for_something_unknown_is_refused_and_the_guest_stays_loaded() {
    let with = |request: fn() -> Value, kind: &str, name: &str, value: Value| {
        let mut request = request();
        request[kind][name] = value;
        request
    };
    let cases = [
        (with(load, "load", "guest", json!({"built-in": "quux"})), "no guest \"quux\""),
        (with(load, "load", "guest", json!({"file": "none.wasm"})), "none.wasm"),
        (with(load, "load", "host", json!("leen")), "no such host"),
        (with(run, "run", "workload", json!("idel")), "no workload \"idel\""),
        (with(run, "run", "knobs", json!({"batch": 3})), "slab has no knob \"batch\""),
        (with(run, "run", "knobs", json!({"every": 0})), "every of slab can't be 0"),
        (with(run, "run", "parameters", json!({"dealy": 3})), "idle can't have dealy = 3"),
        (with(run, "run", "parameters", json!({"yielders": "x"})), "idle can't have yielders"),
        (with(run, "run", "pollables", json!(0)), "1 active of 0 pollables"),
        (with(run, "run", "active", json!(21)), "21 active of 20 pollables"),
    ];
    let mut lines = vec![load()];
    for (request, _) in &cases {
        lines.extend([request.clone(), run()]);
    }
    let lines: Vec<Vec<u8>> = lines.iter().map(|it| it.to_string().into_bytes()).collect();
    let answers = answers(&lines);
    for ((request, words), answers) in cases.iter().zip(answers[1..].chunks(2)) {
        assert!(refused(&answers[0]).contains(words), "{request}: {}", answers[0]);
        assert!(answers[1]["counted"].is_object(), "after {request}: {}", answers[1]);
    }
    let counted = || answers[2..].iter().step_by(2);
    assert!(counted().all(|it| it == &answers[2]), "it counts the same each time");
}

/// What the system says of a process, from its state on.
fn fields(id: &str) -> Vec<String> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    // The name is in parentheses, and may hold anything.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    fields.split_whitespace().map(String::from).collect()
}

/// Those that a process has started and that have not ended.
fn children(parent: u32) -> Vec<String> {
    let processes = std::fs::read_dir("/proc").expect("processes").flatten();
    let of_parent = |id: &String| match fields(id).as_slice() {
        [state, of, ..] => state != "Z" && *of == parent.to_string(),
        _ => false,
    };
    processes.filter_map(|it| it.file_name().into_string().ok()).filter(of_parent).collect()
}

const LONG: [&str; 7] = ["compare", "slab", "slab-list", "--pollables", "100", "--budget", "30"];

fn kill(id: &str) {
    // It may have ended by itself.
    let _ = Command::new("kill").args(["-KILL", id]).stderr(Stdio::null()).status();
}

#[test]
fn a_worker_that_is_killed_is_reported_by_the_program_that_asked_it() {
    let workplace = Workplace::new();
    // While it counts, and while it times.
    for milliseconds in [0, 1500] {
        let mut command = workplace.command(&LONG);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut parent = command.spawn().expect("the binary runs");
        sleep(Duration::from_millis(milliseconds));
        let begun = Instant::now();
        while parent.wait_timeout(Duration::from_millis(2)).expect("a status").is_none() {
            assert!(begun.elapsed() < Duration::from_secs(60), "it goes on");
            children(parent.id()).iter().take(1).for_each(|it| kill(it));
        }
        let ran = Ran::from(parent.wait_with_output().expect("it ends"));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{}", ran.stderr);
        let last = ran.stderr.lines().last().expect("a line");
        assert!(last.starts_with("pollbench: the worker process of "), "{}", ran.stderr);
        assert!(last.contains("SIGKILL") && !ran.stderr.contains("panicked"), "{}", ran.stderr);
        assert!(ran.stderr.lines().count() <= 2, "{}", ran.stderr);
    }
}

#[test]
fn no_worker_outlives_the_program_that_started_it() {
    let workplace = Workplace::new();
    let mut command = workplace.command(&LONG);
    let mut parent = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
    let workers = workers_of(&parent);
    parent.kill().expect("it is our own");
    parent.wait().expect("it ends");
    have_ended(&workers);
}

/// The workers of a process, once there are some.
fn workers_of(parent: &Child) -> Vec<String> {
    let begun = Instant::now();
    loop {
        let workers = children(parent.id());
        if !workers.is_empty() {
            return workers;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "it starts none");
        sleep(Duration::from_millis(2));
    }
}

/// What comes of a process that is to end now: within a second where nothing else is done,
/// and long before the time of its runs is up.
fn result_of(mut child: Child) -> Ran {
    if child.wait_timeout(Duration::from_secs(30)).expect("a status").is_none() {
        child.kill().expect("it is our own");
        child.wait().expect("it ends");
        panic!("it goes on");
    }
    Ran::from(child.wait_with_output().expect("it has ended"))
}

/// Waits until none of these workers is left.
fn have_ended(workers: &[String]) {
    let lives = |id: &String| {
        let line = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        line.ends_with(b"\0worker\0")
    };
    let begun = Instant::now();
    while workers.iter().any(lives) {
        assert!(begun.elapsed() < Duration::from_secs(60), "{workers:?} live on");
        sleep(Duration::from_millis(10));
    }
}

/// A place with a baseline `main` of the guest `spins`, and with `spins.wasm`, which has
/// never returned since.
fn workplace_with_a_guest_that_spins() -> Workplace {
    let workplace = Workplace::new();
    workplace.file("before.wasm", &component("spins", SERVE));
    workplace.file("spins.wasm", &component("spins", "(loop $l (br $l))"));
    let save = ["baseline", "save", "main", "--guests", "bare", "--guest", "before.wasm"];
    let ran = workplace.run(&[&save[..], &ONE_CELL].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    workplace
}

/// Starts a command, and waits until a worker of it is in the guest that never returns.
fn start_and_wait(workplace: &Workplace, arguments: &[&str]) -> (Child, Vec<String>) {
    let mut command = workplace.command(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    let begun = Instant::now();
    let mut workers = children(child.id());
    while !workers.iter().any(|it| ticks(it) >= BUSY) && begun.elapsed() < BUSY_WITHIN {
        sleep(Duration::from_millis(10));
        workers = children(child.id());
    }
    if begun.elapsed() >= BUSY_WITHIN {
        child.kill().expect("it is our own");
        child.wait().expect("it ends");
        panic!("{arguments:?}: no worker is busy");
    }
    (child, workers)
}

/// How long it may take until a worker is in the guest that never returns.
const BUSY_WITHIN: Duration = Duration::from_secs(120);

/// Any other worker is done after less time on a processor: two seconds, in ticks.
const BUSY: u64 = 200;

/// How long a process was on a processor, in ticks of a hundredth of a second.
fn ticks(id: &str) -> u64 {
    // User time and system time are the fields 14 and 15; those from the state on are here.
    fields(id).iter().skip(11).take(2).map_while(|it| it.parse::<u64>().ok()).sum()
}

/// Each of these would go on for an hour.
const ENDLESS: [&[&str]; 3] = [
    &["compare", "slab", "spins.wasm", "--run-limit", "3600"],
    &["gate", "--baseline", "main", "--guest", "spins.wasm", "--run-limit", "3600"],
    &[
        "baseline",
        "save",
        "new",
        "--guests",
        "bare",
        "--guest",
        "spins.wasm",
        "--run-limit",
        "3600",
    ],
];

#[test]
fn the_first_interruption_ends_a_run_in_a_worker_and_keeps_what_was_measured() {
    let workplace = workplace_with_a_guest_that_spins();
    for arguments in ENDLESS {
        let (child, workers) = start_and_wait(&workplace, arguments);
        interrupt(child.id());
        let ran = result_of(child);
        assert_eq!(ran.code, Some(130), "{arguments:?}: {}", ran.stdout);
        have_ended(&workers);
        let is_compared = arguments[0] != "baseline";
        assert_eq!(ran.stdout.contains("It was interrupted"), is_compared, "{}", ran.stdout);
        // It was not the guest's fault.
        assert!(!ran.stdout.contains("failed"), "{}", ran.stdout);
    }
    assert!(!workplace.path("pollbench-baselines/new.json").exists());
}

#[test]
fn the_second_interruption_leaves_no_worker_behind() {
    let workplace = workplace_with_a_guest_that_spins();
    for arguments in ENDLESS {
        let (child, workers) = start_and_wait(&workplace, arguments);
        interrupt(child.id());
        interrupt(child.id());
        assert_eq!(result_of(child).code, Some(130), "{arguments:?}");
        have_ended(&workers);
    }
}

#[test]
fn a_busy_worker_ends_when_its_parent_is_killed() {
    let workplace = workplace_with_a_guest_that_spins();
    for arguments in ENDLESS {
        let (mut child, workers) = start_and_wait(&workplace, arguments);
        child.kill().expect("it is our own");
        child.wait().expect("it ends");
        have_ended(&workers);
    }
}

#[test]
fn an_interruption_ends_a_self_test() {
    let workplace = Workplace::new();
    let mut command = workplace.command(&["self-test"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the binary runs");
    let workers = workers_of(&child);
    interrupt(child.id());
    let ran = result_of(child);
    assert_eq!(ran.code, Some(130), "{}", ran.stderr);
    assert_eq!(ran.stderr, "pollbench: stopping; Ctrl-C again ends it at once\n");
    have_ended(&workers);
}
