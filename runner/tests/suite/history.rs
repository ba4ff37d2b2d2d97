//! What is done with the runs of a history, on the command line.

use std::fs;
use std::process::{Command, Stdio};

use pollbench_reports::record::Record;
use serde_json::json;

use crate::support::command::Workplace;
use crate::support::history::record;

/// A history of three runs, an hour after each other.
fn three() -> Workplace {
    let workplace = Workplace::new();
    for (hour, commit, branch) in
        [(8, "aaaa1", "main"), (9, "bbbb2", "topic"), (10, "cccc3", "main")]
    {
        workplace.record("r.json", hour);
        let commit = commit.repeat(8);
        let add = ["history", "add", "r.json", "--commit", &commit, "--branch", branch];
        workplace.printed(&[&add[..], &["--subject", "Polls less", "--tag", "all"]].concat());
    }
    workplace
}

#[test]
fn records_are_added_whether_packed_or_in_a_directory_or_from_standard_input() {
    let workplace = Workplace::new();
    fs::create_dir(workplace.path("out")).expect("a directory");
    workplace.record("out/record.json", 1);
    workplace.record("two.json", 2);
    workplace.record("three.json", 3);
    let packed = Command::new("gzip").arg("--keep").arg(workplace.path("two.json")).status();
    assert!(packed.expect("gzip runs").success());
    fs::remove_file(workplace.path("two.json")).expect("it was there");

    let is_closed = || !workplace.path("pollbench-history.db-wal").exists();
    let add = ["history", "add", "out", "two.json.gz"];
    workplace.prints(&add, "run 1 was added: out/record.json\nrun 2 was added: two.json.gz\n");
    assert!(is_closed());
    let three = fs::read(workplace.path("three.json")).expect("a record");
    let ran = workplace.given(&["history", "add", "-"], &three);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "run 3 was added: standard input\n"));
    assert!(is_closed());
    // SQLite may be quick enough by chance, but not each time.
    for _ in 0..5 {
        assert_eq!(workplace.numbers(&[]), [3, 2, 1]);
        assert!(is_closed());
    }
}

/// However it is indented, and whatever is said of where it comes from.
#[test]
fn the_same_record_is_one_run() {
    let workplace = Workplace::new();
    workplace.record("r.json", 8);
    let plain = serde_json::to_string(&record(8)).expect("JSON");
    assert_ne!(plain, workplace.read("r.json"));
    workplace.file("plain.json", plain.as_bytes());
    workplace.prints(&["history", "add", "r.json"], "run 1 was added: r.json\n");
    let again = ["history", "add", "plain.json", "--commit", "c0ffee", "--tag", "later"];
    workplace.prints(&again, "run 1 was there already: plain.json\n");
    let runs = workplace.runs(&[]);
    assert_eq!(runs.len(), 1);
    assert_eq!((&runs[0]["commit"], &runs[0]["tags"]), (&json!(null), &json!(["later"])));
}

#[test]
fn what_is_known_of_runs_is_listed_and_shown() {
    let workplace = three();
    let table = workplace.printed(&["history", "list"]);
    let lines: Vec<&str> = table.lines().map(str::trim).collect();
    let words: Vec<&str> = lines[0].split_whitespace().collect();
    let header = ["run", "time", "kind", "commit", "branch", "cells", "failed", "tags", "subject"];
    assert_eq!(words, header);
    let newest: Vec<&str> = lines[2].split_whitespace().collect();
    let expected = ["3", "2026-11-22T10:00:00Z", "run", "cccc3cccc3cc", "main", "6", "0", "all"];
    assert_eq!(newest, [&expected[..], &["Polls", "less"]].concat());
    assert_eq!(lines.last(), Some(&"1 to 3 of 3"));

    let run = &workplace.runs(&["--limit", "1"])[0];
    assert_eq!(run["commit"], "cccc3".repeat(8));
    assert_eq!((&run["cells"], &run["failed"]), (&json!(6), &json!(0)));
    assert_eq!(run["conditions"]["pollbench"], record(8).environment.pollbench);

    let digest = |run: i64| {
        let runs = workplace.runs(&["--tag", "all"]);
        let run = runs.iter().find(|it| it["run"] == run).expect("it is listed");
        run["digest"].as_str().expect("a text").to_owned()
    };
    let facts = workplace.printed(&["history", "show", &digest(2)[..8]]);
    for fact in ["run        2", "branch     topic", "subject    Polls less", "tags       all"] {
        assert!(facts.lines().any(|line| line == fact), "{fact}: {facts}");
    }
    assert!(facts.contains(&format!("digest     {}", digest(2))), "{facts}");
}

