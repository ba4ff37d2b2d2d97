//! A matrix in parts, and the parts joined.

use std::collections::BTreeSet;

use pollbench_reports::record::{Cell, Counters, Record};
use serde_json::json;

use crate::support::command::{Ran, Workplace};

const MATRIX: [&str; 9] = [
    "--guests",
    "bare,slab",
    "--workloads",
    "churn,idle,burst",
    "--pollables",
    "10,60",
    "--active",
    "1,20%",
    "--repetitions",
];

fn measure(workplace: &Workplace, arguments: &[&str], out: &str) -> Record {
    let ran = workplace.run(&[&["run", "-o", out], &MATRIX[..], &["6"], arguments].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    Record::read(&workplace.path(out).join("record.json")).expect("a record")
}

fn ids(record: &Record) -> Vec<String> {
    record.cells.iter().map(|cell| cell.id().to_string()).collect()
}

fn counted(record: &Record) -> Vec<(String, Option<&Counters>)> {
    let of = |cell: &'_ Cell| cell.id().to_string();
    record.cells.iter().map(|cell| (of(cell), cell.counters.as_ref())).collect()
}

#[test]
fn the_parts_of_a_matrix_are_merged_into_the_whole() {
    let workplace = Workplace::new();
    let whole = measure(&workplace, &[], "whole");
    let parts = ["1/3", "2/3", "3/3"];
    let outs = ["part-1", "part-2", "part-3"];
    let records: Vec<Record> =
        (0..3).map(|it| measure(&workplace, &["--partition", parts[it]], outs[it])).collect();

    // Each cell is in one part, beside all that it is compared with.
    let mut all: Vec<String> = records.iter().flat_map(ids).collect();
    all.sort();
    let mut expected = ids(&whole);
    expected.sort();
    assert_eq!(all, expected);
    assert!(records.iter().all(|it| !it.cells.is_empty()), "a share for each");
    for cells in records.iter().flat_map(|record| record.cells.chunks(2)) {
        assert_eq!(cells[0].id().group, cells[1].id().group);
    }

    // In whatever order they are given.
    for order in [[0, 1, 2], [2, 0, 1]] {
        let arguments = order.map(|it| outs[it]);
        let ran = workplace.run(&[&["merge", "-o", "merged"], &arguments[..]].concat());
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert!(ran.stdout.ends_with("report: merged/report.html\nrecord: merged/record.json\n"));
        let merged = Record::read(&workplace.path("merged/record.json")).expect("a record");
        assert_eq!(counted(&merged), counted(&whole));
        assert_eq!((merged.merged, merged.interrupted), (Some(3), false));
        assert!(merged.environments.is_empty());
        let measured = records.iter().flat_map(|record| &record.cells);
        assert!(measured.clone().all(|cell| merged.cells.contains(cell)));
    }
    // Given twice and merged already, they are still counted once.
    let ran = workplace.run(&["merge", "merged", "part-2/record.json", "part-2", "-o", "again"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let again = Record::read(&workplace.path("again/record.json")).expect("a record");
    assert_eq!(counted(&again), counted(&whole));
}

/// Other workloads do not move a group to another part.
#[test]
fn a_group_stays_in_its_part() {
    let workplace = Workplace::new();
    let part = ["--partition", "2/4"];
    let narrow = ["--workloads", "idle", "--repetitions", "1", "--guests", "bare", "--active", "1"];
    let wide = [
        "--workloads",
        "burst,churn,idle",
        "--repetitions",
        "1",
        "--guests",
        "bare",
        "--active",
        "1,3",
    ];
    let sizes = ["--pollables", "10,20,30,40,50,60"];
    let of = |words: &[&str], sizes: &[&str]| -> BTreeSet<String> {
        let (ran, record) = workplace.measure(&[words, sizes, &part].concat());
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let idle = record.cells.iter().filter(|it| it.workload == "idle" && it.active == 1);
        idle.map(|cell| cell.id().to_string()).collect()
    };
    let alone = of(&narrow, &sizes);
    assert!(!alone.is_empty() && alone.len() < 6, "{alone:?}");
    assert_eq!(of(&wide, &sizes), alone);
}

#[test]
fn a_part_without_cells_is_a_valid_part() {
    let workplace = Workplace::new();
    let one = ["--workloads", "idle", "--guests", "bare", "--pollables", "10", "--active", "1"];
    let mut empty = 0;
    for part in ["1/2", "2/2"] {
        let arguments = [&one[..], &["--repetitions", "1", "--partition", part]].concat();
        let (ran, record) = workplace.measure(&arguments);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        if record.cells.is_empty() {
            empty += 1;
            assert!(ran.stderr.contains("this part has nothing to measure"), "{}", ran.stderr);
            assert!(!record.interrupted && workplace.path("out/report.html").exists());
        }
    }
    assert_eq!(empty, 1);
}

#[test]
fn a_malformed_part_is_refused() {
    let workplace = Workplace::new();
    for (part, words) in [("0/8", "1/8 is the first"), ("9/8", "no part 9 of 8"), ("x", "2/8")] {
        let ran = workplace.run(&["run", "--partition", part]);
        assert_eq!(ran.code, Some(2));
        assert!(ran.stderr.contains(words) && ran.stderr.lines().count() == 1, "{}", ran.stderr);
    }
}

/// Two runs of the same: neither is better than the other, and both is too much.
#[test]
fn a_cell_measured_twice_is_refused_and_so_is_another_guest_of_its_name() {
    let workplace = Workplace::new();
    let short = ["--partition", "1/3"];
    measure(&workplace, &short, "one");
    measure(&workplace, &short, "two");
    let refused = |arguments: &[&str], words: &[&str]| {
        let ran = workplace.run(arguments);
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
        for word in words {
            assert!(ran.stderr.contains(word), "no {word:?} in {}", ran.stderr);
        }
        assert!(!workplace.path("both").exists());
    };
    let twice = "one/record.json and two/record.json both have bare on stock, ";
    refused(&["merge", "one", "two", "-o", "both"], &[twice, "leave one of them out"]);

    let mut other =
        serde_json::to_value(measure(&workplace, &["--partition", "2/3"], "other")).expect("JSON");
    other["environment"]["guests"][1]["sha256"] = json!("00");
    workplace.file("other/record.json", other.to_string().as_bytes());
    let named = ["one/record.json and other/record.json can't be merged", "guest \"slab\""];
    refused(&["merge", "one", "other", "-o", "both"], &named);
    refused(&["merge", "one", "none", "-o", "both"], &["can't read the record none"]);
    refused(&["merge", "-o", "both"], &["missing: ", "<DIR|RECORD>"]);
    refused(&["merge", "one"], &["missing: ", "--output"]);
}

#[test]
fn a_merged_record_names_both_of_its_machines() {
    let workplace = Workplace::new();
    measure(&workplace, &["--partition", "1/3"], "here");
    let there = measure(&workplace, &["--partition", "2/3"], "there");
    let count = there.cells.len();
    let mut there = serde_json::to_value(there).expect("JSON");
    there["environment"]["cpu"]["model"] = json!("Another CPU");
    workplace.file("there/record.json", there.to_string().as_bytes());
    let ran = workplace.run(&["merge", "here", "there", "-o", "both"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let said = "Merged from 2 runs on 2 different machines: guests are compared within a run";
    assert!(ran.stdout.contains(said) && ran.stdout.contains("run 2: Another CPU"));
    assert!(workplace.read("both/report.html").contains(said));
    let both = Record::read(&workplace.path("both/record.json")).expect("a record");
    assert_eq!(both.environments.len(), 1);
    assert_eq!(both.cells.iter().filter(|cell| cell.environment == Some(1)).count(), count);
}

/// The record has the numbers, so that it can be resumed elsewhere.
#[test]
fn the_variables_of_a_scheduler_say_which_part() {
    let workplace = Workplace::new();
    let run = |out: &str, part: &str, variables: &[(&str, &str)]| {
        let matrix = [&MATRIX[..], &["1", "-o", out, "--partition", part]].concat();
        let mut command = workplace.alone(&[&["run"], &matrix[..]].concat());
        let ran: Ran = command.envs(variables.iter().copied()).output().expect("it runs").into();
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        Record::read(&workplace.path(out).join("record.json")).expect("a record")
    };
    let slurm = [
        ("SLURM_ARRAY_TASK_ID", "11"),
        ("SLURM_ARRAY_TASK_MIN", "10"),
        ("SLURM_ARRAY_TASK_COUNT", "3"),
    ];
    let kubernetes = [("JOB_COMPLETION_INDEX", "1"), ("POLLBENCH_PARTS", "3")];
    let second = run("out", "2/3", &[]);
    assert!(!second.cells.is_empty());
    for (scheduler, variables) in [("slurm", &slurm[..]), ("kubernetes", &kubernetes)] {
        let record = run("out", scheduler, variables);
        assert_eq!(ids(&record), ids(&second), "{scheduler}");
        assert_eq!(record.environment.command, second.environment.command);
        let refused = workplace.run_alone(&["run", "--partition", scheduler]);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
        assert!(refused.stderr.contains("is not set"), "{}", refused.stderr);
    }
}
