use std::collections::BTreeSet;

use pollbench_reports::comparison::Comparison;
use pollbench_reports::comparison::output::Format;
use proptest::prelude::*;
use roxmltree::{Document, Node};

use super::written;
use crate::support::{ODD, all_kinds, comparison_of};

/// What may be in an element of Jenkins' `junit-10.xsd`, of what we use of it: its
/// attributes, those it must have, and its children.
fn schema(
    element: &str,
) -> (&'static [&'static str], &'static [&'static str], &'static [&'static str]) {
    const COUNTS: &[&str] = &["name", "tests", "failures", "errors", "skipped", "disabled"];
    match element {
        "testsuites" => (COUNTS, &[], &["testsuite"]),
        "testsuite" => (COUNTS, &["name", "tests"], &["properties", "testcase"]),
        "properties" => (&[], &[], &["property"]),
        "property" => (&["name", "value"], &["name", "value"], &[]),
        "testcase" => (
            &["name", "classname"],
            &["name", "classname"],
            &["skipped", "error", "failure", "system-out"],
        ),
        "skipped" | "error" | "failure" => (&["message", "type"], &["message", "type"], &[]),
        "system-out" => (&[], &[], &[]),
        other => panic!("there is no element {other}"),
    }
}

fn check(node: Node) {
    let (known, needed, children) = schema(node.tag_name().name());
    let attributes: BTreeSet<&str> = node.attributes().map(|it| it.name()).collect();
    assert!(attributes.iter().all(|it| known.contains(it)), "{node:?} has {attributes:?}");
    assert!(needed.iter().all(|it| attributes.contains(it)), "{node:?} has {attributes:?}");
    for child in node.children().filter(Node::is_element) {
        assert!(children.contains(&child.tag_name().name()), "{child:?} in {node:?}");
        check(child);
    }
    let tag = node.tag_name().name();
    for (attribute, element) in [
        ("failures", "failure"),
        ("errors", "error"),
        ("skipped", "skipped"),
        ("tests", "testcase"),
    ] {
        if tag.starts_with("testsuite") {
            let there = node.descendants().filter(|it| it.has_tag_name(element)).count();
            assert_eq!(node.attribute(attribute), Some(&*there.to_string()), "{attribute}");
        }
    }
}

/// The tests of a valid file: name, and what there is of them.
pub fn tests(text: &str) -> Vec<(String, String)> {
    let document = Document::parse(text).unwrap();
    check(document.root_element());
    let tests = document.descendants().filter(|it| it.has_tag_name("testcase"));
    let test = |node: Node| {
        let status = node.children().find(|it| it.is_element() && !it.has_tag_name("system-out"));
        let status = status.map_or("passed".into(), |it| {
            format!("{} {}", it.tag_name().name(), it.attribute("type").unwrap())
        });
        (node.attribute("name").unwrap().to_owned(), status)
    };
    tests.map(test).collect()
}

fn check_names(comparison: &Comparison) {
    let text = written(comparison, Format::Junit);
    let tests = tests(&text);
    let names: BTreeSet<&String> = tests.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), tests.len(), "names are not unique");
    assert_eq!(tests.len(), 4 + 7 + 5);
}

#[test]
fn each_cell_and_kind_of_evidence_is_a_test() {
    let text = written(&all_kinds("slab"), Format::Junit);
    let tests = tests(&text);
    let statuses: Vec<(&str, &str)> = tests
        .iter()
        .map(|(name, status)| {
            let size = name.split("pollables=").nth(1).unwrap().split('/').next().unwrap();
            (size, name.rsplit(' ').next().unwrap(), &**status)
        })
        .map(|(size, kind, status)| (&*format!("{size} {kind}").leak(), status))
        .collect();
    assert_eq!(
        statuses,
        [
            ("10 counts", "passed"),
            ("10 time", "passed"),
            ("20 counts", "failure worse"),
            ("20 time", "failure slower"),
            ("30 counts", "passed"),
            ("30 time", "passed"),
            ("40 counts", "skipped not-judged"),
            ("40 time", "skipped cant-tell"),
            ("50 counts", "skipped not-judged"),
            ("60 counts", "failure worse"),
            ("70 guest", "error lost"),
            ("80 guest", "skipped lost"),
            ("90 guest", "skipped lost"),
            ("100 guest", "skipped not-supported"),
            ("110 counts", "skipped not-judged"),
            ("110 time", "passed"),
        ]
    );
    assert_eq!(
        tests[0].0,
        "slab/slab/pollables=10/active=1/events=1000/slab=slab/effort=40000/host=stock counts"
    );
    assert!(tests[15].0.starts_with("base slab → slab/slab/pollables=110/"));
}

#[test]
fn failures_say_what_and_conditions_are_properties() {
    let text = written(&all_kinds("slab"), Format::Junit);
    let document = Document::parse(&text).unwrap();
    let messages: Vec<&str> = document
        .descendants()
        .filter(|it| it.has_tag_name("failure"))
        .filter_map(|it| it.attribute("message"))
        .collect();
    assert_eq!(
        messages,
        [
            "guest_fuel 812.0 → 820.1 per event (+1.00 %, limit 0.5%: slab)",
            "1.32x to 1.37x slower; 3.12 µs → 4.20 µs per event (limit 3%: slab)",
            "handles_peak 0 → 100,000 (from nothing)",
        ]
    );
    let property = |name: &str| {
        let of = document.descendants().find(|it| it.attribute("name") == Some(name));
        of.and_then(|it| it.attribute("value").map(String::from)).unwrap_or_default()
    };
    assert_eq!(property("outcome"), "guest failed");
    assert!(property("summary").starts_with("1 of 11 cells failed, "));
    assert_eq!(property("candidate.engine"), "wasmtime 48.0.1");
    assert_eq!(property("base.guest.slab"), format!("{} slab", "a".repeat(64)));
    assert!(property("timing").contains("seed 42"));
    assert_eq!(property("note"), "slab");
}

#[test]
fn a_hard_limit_on_time_fails() {
    let mut cell = all_kinds("slab").cells[0].clone();
    cell.timing.as_mut().unwrap().limit = Some("|3000".into());
    let tests = tests(&written(&comparison_of(vec![cell]), Format::Junit));
    assert_eq!(tests[1].1, "failure over-limit");
}

#[test]
fn odd_names_are_text() {
    for name in ODD {
        check_names(&all_kinds(name));
    }
    let text = written(&all_kinds("a<b & \"c\"\n'd' é"), Format::Junit);
    assert!(tests(&text)[0].0.starts_with("a<b & \"c\" 'd' é/"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_name_is_text(name in any::<String>()) {
        check_names(&all_kinds(&name));
    }
}
