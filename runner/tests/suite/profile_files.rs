//! `pollbench profile`, through the real binary.

use pollbench_reports::profile::{CallTree, Function, HostProfile, MarkerKind, Profile, Turn};
use serde_json::Value;

use crate::support::command::{Ran, Workplace};
use crate::support::wat_guest;

/// A small cell.
const WORK: [&str; 6] = ["--workload", "idle", "--pollables", "60", "--active", "3"];

fn profiled(workplace: &Workplace, subjects: &[&str], output: &str) -> Ran {
    let ran = workplace.run(&[&["profile", "-o", output], subjects, &WORK].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    ran
}

fn read(workplace: &Workplace, path: &str) -> Profile {
    Profile::read(&workplace.path(path)).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_profile_has_its_files_and_the_same_counts_each_time() {
    let workplace = Workplace::new();
    // A directory of this name is not what is meant.
    std::fs::create_dir(workplace.path("slab-list")).expect("a directory");
    let ran = profiled(&workplace, &["slab-list"], "once");
    assert!(ran.stdout.contains("Of the guest's fuel, "), "{}", ran.stdout);
    for file in ["report.html", "profile.json", "flame.svg", "profile.firefox.json", "trace.json"] {
        assert!(ran.stdout.contains(&format!("once/{file}")), "{file}: {}", ran.stdout);
    }
    let profile = read(&workplace, "once/profile.json");
    let timeline = profile.timeline.as_ref().expect("turns");
    let turns = timeline.unpack().expect("they are whole");
    assert!(turns.iter().all(|turn| turn.handles >= 60), "it polls all of them");
    assert!(profile.split.is_some() && profile.notes.is_empty(), "{:?}", profile.notes);

    match profile.host_functions.as_ref().expect("samples, or why there are none") {
        HostProfile::Sampled(samples) => {
            let in_poll = samples.functions.iter().any(|it| it.name.contains("poll_ready"));
            assert!(in_poll && samples.compiled_code > 0, "{samples:?}");
            assert!(ran.stdout.contains("Of the host's time, by "), "{}", ran.stdout);
        }
        // It is up to the system.
        HostProfile::NotSampled { reason } => {
            assert!(workplace.read("once/report.html").contains(reason), "{reason}");
        }
    }

    let turn = "1. The guest passes a list to `poll`.";
    assert!(profile.anatomy.iter().any(|line| line == turn), "{:?}", profile.anatomy);
    assert!(workplace.read("once/report.html").contains(turn), "the report has the turn");

    let trace: Value = serde_json::from_str(&workplace.read("once/trace.json")).expect("JSON");
    let events = trace["traceEvents"].as_array().expect("events");
    let polls = events.iter().filter(|it| it["ph"] == "X" && it["args"]["handles"].is_u64());
    assert_eq!(polls.count() as u64, timeline.turns);
    let flame = workplace.read("once/flame.svg");
    assert!(flame.contains("boundary:") && flame.contains("host:"), "{flame}");

    profiled(&workplace, &["slab-list"], "again");
    let again = read(&workplace, "again/profile.json");
    assert_eq!(exact(&again), exact(&profile));
}

/// The tree of exact counts, with the functions that its nodes are. The list of functions may
/// have more, which were only seen in samples.
fn exact(profile: &Profile) -> (&CallTree, Vec<&Function>) {
    let tree = &profile.exact.as_ref().expect("counts").tree;
    let functions = tree.nodes.iter().map(|it| &profile.functions[it.function as usize]);
    (tree, functions.collect())
}

/// Writes [`wat_guest::burning`], and returns its name.
fn burning(workplace: &Workplace, condition: &str, rounds: u32) -> String {
    let component = wat_guest::burning(condition, rounds);
    std::fs::write(workplace.path("burning.wasm"), component).expect("a file");
    "burning.wasm".into()
}

/// What samples say of a hot function is what its fuel says.
#[test]
fn a_hot_function_has_its_share_of_the_samples() {
    let workplace = Workplace::new();
    // Enough that what the engine takes on the way out to the host, without fuel, hardly counts.
    let guest = burning(&workplace, "(i32.const 1)", 50_000);
    let ran = profiled(&workplace, &[&guest], "hot");
    assert!(ran.stdout.contains("Of the guest's time, by "), "{}", ran.stdout);
    let profile = read(&workplace, "hot/profile.json");
    let share = |tree: &CallTree| {
        let costs = tree.own_by_function(profile.functions.len());
        let hot = profile.functions.iter().position(|it| it.name == "hot").expect("the function");
        costs[hot] as f64 / tree.total() as f64
    };
    let sampled = profile.sampled.as_ref().expect("samples");
    let [by_time, by_fuel] =
        [&sampled.tree, &profile.exact.as_ref().expect("fuel").tree].map(share);
    assert!(sampled.tree.total() >= 100, "{sampled:?}");
    assert!((by_time - by_fuel).abs() < 0.05, "{by_time} of the time, {by_fuel} of the fuel");
    let root = &sampled.tree.nodes[0];
    assert_eq!(profile.functions[root.function as usize].name, "run", "{:?}", sampled.tree);
}

/// One task stalls the loop whenever it runs.
#[test]
fn a_planted_stall_is_in_the_timeline_at_its_place() {
    const TASK: u32 = 3;
    let workplace = Workplace::new();
    let condition = format!("(i32.eq (local.get $task) (i32.const {TASK}))");
    let guest = burning(&workplace, &condition, 1_000_000);
    profiled(&workplace, &[&guest], "stalled");
    let profile = read(&workplace, "stalled/profile.json");
    let timeline = profile.timeline.expect("turns");
    let turns = timeline.unpack().expect("they are whole");
    let mut times: Vec<u64> = turns.iter().map(|it| it.guest).collect();
    times.sort_unstable();
    let median = times[times.len() / 2];
    let stalls = |turn: &Turn| turn.steps.iter().any(|it| it.task == TASK);
    let stalled: Vec<&Turn> = turns.iter().filter(|it| stalls(it)).collect();
    assert!(!stalled.is_empty());
    assert!(stalled.iter().all(|it| it.guest > 8 * median), "{median}: {stalled:?}");
    let marked = timeline.markers.iter().filter(|it| it.kind == MarkerKind::Long);
    let at_its_place = marked.filter(|it| stalls(&turns[it.turn as usize])).count();
    assert!(at_its_place > 0, "{:?}", timeline.markers);
}

/// Of two guests, the one that builds its list anew for every poll stands out by that.
#[test]
fn two_guests_are_profiled_and_their_difference() {
    let workplace = Workplace::new();
    let ran = profiled(&workplace, &["vector-scan", "slab-list"], "both");
    for file in ["report.html", "flame.svg", "before/report.html", "after/report.html"] {
        assert!(ran.stdout.contains(&format!("both/{file}")), "{file}: {}", ran.stdout);
    }
    assert_eq!(read(&workplace, "both/before/profile.json").guest.name, "vector-scan");
    assert_eq!(read(&workplace, "both/after/profile.json").guest.name, "slab-list");
}

#[test]
fn a_cell_of_a_record_is_profiled_like_the_guest_itself() {
    let workplace = Workplace::new();
    let work = ["--workloads", "idle", "--pollables", "60", "--active", "3"];
    let once = ["--guests", "bare,batched", "--knob", "batch=7", "--repetitions", "1"];
    workplace.measure(&[&work[..], &once].concat());
    profiled(&workplace, &["out/record.json#2"], "cell");
    profiled(&workplace, &["batched@batch=7"], "guest");
    let [cell, guest] = ["cell", "guest"].map(|it| read(&workplace, &format!("{it}/profile.json")));
    assert_eq!((&cell.knobs, &cell.work), (&guest.knobs, &guest.work));
    assert_eq!(cell.exact.map(|it| it.tree), guest.exact.map(|it| it.tree));
    let report = workplace.read("out/report.html");
    assert!(report.contains("pollbench profile record.json#1"), "the report names the command");
}

#[test]
fn what_can_not_be_profiled_is_told_in_a_line() {
    let workplace = Workplace::new();
    workplace.file("broken.wasm", pollbench_guests::FAULTY.component);
    let refuses = |subjects: &[&str], words: &[&str]| {
        workplace.refuses(&[&["profile"], subjects].concat(), words);
    };
    refuses(&["slob"], &["slob", "did you mean \"slab\"?"]);
    refuses(&["slab@batch=3"], &["no knob \"batch\""]);
    refuses(&["slab", "--workload", "all"], &["one cell is profiled at a time"]);
    refuses(&["slab", "bare", "wstd"], &["no more values than", "wstd"]);
    refuses(&["missing.json"], &["missing.json"]);
    let broken = ["broken.wasm", "--workload", "wakes", "--pollables", "12", "-o", "x"];
    let ran = workplace.run(&[&["profile"], &broken[..]].concat());
    assert_eq!(ran.code, Some(4), "{}", ran.stderr);
    let told = ran.stderr.lines().last().expect("a message");
    assert!(told.contains("faulty fails: lost") && told.contains("--failure"), "{told}");
}
