//! The guests in other languages, built by `ci/languages` in a folder outside the repository
//! with nothing but the contract, and run.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::command::Workplace;
use crate::support::scripts::passes_random_scripts;
use pollbench_reports::record::{FailureKind, KnobValue, Status};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Builds the guest with the tools that are installed. Nothing where they are not, which is
/// said: `ci/setup --tests` installs what can be had.
fn build(workplace: &Workplace, language: &str) -> Option<PathBuf> {
    let ran = Command::new(Path::new(ROOT).join("ci/languages"))
        .args(["--build", "--output", ".", language])
        .current_dir(workplace.path(""))
        .output()
        .expect("the script runs");
    let words = String::from_utf8_lossy(&ran.stdout);
    if words.contains("left out") {
        eprintln!("not tested: {}", words.trim());
        return None;
    }
    assert!(ran.status.success(), "{words}{}", String::from_utf8_lossy(&ran.stderr));
    Some(workplace.path(language).with_extension("wasm"))
}

/// It passes every workload, and so many random scripts.
fn is_right(language: &str, scripts: u32) {
    let workplace = Workplace::new();
    let Some(file) = build(&workplace, language) else { return };
    passes_every_workload(&workplace, language);
    if scripts > 0 {
        passes_random_scripts(file, scripts, true);
    }
}

fn passes_every_workload(workplace: &Workplace, language: &str) {
    let file = format!("{language}.wasm");
    let arguments = "--guests bare --workloads all --pollables 20 --repetitions 1";
    let arguments: Vec<&str> = ["--guest", &file].into_iter().chain(arguments.split(' ')).collect();
    let (ran, record) = workplace.measure(&arguments);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stderr, ran.stdout);
    assert!(record.cells.iter().all(|cell| cell.status == Status::Ok));
    let (bare, its): (Vec<_>, Vec<_>) = record.cells.iter().partition(|cell| cell.guest == "bare");
    assert_eq!(its.len(), bare.len());
    assert!(its.len() >= 11, "a cell of each workload");
}

#[test]
fn the_guest_in_c_is_right() {
    is_right("c", 300);
}

#[test]
fn the_guest_in_go_is_right() {
    is_right("go", 300);
}

#[test]
fn the_guest_in_rust_with_its_standard_library_is_right() {
    is_right("rust", 300);
}

/// To compile it once more, for random scripts, would take too long.
#[test]
fn the_guest_in_javascript_is_right() {
    is_right("javascript", 0);
}

#[test]
fn the_guest_in_python_is_right_and_the_loop_it_mends_blocks_in_front_of_a_task() {
    let workplace = Workplace::new();
    if build(&workplace, "python").is_none() {
        return;
    }
    let arguments = "--guest python.wasm --guests slab --workloads all --pollables 20 \
                     --repetitions 1 --knob python-asyncio.loop=mended,stock";
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let (ran, record) = workplace.measure(&arguments);
    assert_eq!(ran.code, Some(4), "{}{}", ran.stderr, ran.stdout);
    let (python, slab): (Vec<_>, Vec<_>) =
        record.cells.iter().partition(|cell| cell.guest == "python-asyncio");
    assert!(slab.iter().all(|cell| cell.status == Status::Ok));
    assert_eq!(python.len(), 2 * slab.len());
    for cell in python {
        // The stock loop polls although a task that has yielded, or was started, is in its
        // queue: that blocks where no event is due.
        let is_stock = cell.knobs.get("loop") == Some(&KnobValue::Choice("stock".into()));
        let has_others = ["wakes", "spawn"].contains(&cell.workload.as_str());
        let expected = (is_stock && has_others).then_some(FailureKind::Lost);
        let failure = cell.failure.as_ref().map(|failure| failure.kind);
        assert_eq!(failure, expected, "{} {:?}", cell.workload, cell.failure);
    }
}
