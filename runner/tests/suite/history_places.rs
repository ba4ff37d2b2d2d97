//! Where a history is kept, and places that are none.

use std::fs;
use std::net::TcpListener;

use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};

use crate::support::command::Workplace;

#[path = "../../../reports/history/tests/support/postgres.rs"]
#[allow(dead_code)]
mod postgres;

/// Runs something asynchronous.
fn wait<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(work)
}

/// Runs statements on a file behind the history's back.
fn run_sql(workplace: &Workplace, name: &str, sql: &str) {
    let url = format!("sqlite:{}?mode=rwc", workplace.path(name).display());
    let sql = AssertSqlSafe(sql.to_owned());
    wait(async {
        let mut connection = SqliteConnection::connect(&url).await.expect("the file is there");
        sqlx::raw_sql(sql).execute(&mut connection).await.expect("the statements are right");
        connection.close().await.expect("it is closed");
    });
}

/// What reads a history, and may not begin one.
const READING: [&[&str]; 9] = [
    &["list"],
    &["show", "1"],
    &["rm", "1"],
    &["tag", "1", "x"],
    &["untag", "1", "x"],
    &["check"],
    &["export"],
    &["export", "--csv"],
    &["export", "-o", "out.jsonl"],
];

/// Each command on a place is refused in one line with these words.
fn all_refuse(workplace: &Workplace, place: &str, words: &[&str]) {
    for command in READING {
        workplace.refuses(&[&["history"], command, &["--history", place]].concat(), words);
    }
    assert!(!workplace.path("out.jsonl").exists());
}

#[test]
fn a_history_that_is_not_there_is_not_begun_by_what_reads_it() {
    let workplace = Workplace::new();
    all_refuse(&workplace, "none.db", &["there is no history at none.db", "history add RECORD"]);
    assert!(!workplace.path("none.db").exists());
}

#[test]
fn files_that_are_no_histories_are_refused_and_kept() {
    let workplace = Workplace::new();
    workplace.record("r.json", 8);
    workplace.file("text.db", "no database at all".repeat(100).as_bytes());
    run_sql(&workplace, "other.db", "CREATE TABLE runs (distance INT8)");
    workplace.printed(&["history", "add", "r.json"]);
    let whole = fs::read(workplace.path("pollbench-history.db")).expect("a history");
    workplace.file("half.db", &whole[..whole.len() / 2]);
    for (place, words) in [
        ("text.db", &["text.db is damaged", "not a database", "left as it is"][..]),
        ("other.db", &["other.db has tables of another program"]),
        (".", &[". is no file", "as `postgres://USER@HOST/DATABASE`"]),
        ("", &["an empty name is no file"]),
        ("r.json/x.db", &["there is no history at r.json/x.db"]),
    ] {
        let before = fs::read(workplace.path(place)).ok();
        all_refuse(&workplace, place, words);
        assert!(fs::read(workplace.path(place)).ok() == before, "{place} was changed");
    }
    let add = ["history", "add", "r.json", "--history"];
    for (place, word) in [
        ("text.db", "not a database"),
        ("other.db", "another program"),
        ("half.db", "half.db is damaged"),
        ("r.json/x.db", "r.json for a history: "),
        ("mysql://me:s3cret@db.example/x", "no history is kept in mysql"),
    ] {
        workplace.refuses(&[&add[..], &[place]].concat(), &[word]);
    }
}

#[test]
fn what_is_not_as_it_was_written_is_listed() {
    let workplace = Workplace::new();
    workplace.record("r.json", 8);
    workplace.record("s.json", 9);
    workplace.printed(&["history", "add", "r.json", "s.json"]);
    workplace.prints(&["history", "check"], "all 2 runs are whole\n");
    run_sql(
        &workplace,
        "pollbench-history.db",
        "UPDATE runs SET failed = 3 WHERE id = 1; UPDATE records SET packed = x'78' WHERE run = 2",
    );
    let ran = workplace.run_alone(&["history", "check"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(2), ""));
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{}", ran.stdout);
    assert!(lines[0].starts_with("the columns of run 1 are not its record's: "), "{}", lines[0]);
    assert!(lines[1].contains("run 2"), "{}", lines[1]);
    // What needs no damaged part goes on.
    workplace.printed(&["history", "show", "1", "--print", "csv"]);
    let damaged = ["history", "show", "2", "--print", "csv"];
    workplace.refuses(&damaged, &["pollbench-history.db is damaged (run 2"]);
    let export = ["history", "export", "-o", "out.jsonl"];
    workplace.refuses(&export, &["pollbench-history.db is damaged (run 2"]);
    assert!(!workplace.path("out.jsonl").exists(), "a part of an export is none");
}