#[test]
fn the_record_of_a_run_is_what_was_added() {
    let workplace = Workplace::new();
    workplace.record("r.json", 8);
    workplace.printed(&["history", "add", "r.json"]);
    let show = |format| workplace.printed(&["history", "show", "1", "--print", format]);
    let report = |format| workplace.printed(&["report", "r.json", "--print", format]);
    assert_eq!(show("table"), report("table"));
    assert_eq!(show("csv"), report("csv"));
    let text = show("json");
    assert_eq!(text.lines().count(), 1);
    let again = Record::parse(text.as_bytes(), "printed".as_ref()).expect("a record");
    assert_eq!(json!(again), json!(record(8)));
}

#[test]
fn runs_are_chosen_by_what_is_known_of_them() {
    let workplace = three();
    for (filter, runs) in [
        (&["--branch", "main"][..], &[3, 1][..]),
        (&["--commit", &"bbbb2".repeat(8)], &[2]),
        // As a table shows it.
        (&["--commit", "bbbb2bbbb2bb"], &[2]),
        (&["--commit", "bbbb2", "--branch", "main"], &[]),
        // What is known of a tag or a number is not known of a commit.
        (&["--commit", "all"], &[]),
        (&["--tag", "all", "--since", "2026-11-22T09:00:00Z"], &[3, 2]),
        (&["--until", "2026-11-22T09:00:00Z"], &[1]),
        (&["--since", "2026-11-22", "--until", "2026-11-23"], &[3, 2, 1]),
        (&["--since", "2026-11-23"], &[]),
        (&["--limit", "2"], &[3, 2]),
        (&["--limit", "1", "--offset", "1"], &[2]),
        (&["--offset", "18446744073709551615"], &[]),
    ] {
        assert_eq!(workplace.numbers(filter), runs, "{filter:?}");
    }
    let page = workplace.printed(&["history", "list", "--limit", "1", "--offset", "1"]);
    assert!(page.ends_with("\n2 to 2 of 3\n"), "{page}");
    let none = ["history", "list", "--branch", "none"];
    workplace.prints(&none, "there are 0 such runs, and none from number 1 on\n");
}

#[test]
fn tags_are_given_and_taken_away() {
    let workplace = three();
    let tags = |runs: &[&str]| workplace.runs(runs)[0]["tags"].clone();
    let tag = ["history", "tag", "bbbb2", "base", "nightly"];
    workplace.prints(&tag, "run 2 has the tags all, base, nightly\n");
    assert_eq!(workplace.numbers(&["--tag", "nightly"]), [2]);
    workplace.prints(&["history", "untag", "base", "base", "all"], "run 2 has the tags nightly\n");
    assert_eq!(tags(&["--tag", "nightly"]), json!(["nightly"]));
    workplace.refuses(&["history", "untag", "2", "base"], &["run 2 has no tag \"base\""]);
    workplace.prints(&["history", "untag", "2", "nightly"], "run 2 has no tags\n");
    workplace.refuses(&["history", "tag", "9", "x"], &["there is no run \"9\""]);
    workplace.refuses(&["history", "tag", "1", " "], &["can't be a tag", "empty"]);
}

