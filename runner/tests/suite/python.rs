//! The guest in Python, built as its page says and run.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::command::Workplace;
use pollbench_reports::record::{FailureKind, KnobValue, Status};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Where `ci/setup --tests` puts it, and where it is if somebody else has.
fn componentize_py() -> Option<PathBuf> {
    let ours = Path::new(ROOT).join("target/componentize-py/bin/componentize-py");
    [ours, "componentize-py".into()]
        .into_iter()
        .find(|path| Command::new(path).arg("--version").output().is_ok())
}

#[test]
fn the_guest_in_python_is_right_until_a_task_yields() {
    let Some(componentize_py) = componentize_py() else {
        eprintln!("not tested: there is no componentize-py; `ci/setup --tests` installs it");
        return;
    };
    let workplace = Workplace::new();
    let built = Command::new(componentize_py)
        .args(["-d", "../../wit", "-w", "guest", "componentize", "app", "-o"])
        .arg(workplace.path("python.wasm"))
        .current_dir(Path::new(ROOT).join("bench-guests/python"))
        .output()
        .expect("componentize-py runs");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));

    let arguments = "--guest python.wasm --guests slab --pollables 100 --repetitions 1";
    let yields = "--param idle.yielders=0,1 --param idle.delay=0,1000000";
    let arguments: Vec<&str> = [arguments, yields].iter().flat_map(|a| a.split(' ')).collect();
    let (ran, record) = workplace.measure(&arguments);
    assert_eq!(ran.code, Some(4), "{}{}", ran.stderr, ran.stdout);
    let (python, slab): (Vec<_>, Vec<_>) =
        record.cells.iter().partition(|cell| cell.guest == "python-asyncio");
    assert!(slab.iter().all(|cell| cell.status == Status::Ok));
    for cell in python {
        // The loop polls although a task that has yielded is in its queue: that blocks
        // where no event is due.
        let is_set =
            |name| cell.parameters.get(name).is_some_and(|value| *value != KnobValue::Integer(0));
        let expected = (is_set("yielders") && is_set("delay")).then_some(FailureKind::Lost);
        let failure = cell.failure.as_ref().map(|failure| failure.kind);
        assert_eq!(failure, expected, "{} {:?}", cell.workload, cell.failure);
    }
}