/// A file may be anybody's, and no `pollbench` has looked at the names in it.
#[test]
fn names_that_others_have_written_do_no_harm() {
    let workplace = Workplace::new();
    workplace.record("r.json", 8);
    let add = ["history", "add", "r.json", "--branch", "b", "--subject", "s", "--tag", "t"];
    workplace.printed(&add);
    let odd = "char(27) || '[31m' || char(10) || 'odd' || char(8238)";
    let sql = format!(
        "UPDATE runs SET branch = {odd}, subject = {odd}, revision = {odd};
         UPDATE tags SET name = {odd}; UPDATE environments SET kernel = {odd}"
    );
    run_sql(&workplace, "pollbench-history.db", &sql);
    let is_plain = |it: char| it == '\n' || !it.is_control() && it != '\u{202e}';
    for command in [&["list"][..], &["show", "1"], &["tag", "1", "x"], &["export", "--csv"]] {
        let shown = workplace.printed(&[&["history"], command].concat());
        assert!(shown.contains("odd") && shown.chars().all(is_plain), "{command:?}: {shown:?}");
    }
    // SQLite names the table of a row that it should not have.
    let table = "\"odd\u{1b}[31m\u{202e}\"";
    let sql = format!(
        "PRAGMA ignore_check_constraints = ON; CREATE TABLE {table} (x INT CHECK (x > 1));
         INSERT INTO {table} VALUES (0)"
    );
    run_sql(&workplace, "pollbench-history.db", &sql);
    let checked = workplace.run_alone(&["history", "check"]);
    assert_eq!(checked.code, Some(2), "{}", checked.stderr);
    assert!(checked.stdout.contains("failed in odd"), "{}", checked.stdout);
    assert!(checked.stdout.chars().all(is_plain), "{:?}", checked.stdout);
}

#[test]
fn the_place_comes_from_the_environment_where_none_is_named() {
    let workplace = Workplace::new();
    workplace.record("r.json", 8);
    let add = |variable: &str, more: &[&str]| {
        let mut command = workplace.alone(&[&["history", "add", "r.json"], more].concat());
        let ran = command.env("POLLBENCH_HISTORY", variable).output().expect("the binary runs");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    };
    let is_there = |name| workplace.path(name).exists();
    add("a.db", &["--history", "named.db"]);
    assert!(is_there("named.db") && !is_there("a.db"));
    add("a.db", &[]);
    assert!(is_there("a.db") && !is_there("pollbench-history.db"));
    add("", &[]);
    assert!(is_there("pollbench-history.db"));
}

/// Wherever an address stands, also where it does not belong.
#[test]
fn a_password_is_never_shown() {
    let workplace = Workplace::new();
    workplace.record("r.json", 8);
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let address = format!("postgres://me:s3cret@{free}/bench");
    let address = address.as_str();
    let refused = |arguments: &[&str], variable: &str, word: &str| {
        let mut command = workplace.alone(arguments);
        let ran = command.env("POLLBENCH_HISTORY", variable).output().expect("the binary runs");
        let said = String::from_utf8([ran.stdout, ran.stderr].concat()).expect("UTF-8");
        assert_eq!(ran.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(word) && !said.contains("s3cret"), "{arguments:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{arguments:?}: {said}");
    };
    let unreachable = format!("the database bench of PostgreSQL at {free}");
    refused(&["history", "list", "--history", address], "", &unreachable);
    refused(&["history", "list"], address, &unreachable);
    refused(&["history", "add", "r.json"], address, &unreachable);
    refused(&["history", "list", address], "", "unexpected argument");
    refused(&["history", "add", address], "", "can't read the record postgres://…");
    refused(&["history", "import", address], "", "can't read the export postgres://…");
    refused(&["run", "--save", address], "", "unexpected argument");
    refused(&["report", address], "", "postgres://…");
    for help in [&["history", "list", "--help"][..], &["run", "--help"]] {
        let mut command = workplace.alone(help);
        let ran = command.env("POLLBENCH_HISTORY", address).output().expect("the binary runs");
        assert!(!String::from_utf8_lossy(&ran.stdout).contains("s3cret"));
    }
}

#[test]
fn a_history_in_postgresql_is_used_like_a_file() {
    let Some(address) = postgres::database() else { return };
    let workplace = Workplace::new();
    workplace.record("r.json", 8);
    workplace.record("s.json", 9);
    let add = ["history", "add", "r.json", "s.json", "--branch", "main", "--tag", "x"];
    workplace.printed(&add);
    let export = workplace.printed(&["history", "export", "-o", "-"]);

    let there = ["--history", address.as_str()];
    let on = |words: &[&str]| workplace.printed(&[&["history"][..], words, &there].concat());
    let ran = workplace.given(&["history", "import", "-", there[0], there[1]], export.as_bytes());
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "runs added: 2; there already: 0\n"));
    assert!(on(&["export"]) == export);
    assert_eq!(on(&["add", "s.json"]), "run 2 was there already: s.json\n");
    assert_eq!(on(&["list"]), workplace.printed(&["history", "list"]));
    assert_eq!(
        on(&["show", "x", "--print", "csv"]),
        workplace.printed(&["report", "s.json", "--print", "csv"])
    );
    assert_eq!(on(&["check"]), "all 2 runs are whole\n");
    assert_eq!(on(&["rm", "1"]), "run 1 was removed\n");
    assert_eq!(workplace.numbers(&there), [2]);
}