#[test]
fn runs_are_removed_if_all_of_them_are_there() {
    let workplace = three();
    workplace.refuses(&["history", "rm", "1", "9"], &["there is no run \"9\""]);
    assert_eq!(workplace.numbers(&[]), [3, 2, 1]);
    let rm = ["history", "rm", "1", "bbbb2", "2"];
    workplace.prints(&rm, "run 1 was removed\nrun 2 was removed\n");
    assert_eq!(workplace.numbers(&[]), [3]);
    workplace.prints(&["history", "check"], "the one run is whole\n");
    workplace.refuses(&["history", "show", "1"], &["there is no run \"1\"", "history list"]);
}

#[test]
fn what_is_no_record_is_reported_and_the_others_are_added() {
    let workplace = Workplace::new();
    workplace.file("other.json", b"{}");
    workplace.file("text", b"text");
    workplace.refuses(&["history", "add", "other.json"], &["other.json is no pollbench record"]);
    workplace.refuses(&["history", "add", "text"], &["text is damaged"]);
    workplace.refuses(&["history", "add", "none"], &["can't read the record none", "No such file"]);
    assert!(!workplace.path("pollbench-history.db").exists(), "nothing was added");

    workplace.record("one.json", 1);
    workplace.record("two.json", 2);
    let ran =
        workplace.run_alone(&["history", "add", "none", "one.json", "other.json", "two.json"]);
    assert_eq!(ran.code, Some(2));
    assert_eq!(ran.stdout, "run 1 was added: one.json\nrun 2 was added: two.json\n");
    assert_eq!(ran.stderr.lines().count(), 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("record none") && ran.stderr.contains("other.json is no"));
    workplace.prints(&["history", "check"], "all 2 runs are whole\n");
}

#[test]
fn an_export_brings_everything_into_another_history() {
    let workplace = three();
    let export = workplace.printed(&["history", "export"]);
    assert_eq!(export.lines().count(), 1 + 3 + 1);
    workplace.prints(
        &["history", "export", "-o", "copies/all.jsonl"],
        "export: copies/all.jsonl, 3 runs\n",
    );
    assert_eq!(workplace.read("copies/all.jsonl"), export);
    // It never takes the place of the history.
    for file in ["pollbench-history.db", "copies/../pollbench-history.db"] {
        let refused = ["history", "export", "-o", file];
        workplace.refuses(&refused, &[file, "is the history itself", "another file"]);
    }
    workplace.printed(&["history", "check"]);

    let other = ["--history", "deep/other.db"];
    let import = [&["history", "import", "copies/all.jsonl"][..], &other].concat();
    workplace.prints(&import, "runs added: 3; there already: 0\n");
    assert!(workplace.printed(&[&["history", "export"][..], &other].concat()) == export);
    workplace.prints(&import, "runs added: 0; there already: 3\n");
    let ran = workplace.given(&["history", "import", "-", "--history", "x.db"], export.as_bytes());
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "runs added: 3; there already: 0\n"));
    assert_eq!(workplace.runs(&["--history", "x.db"]), workplace.runs(&[]));

    workplace
        .file("part.jsonl", export.split_inclusive('\n').take(2).collect::<String>().as_bytes());
    let part = ["history", "import", "part.jsonl", "--history", "part.db"];
    workplace.refuses(&part, &["line 3 of the export", "ends early"]);
    assert_eq!(workplace.numbers(&["--history", "part.db"]), [1]);
    workplace.file("changed.jsonl", export.replace("\"idle\"", "\"burst\"").as_bytes());
    let changed = ["history", "import", "changed.jsonl", "--history", "part.db"];
    workplace.refuses(&changed, &["line 2 of the export", "its digest is another"]);
    let absent = ["history", "import", "absent.jsonl", "--history", "absent.db"];
    workplace.refuses(&absent, &["can't read the export absent.jsonl", "No such file"]);
    assert!(!workplace.path("absent.db").exists());
    workplace
        .refuses(&["history", "export", "-o", "deep/other.db/x"], &["can't write deep/other.db"]);
}

