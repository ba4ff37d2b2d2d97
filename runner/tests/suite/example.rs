//! The guest that `wit/README.md` shows: built from a copy outside the workspace,
//! as a stranger would build it, and run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::command::Workplace;
use crate::support::random_script::{RandomScript, programs};
use pollbench::engine::{Configuration, Guest, Lane, RunLimits, Source};
use pollbench_reports::record::Status;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    for entry in fs::read_dir(from).expect("the contract's directory") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("a copy");
        }
    }
}

/// Builds a copy of the example and makes it a component.
fn build(workplace: &Workplace) -> PathBuf {
    const TARGET: &str = "wasm32-unknown-unknown";
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit"), &workplace.path("wit"));
    let project = workplace.path("wit/example");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release", "--locked", "--target", TARGET])
        .env_remove("CARGO_TARGET_DIR")
        .current_dir(&project)
        .status();
    assert!(status.expect("cargo runs").success());
    let module = project.join("target").join(TARGET).join("release/minimal_guest.wasm");
    let component = wit_component::ComponentEncoder::default()
        .module(&fs::read(module).expect("a module"))
        .and_then(|encoder| encoder.validate(true).encode())
        .expect("a component");
    workplace.file("minimal.wasm", &component)
}

#[test]
fn the_documented_guest_is_a_correct_one() {
    let workplace = Workplace::new();
    let file = build(&workplace);

    let (ran, record) = workplace.measure(&[
        "--guest",
        "minimal.wasm",
        "--guests",
        "slab",
        "--pollables",
        "1,100",
        "--repetitions",
        "1",
    ]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.stderr, ran.stdout);
    assert!(record.cells.iter().any(|cell| cell.guest == "minimal"));
    assert!(record.cells.iter().all(|cell| cell.status == Status::Ok));

    let configuration = Configuration::new().expect("an engine");
    let guest = Guest::load(&Source::File(file), &configuration).expect("a guest");
    let clock = quanta::Clock::new();
    TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(300)
    })
    .run(&programs(10, 10), |programs| {
        let script = Box::new(RandomScript::new(&programs));
        let outcome = guest.run(script, &[], Lane::Counted, RunLimits::default(), &clock);
        prop_assert_eq!(outcome.err(), None);
        Ok(())
    })
    .unwrap();
}
