//! How the program behaves towards shells, pipes, disks and whoever has seen enough.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::num::NonZeroU32;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::command::{ONE_CELL, Workplace, interrupt};
use crate::support::wat_guest::component;
use pollbench::engine::{Configuration, Guest, RunLimits, Source};
use pollbench::matrix::{Contender, Group, RunPlan};
use pollbench::session::{Budget, Keeper, Progress, Session};
use pollbench_guests::BUILT_IN;
use pollbench_reports::record::{self, Record};
use pollbench_simulation::workload::{CATALOGUE, Kind, Shape};

/// A measurement that takes no time.
const SMALL: [&str; 9] = [
    "run",
    "--guests",
    "bare,slab",
    "--workloads",
    "idle",
    "--pollables",
    "10",
    "--repetitions",
    "1",
];

/// What every command prints to somebody who reads it.
fn commands(workplace: &Workplace) -> Vec<Vec<&'static str>> {
    let ran = workplace.run(&[&SMALL[..], &["-o", "out", "--save=h.db"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let compare = [&["compare", "slab", "slab", "--counters-only"][..], &ONE_CELL].concat();
    let save = [&["baseline", "save", "main", "--guests", "slab"][..], &ONE_CELL].concat();
    vec![
        SMALL.to_vec(),
        vec!["list"],
        vec!["--help"],
        vec!["--version"],
        vec!["report", "out/record.json"],
        vec!["report", "out/record.json", "--worst", "slab"],
        vec!["run", "--resume", "out"],
        save,
        vec!["baseline", "list"],
        compare,
        vec!["merge", "out", "-o", "merged"],
        vec!["history", "list", "--history", "h.db"],
        vec!["history", "show", "1", "--print", "table", "--history", "h.db"],
        vec!["history", "export", "--history", "h.db"],
        vec!["history", "export", "--csv", "--history", "h.db"],
    ]
}

#[test]
fn a_closed_output_ends_the_program_quietly() {
    let workplace = Workplace::new();
    for arguments in commands(&workplace) {
        let mut child = workplace
            .command(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        // Nobody will ever read it.
        drop(child.stdout.take());
        let ended = child.wait_with_output().expect("it ends");
        let said = String::from_utf8(ended.stderr).expect("UTF-8");
        assert_eq!(ended.status.code(), Some(0), "{arguments:?}: {said}");
        assert!(!said.contains("panicked"), "{arguments:?}: {said}");
    }
}

/// Nor does it need anybody to read what it says beside.
#[test]
fn a_closed_error_output_does_not_disturb_a_run() {
    let workplace = Workplace::new();
    for arguments in [&SMALL[..], &["run", "--guests", "no-such-guest"]] {
        let mut command = workplace.command(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        drop(child.stderr.take());
        let code = child.wait().expect("it ends").code();
        assert_eq!(code, Some(if arguments.len() > 3 { 0 } else { 2 }), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_reported() {
    let workplace = Workplace::new();
    // What clap prints by itself, nobody needs to have.
    let commands = commands(&workplace).into_iter().filter(|it| !it[0].starts_with("--"));
    for arguments in commands {
        let full = File::options().write(true).open("/dev/full").expect("a full device");
        let mut command = workplace.command(&arguments);
        let ended = command.stdout(full).output().expect("the binary runs");
        let said = String::from_utf8(ended.stderr).expect("UTF-8");
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}: {said}");
        let said_so = said.contains("can't write to standard output")
            || said.contains("can't write standard output");
        assert!(said_so, "{arguments:?}: {said}");
    }
}

#[cfg(unix)]
#[test]
fn arguments_that_are_not_utf_8_are_refused_unless_they_are_paths() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let odd = OsStr::from_bytes(b"o\xffdd");
    let workplace = Workplace::new();
    for before in [&["run", "--guests"][..], &["run", "--guest"], &["compare"], &["list"], &[]] {
        let ran = workplace.command(before).arg(odd).output().expect("the binary runs");
        let said = String::from_utf8(ran.stderr).expect("UTF-8");
        assert_eq!(ran.status.code(), Some(2), "{before:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{before:?}: {said}");
    }
    let mut command = workplace.command(&SMALL);
    let ran = command.arg("-o").arg(odd).output().expect("the binary runs");
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn a_dash_is_standard_input_and_output() {
    let workplace = Workplace::new();
    workplace.run(&[&SMALL[..], &["-o", "out"]].concat());
    let record = fs::read(workplace.path("out/record.json")).expect("a record");
    let feed = |arguments: &[&str], bytes: &[u8]| {
        let mut command = workplace.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        child.stdin.take().expect("piped").write_all(bytes).expect("it reads");
        child.wait_with_output().expect("it ends")
    };
    let shown = workplace.run(&["report", "out/record.json", "-o", "again"]);
    let read = feed(&["report", "-", "-o", "again"], &record);
    assert_eq!(String::from_utf8(read.stdout).expect("UTF-8"), shown.stdout);
    let damaged = feed(&["report", "-"], b"{");
    let said = String::from_utf8(damaged.stderr).expect("UTF-8");
    assert!(said.contains("the record standard input is damaged"), "{said}");

    for file in ["json=-", "json=/dev/stdout"] {
        let arguments = ["compare", "-", "out/record.json", "--counters-only", "--write", file];
        let compared = feed(&[&arguments[..], &["--format", "json"]].concat(), &record);
        let text = String::from_utf8(compared.stdout).expect("UTF-8");
        // Once because of either.
        let values = serde_json::Deserializer::from_str(&text).into_iter::<serde_json::Value>();
        let values: Vec<_> = values.map(|value| value.expect("JSON")).collect();
        assert_eq!(values.len(), 2, "{file}");
        assert_eq!(values[0], values[1]);
    }
    assert!(!workplace.path("-").exists());
}

/// What other programs have compressed, or marked.
#[test]
fn compressed_and_marked_records_are_read() {
    let workplace = Workplace::new();
    workplace.run(&[&SMALL[..], &["-o", "out"]].concat());
    let record = fs::read(workplace.path("out/record.json")).expect("a record");
    workplace.file("marked.json", &[b"\xef\xbb\xbf", &record[..]].concat());
    let gzip = Command::new("gzip")
        .args(["--keep", "--force", "record.json"])
        .current_dir(workplace.path("out"))
        .status()
        .expect("gzip runs");
    assert!(gzip.success());
    let plain = workplace.run(&["report", "out/record.json", "-o", "again"]);
    for packed in ["out/record.json.gz", "marked.json"] {
        let ran = workplace.run(&["report", packed, "-o", "again"]);
        assert_eq!((ran.code, &ran.stdout), (Some(0), &plain.stdout), "{packed}: {}", ran.stderr);
    }
    let packed = fs::read(workplace.path("out/record.json.gz")).expect("a file");
    workplace.file("cut.json.gz", &packed[..packed.len() / 2]);
    workplace.refuses(&["report", "cut.json.gz"], &["can't read the record cut.json.gz"]);
    let both = ["compare", "out/record.json.gz", "out/record.json", "--counters-only"];
    assert_eq!(
        workplace.run(&both).code,
        workplace.run(&[both[0], both[2], both[2], both[3]]).code
    );
}

#[test]
fn a_file_that_can_not_be_written_does_not_keep_others_from_being_written() {
    let workplace = Workplace::new();
    let run = [&SMALL[..], &["-o", "out"]].concat();
    let mut child = workplace.command(&run);
    let mut child =
        child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
    // Once the old results are gone, what is to be the report becomes a directory.
    let mut said = BufReader::new(child.stderr.take().expect("piped"));
    let mut line = String::new();
    while !line.contains("results go to") {
        line.clear();
        assert!(said.read_line(&mut line).expect("a line") > 0, "it has ended");
    }
    fs::create_dir(workplace.path("out/report.html")).expect("a directory");
    let mut rest = String::new();
    said.read_to_string(&mut rest).expect("UTF-8");
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!(ended.status.code(), Some(2), "{rest}");
    let shown = String::from_utf8(ended.stdout).expect("UTF-8");
    assert!(shown.contains("idle, 1 active") && shown.contains("record: out/record.json"));
    assert!(!shown.contains("report:") && rest.contains("can't write out/report.html"), "{rest}");
    Record::read(&workplace.path("out/record.json")).expect("a record");
}

#[test]
fn a_guest_or_workload_named_twice_is_run_once() {
    let workplace = Workplace::new();
    let (_, record) = workplace.measure(&[
        "--guests",
        "slab,bare,slab",
        "--workloads",
        "idle,burst,idle",
        "--pollables",
        "10,10",
        "--active",
        "1,1,10%",
        "--knob",
        "slab.timers=heap,wheel,heap",
        "--host",
        "stock,stock",
        "--repetitions",
        "1",
    ]);
    // Two workloads; `slab` with two settings, and `bare`.
    assert_eq!(record.cells.len(), 2 * 3);
    let merged = workplace.run(&["merge", "out", "-o", "merged"]);
    assert_eq!(merged.code, Some(0), "{}", merged.stderr);
}

#[test]
fn without_a_terminal_progress_is_an_occasional_line() {
    let workplace = Workplace::new();
    let many = ["run", "--guests", "bare", "--workloads", "idle", "--pollables", "10"];
    let ran = workplace.run(&[&many[..], &["--repetitions", "500"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    // On a machine so slow that it takes minutes there are more.
    assert!(ran.stderr.lines().count() < 50, "{}", ran.stderr);
    assert!(ran.stderr.contains("timing, round 1 of 500"), "{}", ran.stderr);
}

/// A guest that never returns would go on for an hour.
#[test]
fn the_first_interruption_ends_a_run_that_is_under_way() {
    let workplace = Workplace::new();
    workplace.file("spins.wasm", &component("spins", "(loop $l (br $l))"));
    let arguments = ["--guests", "slab", "--guest", "spins.wasm", "--run-limit", "3600"];
    let arguments = [&["run", "--workloads", "idle", "-o", "out"][..], &arguments].concat();
    let mut command = workplace.command(&arguments);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    let mut said = BufReader::new(child.stderr.take().expect("piped"));
    let mut line = String::new();
    while !line.contains("counting") {
        line.clear();
        assert!(said.read_line(&mut line).expect("a line") > 0, "it has ended");
    }
    // By now it is likely to be the guest's turn.
    sleep(Duration::from_millis(300));
    interrupt(child.id());
    let mut rest = String::new();
    said.read_to_string(&mut rest).expect("UTF-8");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert!(rest.contains("Ctrl-C again ends it at once"), "{rest}");
    let record = Record::read(&workplace.path("out/record.json")).expect("a record");
    assert!(record.interrupted);
    // It was not the guest's fault.
    assert!(record.cells.iter().all(|cell| cell.failure.is_none()));
}

/// How many workloads have been made.
static MADE: AtomicU32 = AtomicU32::new(0);

/// Notes how many workloads had been made when the last run was over. One more is made to
/// describe them.
#[derive(Default)]
struct AtTheEnd(Cell<u32>);

impl Progress for AtTheEnd {
    fn begin(&self, _what: &str, _whole: u64) {}
    fn advance(&self, _units: u64) {}
    fn end(&self) {
        self.0.set(MADE.load(Relaxed));
    }
}

impl Keeper for AtTheEnd {
    fn is_due(&self) -> bool {
        false
    }

    fn keep(&self, _cells: Vec<record::Cell>) {}
}

/// In the first round, each cell is run a second time, to be profiled.
#[test]
fn no_profiled_run_begins_after_an_interruption() {
    static STOP: AtomicBool = AtomicBool::new(false);
    let interrupted_in_the_second_run = Kind {
        build: |shape| {
            if MADE.fetch_add(1, Relaxed) == 1 {
                STOP.store(true, Relaxed);
            }
            (CATALOGUE[0].build)(shape)
        },
        ..CATALOGUE[0]
    };
    let kind: &Kind = Box::leak(Box::new(interrupted_in_the_second_run));
    let shape = Shape { pollables: 10, active: 1, parameters: kind.defaults(), effort: 100 };
    let configuration = Configuration::new().expect("an engine");
    let guest = Guest::load(&Source::BuiltIn(BUILT_IN[0]), &configuration).expect("a guest");
    let knobs = guest.description.knobs.iter().map(|knob| knob.default).collect();
    let plan = RunPlan {
        groups: vec![Group { kind, shape }],
        contenders: vec![Contender { guest: 0, knobs }],
    };
    let budget = Budget::Repetitions(NonZeroU32::MIN);
    let guests = [guest];
    let session = Session::new(&guests, &plan, RunLimits::default(), budget, &STOP, Instant::now());
    let runs = AtTheEnd::default();
    let finished = session.run(&runs, &runs);
    assert!(finished.interrupted);
    assert!(finished.cells[0].counters.is_some() && finished.cells[0].time.is_none());
    // It was counted and run plainly.
    assert_eq!(runs.0.get(), 2);
}

/// A script or a spreadsheet gets the numbers and nothing else.
#[test]
fn numbers_can_be_printed_without_a_report() {
    let workplace = Workplace::new();
    let ran = workplace.run(&[&SMALL[..], &["-o", "out", "--print", "csv"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.starts_with("guest,knobs,host,run,workload,"), "{}", ran.stdout);
    assert_eq!(ran.stdout.lines().count(), 1 + 2);
    assert!(ran.stderr.contains("report: out/report.html"), "{}", ran.stderr);

    let again = workplace.run(&["report", "out/record.json", "--print", "csv"]);
    assert_eq!((again.code, again.stdout), (Some(0), ran.stdout));
    let table = workplace.run(&["report", "out/record.json", "--print", "table"]);
    assert!(table.stdout.contains("N = 10"), "{}", table.stdout);
    assert!(!workplace.path("report.html").exists());
}

/// The help names everything that there is, and shells complete it.
#[test]
fn help_completions_and_manual_pages_name_guests_workloads_and_options() {
    let workplace = Workplace::new();
    let help = workplace.run(&["run", "--help"]).stdout;
    let words = help.split(|it: char| !it.is_ascii_alphanumeric() && it != '-');
    let words: Vec<&str> = words.collect();
    let guests = BUILT_IN.iter().map(|guest| guest.name);
    for name in guests.chain(CATALOGUE.iter().map(|kind| kind.name)).chain(["stock-sync"]) {
        assert!(words.contains(&name), "{name}: {help}");
    }
    for shell in ["bash", "zsh", "fish"] {
        let script = workplace.run(&["completions", shell]).stdout;
        assert!(script.contains("pollables") && script.contains("calibrate"), "{shell}");
    }
    let syntax = Command::new("bash").arg("-n").stdin(Stdio::piped()).spawn();
    let mut syntax = syntax.expect("bash runs");
    let script = workplace.run(&["completions", "bash"]).stdout;
    syntax.stdin.take().expect("piped").write_all(script.as_bytes()).expect("it reads");
    assert!(syntax.wait().expect("it ends").success());

    assert_eq!(workplace.run(&["man", "pages"]).code, Some(0));
    for page in ["pollbench.1", "pollbench-run.1", "pollbench-gate.1"] {
        assert!(workplace.read(format!("pages/{page}")).contains(".TH"), "{page}");
    }
}

#[test]
fn output_to_a_pipe_has_no_colours() {
    let workplace = Workplace::new();
    for arguments in commands(&workplace) {
        let ran = workplace.run(&arguments);
        assert!(!ran.stdout.contains('\x1b') && !ran.stderr.contains('\x1b'), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_stays_on_the_processor_that_is_asked_for() {
    let workplace = Workplace::new();
    let pinned = workplace.run(&[&SMALL[..], &["--pin"]].concat());
    assert_eq!(pinned.code, Some(0), "{}", pinned.stderr);
    workplace.refuses(
        &["run", "--host", "real", "--pin", "--guests", "bare"],
        &["--pin and the host `real` don't go together"],
    );
    let wrong = [&SMALL[..], &["--pin=100000"]].concat();
    workplace.refuses(&wrong, &["there is no processor 100000 to stay on"]);

    let many = [&SMALL[..7], &["--repetitions", "1000000", "--pin", "-o", "out"]].concat();
    let mut command = workplace.command(&many);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    let said = BufReader::new(child.stderr.take().expect("piped"));
    assert!(said.lines().map_while(Result::ok).any(|line| line.contains("counting")));
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).expect("it runs");
    interrupt(child.id());
    child.wait().expect("it ends");
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    let processors = list.expect("a list").trim();
    assert!(processors.parse::<u32>().is_ok(), "{processors}");
}
