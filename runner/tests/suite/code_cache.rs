//! Compiled components are kept, and what is compiled is said, through the real binary. No
//! test depends on how long compiling takes: a component counts as large by its bytes.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use crate::support::command::{ONE_CELL, Ran, Workplace};
use crate::support::wat_guest::{SERVE, component, padded};

/// More bytes than compile in no time, as far as pollbench knows.
const LARGE: usize = 700 << 10;

/// A workplace with a large component and a place for what is compiled.
fn workplace() -> Workplace {
    let workplace = Workplace::new();
    workplace.file("large.wasm", &padded(&component("large", SERVE), LARGE));
    workplace
}

/// Runs pollbench, which keeps what is compiled in `cache`.
fn run(workplace: &Workplace, cache: &str, arguments: &[&str]) -> Ran {
    let mut command = workplace.command(arguments);
    let ran: Ran = command.env("POLLBENCH_CACHE", cache).output().expect("the binary runs").into();
    assert_eq!(ran.code, Some(0), "{arguments:?}: {}{}", ran.stdout, ran.stderr);
    ran
}

/// The lines that tell what is compiled.
fn compiled(ran: &Ran) -> Vec<&str> {
    ran.stderr.lines().filter(|it| it.starts_with("pollbench: compiling ")).collect()
}

/// The line about the large component.
fn told(workplace: &Workplace, lane: &str, how: &str) -> String {
    let there = fs::metadata(workplace.path("large.wasm")).expect("a file");
    let size = pollbench_reports::format::bytes(there.len());
    format!("pollbench: compiling large.wasm ({size}) for {lane}, {how}")
}

const LIST: [&str; 3] = ["list", "--guest", "large.wasm"];

fn files(workplace: &Workplace) -> Vec<PathBuf> {
    let there = fs::read_dir(workplace.path("cache")).expect("a directory");
    there.map(|it| it.expect("an entry").path()).collect()
}

#[test]
fn a_large_component_is_compiled_once_for_each_lane_and_that_is_said() {
    let workplace = workplace();
    let first = run(&workplace, "cache", &LIST);
    let once = |lane| told(&workplace, lane, "once, and keeping it in cache");
    assert_eq!(compiled(&first), [once("counting")], "{}", first.stderr);
    // No other guest is large enough to be named.
    assert_eq!(first.stderr.lines().count(), 1, "{}", first.stderr);
    let again = run(&workplace, "cache", &LIST);
    assert_eq!((again.stderr.as_str(), again.stdout), ("", first.stdout));
    let of_run = ["run", "--guests", "bare", "--guest", "large.wasm", "--repetitions", "1"];
    let of_run = [&of_run[..], &ONE_CELL[..6]].concat();
    assert_eq!(compiled(&run(&workplace, "cache", &of_run)), [once("timing")]);
    assert!(compiled(&run(&workplace, "cache", &of_run)).is_empty());
    // Nor has any process of a comparison to compile it again.
    let files = files(&workplace);
    let compare = ["compare", "large.wasm", "bare", "--budget", "1"];
    let mut command = workplace.command(&[&compare[..], &ONE_CELL].concat());
    let ran = Ran::from(command.env("POLLBENCH_CACHE", "cache").output().expect("it runs"));
    assert!(compiled(&ran).is_empty() && ran.stderr.contains("counting"), "{}", ran.stderr);
    assert_eq!(self::files(&workplace).len(), files.len());
}

/// The processes of a comparison share what the first of them has compiled.
#[test]
fn a_comparison_says_what_its_processes_compile() {
    let workplace = workplace();
    let compare = ["compare", "large.wasm", "bare", "--budget", "1"];
    let mut command = workplace.command(&[&compare[..], &ONE_CELL].concat());
    let ran = Ran::from(command.env("POLLBENCH_CACHE", "cache").output().expect("it runs"));
    let lanes = ["counting", "timing"];
    let lanes = lanes.map(|lane| told(&workplace, lane, "once, and keeping it in cache"));
    assert_eq!(compiled(&ran), lanes);
    assert_eq!(files(&workplace).len(), 4, "two guests for two lanes");
}

#[test]
fn nothing_is_kept_where_nobody_wants_it_or_others_could_change_it() {
    let workplace = workplace();
    for _ in 0..2 {
        let off = run(&workplace, "off", &LIST);
        let words = told(&workplace, "counting", "which is not kept: POLLBENCH_CACHE is off");
        assert_eq!(compiled(&off), [words]);
    }
    assert!(!workplace.path("off").exists());
    fs::create_dir(workplace.path("open")).expect("a directory");
    fs::set_permissions(workplace.path("open"), Permissions::from_mode(0o777)).expect("its owner");
    let open = run(&workplace, "open", &LIST);
    let [line] = compiled(&open)[..] else { panic!("{}", open.stderr) };
    for words in ["which is not kept: open can be written to by others", "POLLBENCH_CACHE names"] {
        assert!(line.contains(words), "{line}");
    }
    assert_eq!(fs::read_dir(workplace.path("open")).expect("a directory").count(), 0);
}

/// Whatever has become of the files, guests run.
#[test]
fn damaged_files_are_compiled_again() {
    let workplace = workplace();
    let first = run(&workplace, "cache", &LIST);
    let good: Vec<(PathBuf, Vec<u8>)> = files(&workplace)
        .into_iter()
        .map(|path| (path.clone(), fs::read(path).expect("a file")))
        .collect();
    assert!(good.len() > 10);
    let damages: [fn(&mut Vec<u8>); 3] =
        [|it| it.truncate(200), |it| it.clear(), |it| it[5000] ^= 1];
    for damage in damages {
        for (path, bytes) in &good {
            let mut damaged = bytes.clone();
            damage(&mut damaged);
            fs::write(path, damaged).expect("its owner");
        }
        assert_eq!(run(&workplace, "cache", &LIST).stdout, first.stdout);
        // Compiling is the same every time.
        assert!(good.iter().all(|(path, bytes)| fs::read(path).expect("a file") == *bytes));
    }
}
