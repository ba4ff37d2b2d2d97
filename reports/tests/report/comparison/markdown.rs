use pollbench_reports::comparison::Comparison;
use pollbench_reports::comparison::output::Format;
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::written;
use crate::support::{ODD, all_kinds, cell, comparison_of};

/// The tables of a document, as rows of cells of text. `<br>` is a line's end.
fn tables(markdown: &str) -> Vec<Vec<Vec<String>>> {
    let mut tables = Vec::new();
    let mut within = false;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        let last = |tables: &mut Vec<Vec<Vec<String>>>, text: &str| {
            *tables.last_mut().unwrap().last_mut().unwrap().last_mut().unwrap() += text;
        };
        match event {
            Event::Start(Tag::Table(_)) => tables.push(Vec::new()),
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                tables.last_mut().unwrap().push(Vec::new());
            }
            Event::Start(Tag::TableCell) => {
                tables.last_mut().unwrap().last_mut().unwrap().push(String::new());
                within = true;
            }
            Event::End(TagEnd::TableCell) => within = false,
            Event::Text(text) if within => last(&mut tables, &text),
            Event::InlineHtml(html) if within => {
                assert_eq!(&*html, "<br>");
                last(&mut tables, "\n");
            }
            other => assert!(!within, "{other:?} in a table"),
        }
    }
    tables
}

/// All HTML of a document, and the heading.
fn html_and_heading(markdown: &str) -> (String, String) {
    let (mut html, mut heading, mut within) = (String::new(), String::new(), false);
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Html(text) => html += &text,
            Event::InlineHtml(text) if &*text != "<br>" => html += &text,
            Event::Start(Tag::Heading { .. }) => within = true,
            Event::End(TagEnd::Heading(_)) => within = false,
            Event::Text(text) if within => heading += &text,
            _ => {}
        }
    }
    (html, heading)
}

fn check(comparison: &Comparison) -> Vec<Vec<Vec<String>>> {
    let text = written(comparison, Format::Markdown);
    let tables = tables(&text);
    let columns: Vec<usize> = tables.iter().map(|it| it[0].len()).collect();
    assert_eq!(columns, [6, 9, 3], "{text}");
    for table in &tables {
        assert!(table.iter().all(|row| row.len() == table[0].len()), "{text}");
    }
    assert_eq!(tables[0].len(), 1 + comparison.cells.len());
    let (html, heading) = html_and_heading(&text);
    let folded = |title| format!("<details>\n<summary>{title}</summary>\n</details>\n");
    assert_eq!(html, folded("Counts that changed") + &folded("Conditions"));
    assert_eq!(heading, "pollbench: GUEST FAILED");
    tables
}

/// What remains of a name: one line, without blanks at the ends of a cell.
fn shown(name: &str) -> String {
    name.replace(|it: char| it.is_control() || "\u{fffe}\u{ffff}".contains(it), " ")
}

#[test]
fn the_markdown_of_a_comparison_looks_like_this() {
    insta::assert_snapshot!(written(&all_kinds("slab"), Format::Markdown));
}

#[test]
fn the_verdict_comes_first_then_the_cells_then_what_is_folded() {
    let comparison = all_kinds("slab");
    let text = written(&comparison, Format::Markdown);
    assert!(text.starts_with("### pollbench: GUEST FAILED\n\n1 of 11 cells failed, "), "{text}");
    let [cells, counts, conditions] = check(&comparison).try_into().unwrap();
    assert_eq!(cells[0], ["verdict", "guest", "workload", "pollables", "time", "counts"]);
    assert_eq!(
        cells[2],
        [
            "SLOWER",
            "slab",
            "slab, 1 active, slab=slab, host slab",
            "20",
            "1.32x to 1.37x slower",
            "guest_fuel 812.0 → 820.1 per event (+1.00 %, limit 0.5%: slab)"
        ]
    );
    assert!(cells[4][4].ends_with(
        "can't tell: slab; changes under 2.1 % would not have been seen; about 40 more blocks"
    ));
    assert_eq!(cells[3][5], "handles_peak 0 → 100,000 (from nothing)\n1 more changed");
    assert_eq!((&*cells[1][4], &*cells[1][5]), ("the candidate failed: lost: slab", "-"));
    assert_eq!((&*cells[10][0], &*cells[10][5]), ("fine", "equal"));
    assert_eq!(counts.len(), 1 + 7);
    assert_eq!(
        counts[1][3..],
        ["guest_fuel", "812.0", "820.1", "+1.00 %", "WORSE", "limit 0.5%: slab"]
    );
    assert_eq!(conditions[1], ["label", "slab", "slab"]);
    assert_eq!(conditions[4][2], "slab bbbbbbbbbbbb, slab");
    assert!(text.contains("\n    slab\n"), "{text}");
}

#[test]
fn without_changes_there_is_no_folded_section() {
    let text = written(&comparison_of(vec![cell("slab", "idle", 10)]), Format::Markdown);
    assert_eq!(tables(&text).len(), 2);
    assert!(!text.contains("Counts that changed"), "{text}");
}

#[test]
fn odd_names_are_text() {
    for name in ODD {
        let tables = check(&all_kinds(name));
        assert_eq!(tables[0][1][1], shown(name).trim(), "{name:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_name_is_text(name in "[a-z|<>&`*_\\\\\n\r\t#\\[\\]()!~:/.\"'+=-]{1,12}|\\PC{1,12}|[\u{0}-\u{10ffff}]{1,8}") {
        prop_assume!(!shown(&name).trim().is_empty());
        let tables = check(&all_kinds(&name));
        let shown = shown(&name);
        prop_assert_eq!(tables[0][1][1].trim(), shown.trim());
    }
}
