//! The guest that `wit/README.md` shows: built from a copy outside the workspace,
//! as a stranger would build it, and run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::command::Workplace;
use crate::support::scripts::passes_random_scripts;
use pollbench_reports::record::Status;
use pollbench_reports::tuning::Tuning;

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
    build_with(workplace, &[])
}

/// Builds a copy of the example in which some texts are replaced by others.
fn build_with(workplace: &Workplace, changes: &[(&str, &str)]) -> PathBuf {
    const TARGET: &str = "wasm32-unknown-unknown";
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit"), &workplace.path("wit"));
    let project = workplace.path("wit/example");
    let source = project.join("src/lib.rs");
    let mut text = fs::read_to_string(&source).expect("the example");
    for (from, to) in changes {
        assert!(text.contains(from), "the example has no {from:?}");
        text = text.replace(from, to);
    }
    fs::write(&source, text).expect("the copy can be changed");
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

    passes_random_scripts(file, 300, false);
}

/// What the example needs to have three knobs: how many tasks it runs between two polls, one
/// that does nothing, and one that takes words.
const THREE_KNOBS: [(&str, &str); 4] = [
    (
        "knobs: vec![],",
        "knobs: vec![
            Knob { name: \"tasks\".into(), summary: \"tasks run between two polls\".into(), range: KnobRange::Integer((1, 500)), default: 4 },
            Knob { name: \"spare\".into(), summary: \"nothing\".into(), range: KnobRange::Integer((0, 9)), default: 0 },
            Knob { name: \"words\".into(), summary: \"nothing\".into(), range: KnobRange::Choice(vec![\"a\".into(), \"b\".into()]), default: 0 },
        ],",
    ),
    ("_knobs: Vec<u64>", "knobs: Vec<u64>"),
    ("in 0..runnable.len()", "in 0..runnable.len().min(knobs[0] as usize)"),
    ("executor::{Description, Failure, Guest}", "executor::{Description, Failure, Guest, Knob, KnobRange}"),
];

#[test]
fn a_component_with_three_knobs_can_be_tuned() {
    let workplace = Workplace::new();
    build_with(&workplace, &THREE_KNOBS);
    let tune = [
        "tune",
        "minimal.wasm",
        "--objective",
        "handles-per-event",
        "--workload",
        "burst",
        "--pollables",
        "100",
        "-o",
        "out",
    ];
    let ran = workplace.run(&tune);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let tuning: Tuning =
        serde_json::from_str(&workplace.read("out/tuning.json")).expect("a record");
    let [tasks, spare] = tuning.tuned.as_slice() else { panic!("two knobs take numbers") };
    assert_eq!((tasks.knob.as_str(), spare.knob.as_str()), ("tasks", "spare"));
    // Who runs all tasks that can run before it polls again polls least.
    let best = tasks.recommended().expect("a value");
    assert!(best >= 100, "{best}");
    let price = tasks.judgement.as_ref().and_then(|it| it.price_of_default()).expect("a price");
    assert!(price.estimate > 2.0, "{price:?}");
    assert_eq!(spare.recommended(), Some(0));
    assert_eq!(spare.same_as(0).len(), 6, "0, 1, 2, 4, 8 and 9 do the same");
    assert!(ran.stdout.contains("spare makes no difference here"), "{}", ran.stdout);
    for words in ["words", "tasks+words"] {
        let words = [&tune[..2], &["--knob", words]].concat();
        workplace.refuses(&words, &["\"words\" takes no whole numbers but a, b"]);
    }

    let ran = workplace.run(&[&tune[..], &["--knob", "tasks+spare"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let tuning: Tuning =
        serde_json::from_str(&workplace.read("out/tuning.json")).expect("a record");
    let [grid] = tuning.tuned.as_slice() else { panic!("one grid") };
    let point = grid.recommended().map(|it| grid.settings(it)).expect("a point");
    assert!(point[0].1 >= 100 && point[1] == ("spare", 0), "{point:?}");
    // To spare is nothing at all, so every point is as the one without.
    let others = grid.parts[0].counted.iter().filter(|it| grid.settings(it.value)[1].1 > 0);
    assert_eq!(others.clone().count(), 30);
    assert!(others.into_iter().all(|it| it.same_as.is_some()));
    let command = format!("`pollbench tune minimal.wasm@tasks={} --knob spare`", point[0].1);
    assert!(ran.stdout.contains(&command), "{}", ran.stdout);
}
