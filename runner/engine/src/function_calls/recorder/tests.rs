use super::*;
use crate::crossing::{QUIET_CALL, QUIET_ENTRY};

/// `run` (no parameters) and `push` (two), an import (one), and all other code.
fn recorder() -> Recorder {
    let functions = ["run", "push", "poll", "other"];
    let functions = (0..).zip(functions);
    let functions = functions.map(|(index, name)| Function { name: name.into(), module: 0, index });
    Recorder::new(functions.collect(), vec![false, false, true, true])
}

const RUN: u32 = 0;
const PUSH: u32 = (1 << 10) | 2;
const POLL: u32 = (2 << 10) | 1;

fn node(parent: Option<u32>, function: u32, calls: u64, own: u64) -> CallNode {
    CallNode { parent, function, calls, own }
}

#[test]
fn fuel_belongs_to_the_function_that_burnt_it_without_that_of_the_wrappers() {
    let mut recorder = recorder();
    let mut fuel = 0;
    let mut burn = |own: u64, overhead: u64| {
        fuel += own + overhead;
        fuel
    };
    recorder.enter(RUN, 0, burn(0, 50)).expect("a call");
    recorder.at_edge(Edge::Opens, burn(1000, 3)).expect("it opens");
    recorder.enter(PUSH, 0, burn(10, BEFORE_ENTER)).expect("a call");
    recorder.exit(PUSH, 0, burn(200, 5 + BEFORE_EXIT)).expect("its end");
    // A push whose call could not be told.
    let quiet = (QUIET_ENTRY + QUIET_CALL) as u64 + 4;
    recorder.enter(POLL, quiet, burn(3, AFTER_EXIT + quiet + BEFORE_ENTER)).expect("a call");
    recorder.exit(POLL, 0, burn(70, 4 + BEFORE_EXIT)).expect("its end");
    recorder.exit(RUN, 0, burn(30, AFTER_EXIT + BEFORE_EXIT)).expect("its end");
    recorder.at_edge(Edge::Closes, burn(5, AFTER_EXIT)).expect("it closes");
    recorder.exit(RUN, 0, burn(0, 0)).expect_err("nothing is left to leave");
    recorder.error = None;

    let (functions, tree) = recorder.finish().expect("a tree");
    assert_eq!(functions.len(), 4);
    let expected = [
        node(None, 0, 0, 43),
        node(Some(0), 1, 1, 200),
        node(Some(0), 2, 1, 0),
        node(Some(2), 3, 0, 70),
        node(None, 3, 0, 5),
    ];
    assert_eq!(tree.nodes, expected);
    assert_eq!(tree.total(), 318);
}

#[test]
fn functions_that_did_not_run_are_left_out() {
    let mut recorder = recorder();
    recorder.at_edge(Edge::Opens, 0).expect("it opens");
    recorder.enter(POLL, 0, BEFORE_ENTER).expect("a call");
    recorder.exit(POLL, 0, BEFORE_ENTER + 4 + BEFORE_EXIT).expect("its end");
    let (functions, tree) = recorder.finish().expect("a tree");
    assert_eq!(functions.iter().map(|it| &it.name[..]).collect::<Vec<_>>(), ["poll"]);
    assert_eq!(tree.nodes, [node(None, 0, 1, 0)]);
}

#[test]
fn what_does_not_nest_or_add_up_is_an_error() {
    let mut crossed = recorder();
    crossed.enter(RUN, 0, 0).expect("a call");
    crossed.enter(PUSH, 0, 0).expect("a call");
    let error = crossed.exit(RUN, 0, 0).expect_err("it is not the last");
    assert!(error.to_string().contains("it left `run` while it was in `push`"), "{error}");
    assert_eq!(crossed.finish().expect_err("no tree"), error);

    let mut cheap = recorder();
    cheap.at_edge(Edge::Opens, 0).expect("it opens");
    assert_eq!(cheap.enter(RUN, 0, BEFORE_ENTER - 1), Err(RecordError::Fuel));

    let mut strange = recorder();
    assert_eq!(strange.enter(3 << 10, 0, 0), Err(RecordError::Unknown(3)));
}
