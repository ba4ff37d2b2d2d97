//! What files and guests may be called on the command line, through the real binary.

use std::fs;

use pollbench_guests::BUILT_IN;
use pollbench_reports::record::Record;

use crate::support::command::{ONE_CELL, Workplace};
use crate::support::wat_guest::{SERVE, component, padded};

const ONE_RUN: [&str; 4] = ["--guests", "bare", "--repetitions", "1"];

fn names(record: &Record) -> Vec<&str> {
    record.environment.guests.iter().map(|it| it.name.as_str()).collect()
}

fn write(workplace: &Workplace, path: &str, bytes: &[u8]) {
    let folder = workplace.path(path);
    fs::create_dir_all(folder.parent().expect("a folder")).expect("it can be made");
    workplace.file(path, bytes);
}

/// The commonest comparison there is.
#[test]
fn two_builds_of_one_guest_are_told_apart() {
    let workplace = Workplace::new();
    write(&workplace, "old/g.wasm", &component("mine", SERVE));
    write(&workplace, "new/g.wasm", &padded(&component("mine", SERVE), 1));
    let files = ["--guest", "old/g.wasm", "--guest", "new/g.wasm"];
    let (ran, record) = workplace.measure(&[&ONE_RUN[..], &files, &ONE_CELL[..6]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(names(&record), ["bare", "mine-old", "mine-new"]);
    let cells: Vec<&str> = record.cells.iter().map(|it| it.guest.as_str()).collect();
    assert_eq!(cells, ["bare", "mine-old", "mine-new"]);
    let said = "several guests call themselves mine: old/g.wasm is mine-old, new/g.wasm is \
                mine-new; --guest NAME=FILE names them";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
    let listed = workplace.run(&[&["list"], &files[..]].concat()).stdout;
    assert!(listed.contains("\n  mine-old ") && listed.contains("\n  mine-new "), "{listed}");

    let named = ["--guest", "was=old/g.wasm", "--guest", "is=new/g.wasm"];
    let (ran, record) = workplace.measure(&[&ONE_RUN[..], &named, &ONE_CELL[..6]].concat());
    assert_eq!((ran.code, names(&record)), (Some(0), vec!["bare", "was", "is"]));
    assert!(!ran.stderr.contains("call themselves"), "{}", ran.stderr);
    assert!(ran.stdout.contains("was") && !ran.stdout.contains("mine"), "{}", ran.stdout);
    let refused = ["run", "--guest", "bare=old/g.wasm"];
    workplace.refuses(&refused, &["two guests are called \"bare\"", "--guest NAME=FILE"]);
}

/// A `.` may be in the name of a guest, too.
#[test]
fn knobs_are_set_for_the_guest_that_is_named() {
    let workplace = Workplace::new();
    let batched = BUILT_IN.iter().find(|it| it.name == "batched").expect("a guest");
    workplace.file("g.wasm", batched.component);
    let files = ["--guest", "v1.2=g.wasm", "--guest", "v1.3=g.wasm"];
    let knob = ["--knob", "v1.2.batch=8"];
    let (ran, record) = workplace.measure(&[&ONE_RUN[..], &files, &knob, &ONE_CELL[..6]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let of = |name: &str| {
        let cell = record.cells.iter().find(|it| it.guest == name).expect("a cell of it");
        cell.knobs["batch"].to_string()
    };
    assert_eq!([of("v1.2"), of("v1.3")], ["8", "64"]);
    let wrong = [&ONE_RUN[..], &files, &["--knob", "v1.4.batch=8"]].concat();
    workplace.refuses(&[&["run"], &wrong[..]].concat(), &["no guest \"v1.4\"", "mean \"v1."]);
}

/// An existing file is a file, whatever is in its name.
#[test]
fn a_path_may_have_anything_in_it() {
    let workplace = Workplace::new();
    let odd = ["node_modules/@scope/guest.wasm", "a=b,c/d@e=1.wasm", "plain"];
    let tiered = BUILT_IN.iter().find(|it| it.name == "tiered").expect("a guest");
    for path in odd {
        write(&workplace, path, &padded(tiered.component, 1));
        let sides = ["compare", "tiered", path, "--counters-only"];
        let (ran, _) = workplace.judge(&[&sides[..], &ONE_CELL].concat());
        assert_eq!(ran.code, Some(0), "{path}: {}", ran.stderr);
        let with_knobs = format!("{path}@hot=8,interval=4");
        let sides = ["compare", path, &with_knobs, "--counters-only"];
        let ran = workplace.run(&[&sides[..], &ONE_CELL].concat());
        let shown = "tiered → tiered hot=8 interval=4";
        assert!(ran.stdout.contains(shown), "{path}: {}{}", ran.stdout, ran.stderr);
        let run = [&ONE_RUN[..], &["--guest", path], &ONE_CELL[..6]].concat();
        assert_eq!(names(&workplace.measure(&run).1), ["bare", "tiered"], "{path}");
    }
    let missing = "node_modules/@scope/none.wasm";
    for word in [missing.to_string(), format!("{missing}@hot=8")] {
        let read = format!("can't read the guest {missing}: No such file");
        workplace.refuses(&["compare", "slab", &word], &[&read]);
    }
}
