//! What is explained is held against the sources of what it explains, read as text: this
//! crate must not depend on an engine.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::{Explain, PICTURED};

fn source(path: &str) -> String {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(workspace.join(path)).expect("the sources are beside this crate")
}

fn set<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    names.into_iter().collect()
}

/// All that stands between two texts, each time they come.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    let parts = text.split(before).skip(1);
    parts.filter_map(|it| it.split_once(after)).map(|it| it.0).collect()
}

/// The built-in guests, from the build script that embeds them.
fn guests(script: &str) -> Vec<&str> {
    let list = between(script, "const MEASURED: &[&str] = &[", "];");
    let list = list.first().expect("the build script has a list").split(',');
    list.map(|it| it.trim().trim_matches('"')).filter(|it| !it.is_empty()).collect()
}

/// The sources of all workloads, with the parameter in place that some share.
fn workloads() -> Vec<String> {
    let folder = "runner/simulation/src/workload";
    let module = source(&format!("{folder}/mod.rs"));
    let list = between(&module, "CATALOGUE: &[Kind] = &[", "];");
    let kinds = list.first().expect("the module has a catalogue").split(',').map(str::trim);
    let names = kinds.filter_map(|it| it.strip_suffix("::KIND")).chain(["replay"]);
    let tokens = source(&format!("{folder}/tokens.rs"));
    let delay = between(&tokens, "const DELAY: Parameter = ", "};");
    let [delay] = delay.as_slice() else { panic!("the delay is not in its place") };
    names.map(|it| source(&format!("{folder}/{it}.rs")).replace("        DELAY,", delay)).collect()
}

#[test]
fn each_guest_is_explained() {
    let script = source("bench-guests/components/build/main.rs");
    let explain = Explain::all();
    let explained: Vec<&str> = explain.guests.iter().map(|it| it.name).collect();
    assert!(guests(&script).len() > 10, "{:?}", guests(&script));
    assert_eq!(set(explained.iter().copied()), set(guests(&script)));
    assert_eq!(explained.len(), set(explained.iter().copied()).len(), "one is there twice");
}

#[test]
fn each_knob_is_explained() {
    for guest in Explain::all().guests {
        let text = match guest.name {
            // Its description is in the component, without knobs.
            "p3" => continue,
            // They share a set of knobs.
            "slab" | "slab-list" => source("bench-guests/executor/src/settings.rs"),
            name => source(&format!("bench-guests/{name}/src/lib.rs")),
        };
        let knobs = between(&text, "Knob {", "}");
        let names = knobs.iter().flat_map(|it| between(it, "name: \"", "\""));
        assert_eq!(set(names), set(guest.knobs.iter().map(|it| it.name)), "{}", guest.name);
    }
}

#[test]
fn each_workload_is_explained_with_its_question_and_parameters() {
    let sources = workloads();
    let explain = Explain::all();
    assert!(sources.len() > 8, "{}", sources.len());
    let names = sources.iter().flat_map(|it| between(it, "name: \"", "\"").into_iter().take(1));
    assert_eq!(set(names), set(explain.workloads.iter().map(|it| it.name)));
    assert_eq!(explain.workloads.len(), sources.len());
    for text in &sources {
        let names = between(text, "name: \"", "\"");
        let (name, parameters) = names.split_first().expect("a workload has a name");
        let workload = explain.workloads.iter().find(|it| it.name == *name).expect("it is there");
        assert!(text.contains(&format!("question: \"{}\"", workload.question)), "{name}");
        let explained = workload.parameters.iter().map(|it| it.name);
        assert_eq!(set(parameters.iter().copied()), set(explained), "{name}");
    }
}

#[test]
fn what_is_pictured_can_be_drawn() {
    let explain = Explain::all();
    for guest in &explain.guests {
        let turn = &guest.turn;
        let all = turn.list.handles().into_iter().chain(turn.ready.iter().copied());
        assert!(all.max() < Some(PICTURED), "{}", guest.name);
        assert!(!turn.run().is_empty(), "{}", guest.name);
    }
    for workload in &explain.workloads {
        let lengths: BTreeSet<usize> = workload.times.iter().map(|it| it.marks.len()).collect();
        assert_eq!(lengths.len(), 1, "{}", workload.name);
    }
}

#[test]
fn what_is_said_is_said_in_whole_sentences() {
    let explain = Explain::all();
    let guests = explain.guests.iter().flat_map(|it| {
        let knobs = it.knobs.iter().map(|it| it.meaning);
        [it.summary, it.keeps, it.hands_over, it.afterwards, it.costs].into_iter().chain(knobs)
    });
    let workloads = explain.workloads.iter().flat_map(|it| {
        let parameters = it.parameters.iter().map(|it| it.meaning);
        [it.question, it.tasks, it.asks, it.bad].into_iter().chain(parameters)
    });
    let words = explain.words.iter().map(|it| it.meaning);
    for text in guests.chain(workloads).chain(words) {
        assert!(text.ends_with(['.', '?']) && !text.contains("  "), "{text}");
    }
}
