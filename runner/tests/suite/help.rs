//! What `--help` says, of the program and of each of its commands.
//!
//! `INSTA_UPDATE=always cargo test …` writes the files anew where a change is meant.

use crate::support::command::Workplace;

const COMMANDS: [&str; 35] = [
    "",
    "run",
    "list",
    "check",
    "trace",
    "live",
    "live echo",
    "live timers",
    "live http",
    "report",
    "compare",
    "baseline",
    "baseline save",
    "baseline list",
    "baseline remove",
    "gate",
    "self-test",
    "tune",
    "profile",
    "calibrate",
    "completions",
    "man",
    "merge",
    "serve",
    "site",
    "history",
    "history add",
    "history list",
    "history show",
    "history rm",
    "history tag",
    "history untag",
    "history check",
    "history export",
    "history import",
];

#[test]
fn the_help_of_each_command_looks_like_this() {
    let workplace = Workplace::new();
    for command in COMMANDS {
        let words = command.split_whitespace().chain(["--help"]);
        let ran = workplace.run(&words.collect::<Vec<_>>());
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{command}");
        let help: Vec<&str> = ran.stdout.lines().map(str::trim_end).collect();
        let name = format!("pollbench {command}").trim().replace(' ', "_");
        insta::assert_snapshot!(name, help.join("\n"));
    }
}

#[test]
fn no_command_is_without_a_test_of_its_help() {
    let workplace = Workplace::new();
    for command in ["", "baseline", "history", "live"] {
        let words = command.split_whitespace().chain(["--help"]);
        let help = workplace.run(&words.collect::<Vec<_>>()).stdout;
        let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
        let listed = listed.take_while(|line| !line.is_empty());
        // What is further in is the rest of a summary.
        let listed = listed.filter_map(|line| line.strip_prefix("  "));
        let names = listed.filter_map(|line| line.split(' ').next());
        for name in names.filter(|name| !["", "help"].contains(name)) {
            let whole = format!("{command} {name}");
            assert!(COMMANDS.contains(&whole.trim()), "{whole}");
        }
    }
}