#[test]
fn numbers_are_exported_for_spreadsheets() {
    let workplace = three();
    let csv = workplace.printed(&["history", "export", "--csv", "--branch", "main"]);
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with("run,time,commit,branch,guest,"), "{}", lines[0]);
    let of_run = |run: &str| lines.iter().filter(|line| line.starts_with(run)).count();
    assert!(of_run("1,") > 6 && of_run("1,") == of_run("3,"), "{csv}");
    assert_eq!(1 + 2 * of_run("1,"), lines.len(), "the other branch is left out");
    let rows = lines.len() - 1;
    let file = ["history", "export", "--csv", "--branch", "main", "-o", "main.csv"];
    workplace.prints(&file, &format!("export: main.csv, {rows} rows\n"));
    assert_eq!(workplace.read("main.csv"), csv);
    // The lines of JSON are for a copy, which has all runs.
    workplace.refuses(&["history", "export", "--branch", "main"], &["missing: --csv"]);
}

#[test]
fn names_of_strangers_do_no_harm() {
    let workplace = Workplace::new();
    workplace.record("r.json", 8);
    for (option, what) in [("--commit", "commit"), ("--branch", "branch"), ("--tag", "tag")] {
        for name in ["a\nb", "a\u{1b}[31mb", "a\u{202e}b", "", " "] {
            let words = ["can't be a", what, "characters that can't be seen"];
            let words = if name.trim().is_empty() { &words[..2] } else { &words };
            let ran = workplace.run_alone(&["history", "add", "r.json", option, name]);
            assert_eq!((ran.code, ran.stderr.lines().count()), (Some(2), 1), "{}", ran.stderr);
            let is_plain = |it: char| it == '\n' || !it.is_control() && it != '\u{202e}';
            assert!(ran.stderr.chars().all(is_plain), "{:?}", ran.stderr);
            assert!(words.iter().all(|word| ran.stderr.contains(word)), "{}", ran.stderr);
        }
    }
    let script = "<script>alert(1)</script>";
    let mut add = vec!["history", "add", "r.json", "--branch", script];
    add.extend(["--commit", "=cmd|' /C calc'!A0", "--subject", "a\u{1b}[31m\tb\nc"]);
    add.extend(["--tag=-1+1", "--tag", "'; DROP TABLE runs; --"]);
    workplace.prints(&add, "run 1 was added: r.json\n");

    for arguments in [&["history", "list"][..], &["history", "show", "1"]] {
        let shown = workplace.printed(arguments);
        assert!(shown.chars().all(|it| it == '\n' || !it.is_control()), "{shown:?}");
        assert!(shown.contains(script) && shown.contains("DROP TABLE"), "{shown}");
    }
    let run = &workplace.runs(&["--branch", script])[0];
    assert_eq!(run["subject"], "a [31m b");
    assert_eq!(run["tags"], json!(["'; DROP TABLE runs; --", "-1+1"]));
    let csv = workplace.printed(&["history", "export", "--csv"]);
    assert!(csv.contains(",'=cmd|' /C calc'!A0,") && !csv.contains(",=cmd"), "{csv}");
}

/// Each adds a part of its own and one that both have.
#[test]
fn two_processes_add_at_once() {
    let workplace = Workplace::new();
    let hours = [[1, 2, 3, 4, 5], [4, 5, 6, 7, 8]];
    for hour in hours.concat() {
        workplace.record(&format!("{hour}.json"), hour);
    }
    let children: Vec<_> = hours
        .map(|hours| {
            let names = hours.map(|hour| format!("{hour}.json"));
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let mut command = workplace.alone(&[&["history", "add"][..], &names].concat());
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().expect("the binary runs")
        })
        .into();
    let said: Vec<String> = children
        .into_iter()
        .map(|child| {
            let ended = child.wait_with_output().expect("it ends");
            let said = String::from_utf8(ended.stderr).expect("UTF-8");
            assert_eq!(ended.status.code(), Some(0), "{said}");
            String::from_utf8(ended.stdout).expect("UTF-8")
        })
        .collect();
    let said = said.concat();
    let count = |words| said.matches(words).count();
    assert_eq!((count("was added"), count("was there already")), (8, 2), "{said}");
    assert_eq!(workplace.numbers(&[]).len(), 8);
    workplace.prints(&["history", "check"], "all 8 runs are whole\n");
}
