use pollbench_reports::comparison::output::{Format, Only, View, render};
use pollbench_reports::comparison::{Cell, CountVerdict, Metric, Outcome, Problem, Verdict};
use proptest::prelude::*;

use super::written;
use crate::support::{ODD, all_kinds, cell, comparison_of, count, limited, timing};

fn table(comparison: &pollbench_reports::comparison::Comparison, columns: usize) -> String {
    render(comparison, Format::Table, Some(columns)).unwrap()
}

#[test]
fn the_table_of_a_comparison_looks_like_this() {
    insta::assert_snapshot!(table(&all_kinds("slab"), 100));
}

#[test]
fn the_verdict_comes_first() {
    let text = written(&all_kinds("slab"), Format::Table);
    assert_eq!(
        text.lines().next().unwrap(),
        "GUEST FAILED: 1 of 11 cells failed, 1 is slower, 2 count more than allowed, 1 has a time that can't be told, 2 have counts that can't be judged, 2 have no base, as that failed, 1 is not supported, 1 is faster, 1 counts less."
    );
    let fine = comparison_of(vec![all_kinds("slab").cells[0].clone()]);
    assert_eq!(fine.outcome, Outcome::Fine);
    assert!(written(&fine, Format::Table).starts_with("FINE: no limit is broken in 1 cell.\n"));
    let mut cells = vec![all_kinds("slab").cells[0].clone(), cell("slab", "idle", 10)];
    cells[1].counts = vec![count(Metric::PollCalls, 1.0, 2.0, CountVerdict::Within)];
    let unlimited = comparison_of(cells.split_off(1));
    assert_eq!(unlimited.outcome, Outcome::Inconclusive);
    let text = written(&unlimited, Format::Table);
    let words = "1 of 1 cell has neither a limit nor a time, so that nothing is judged";
    assert!(text.starts_with(&format!("INCONCLUSIVE: {words}.\n")), "{text}");
    assert!(text.contains("\nnot judged  slab"), "{text}");
    cells.extend(unlimited.cells);
    cells.push(Cell { problem: Some(Problem::New), ..cell("mine", "idle", 10) });
    let text = written(&comparison_of(cells), Format::Table);
    let words = "FINE: no limit is broken in 1 of 3 cells, 1 has neither a limit nor a time, so that nothing is judged, 1 is new.\n";
    assert!(text.starts_with(words), "{text}");
    assert!(text.contains("    new: the base does not have this guest\n"), "{text}");
    let nothing = written(&comparison_of(Vec::new()), Format::Table);
    assert!(nothing.starts_with("INCONCLUSIVE: there is nothing to compare.\n"), "{nothing}");
}

#[test]
fn what_is_no_longer_supported_or_identical_is_said() {
    let gone = Problem::NoLongerSupported("`yield`: no".into());
    let gone = Cell { problem: Some(gone), ..cell("mine", "wakes", 10) };
    let same = Cell { identical: true, ..cell("slab", "idle", 10) };
    let comparison = comparison_of(vec![same.clone(), gone]);
    assert_eq!(comparison.outcome, Outcome::Regression);
    let text = written(&comparison, Format::Table);
    let words = "REGRESSION: 1 of 2 cells is no longer supported, 1 is identical.\n";
    assert!(text.starts_with(words), "{text}");
    let row = "    the candidate no longer supports this, as the base did: `yield`: no\n";
    assert!(text.contains("\nNOT SUPPORTED  mine") && text.contains(row), "{text}");
    assert!(text.find("\nNOT SUPPORTED  mine") < text.find("\nidentical      slab"), "{text}");
    let view = View { columns: None, only: Some(Only::Worse) };
    let worse = render(&comparison, Format::Table, view).unwrap();
    assert!(worse.contains("NOT SUPPORTED  mine") && worse.contains("1 row is hidden"), "{worse}");
    let junit = written(&comparison, Format::Junit);
    assert!(junit.contains("<failure message=\"the candidate no longer supports"), "{junit}");
    assert!(junit.contains("failures=\"1\"") && junit.contains("skipped=\"0\""), "{junit}");
    let text = written(&comparison_of(vec![same]), Format::Table);
    assert!(text.starts_with("FINE: no limit is broken in 1 cell, 1 is identical.\n"), "{text}");
}

#[test]
fn every_cell_has_a_line_the_worst_first_with_what_changed_below() {
    let text = written(&all_kinds("slab"), Format::Table);
    let table: Vec<&str> = text.lines().skip_while(|it| !it.contains('─')).skip(1).collect();
    let words: Vec<&str> = table
        .iter()
        .take_while(|it| !it.is_empty())
        .filter(|it| !it.starts_with(' '))
        .map(|it| it.split("  ").next().unwrap())
        .collect();
    assert_eq!(
        words,
        [
            "FAILED",
            "SLOWER",
            "WORSE",
            "can't tell",
            "not judged",
            "base failed",
            "both failed",
            "not supported",
            "faster",
            "fine",
            "fine"
        ]
    );
    assert!(
        table[0].ends_with("70  -") && table[1] == "    the candidate failed: lost: slab",
        "{text}"
    );
    assert!(table[2].ends_with("1.32x to 1.37x slower"), "{text}");
    assert_eq!(table[3], "    time 3.12 µs → 4.20 µs per event (limit 3%: slab)");
    assert_eq!(
        table[4],
        "    WORSE guest_fuel 812.0 → 820.1 per event (+1.00 %, limit 0.5%: slab)"
    );
    for line in [
        "    WORSE handles_peak 0 → 100,000 (from nothing)",
        "    noisy guest_fuel 812.0 → 813.0 per event (+0.12 %, limit 0.5%: slab)",
        "    changed drops 1.00 → 1.50 per event (+50.00 %)",
    ] {
        assert!(table.contains(&line), "{line}\n{text}");
    }
}

#[test]
fn times_are_worded_with_their_ranges() {
    let worded = |verdict, low, high| {
        let mut cell = cell("slab", "idle", 10);
        cell.timing = Some(timing(verdict, low, high));
        written(&comparison_of(vec![cell]), Format::Table)
    };
    for (verdict, low, high, words) in [
        (Verdict::Slower, 1.32, 1.37, "  1.32x to 1.37x slower\n"),
        (Verdict::Faster, 0.5, 0.8, "  1.25x to 2.00x faster\n"),
        (Verdict::Same, 0.98, 1.01, "  0.980x to 1.010x: same within 3 %\n"),
        (
            Verdict::CantTell,
            0.97,
            1.08,
            "  0.97x to 1.08x: can't tell\n    can't tell: changes under 2.1 % would not have been seen; about 40 more blocks\n",
        ),
    ] {
        let text = worded(verdict, low, high);
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn a_time_over_its_hard_limit_says_so_however_it_compares() {
    let mut cell = cell("slab", "idle", 10);
    let slow = timing(Verdict::Same, 0.99, 1.01);
    cell.timing =
        Some(pollbench_reports::comparison::Timing { limit: Some("3%|3000".into()), ..slow });
    let comparison = comparison_of(vec![cell]);
    assert_eq!(comparison.outcome, Outcome::Regression);
    let text = written(&comparison, Format::Table);
    assert!(
        text.starts_with("REGRESSION: 1 of 1 cell takes longer than its hard limit.\n"),
        "{text}"
    );
    assert!(text.contains("\nOVER LIMIT") && text.contains(" (limit 3%|3000: noise)\n"), "{text}");
}

#[test]
fn workloads_are_told_apart_by_what_differs_and_guests_where_they_do() {
    let mut cells =
        vec![cell("slab", "idle", 10), cell("slab", "idle", 10), cell("slab", "burst", 1)];
    cells[0].identity.candidate_guest = "batched batch=64".into();
    cells[1].identity.parameters.clear();
    cells[1].identity.effort = 1000;
    cells[2].identity.host = "lean".into();
    for cell in &mut cells {
        cell.counts =
            vec![limited(count(Metric::PollCalls, 1.0, 1.0, CountVerdict::Equal), "0", "exact")];
    }
    let text = written(&comparison_of(cells), Format::Table);
    for words in [
        "  slab → batched batch=64  ",
        "  idle, 1 active, events=1000, effort 40,000, host stock  ",
        "  idle, 1 active, effort 1,000, host stock  ",
        "  burst, all active, host lean  ",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
}

#[test]
fn the_table_fits_the_width_of_the_terminal() {
    for columns in [80, 100, 140] {
        for comparison in [all_kinds("slab"), all_kinds("a-rather-long-name-of-a-guest-that-waits")]
        {
            let text = table(&comparison, columns);
            let widest = text.lines().map(|it| it.chars().count()).max().unwrap();
            assert!(widest <= columns, "{widest} in {columns}\n{text}");
            assert!(!text.contains('#') && text.contains("less."), "{text}");
        }
    }
}

#[test]
fn notes_and_conditions_are_printed() {
    let text = written(&all_kinds("slab"), Format::Table);
    assert!(text.lines().nth(2) == Some("note: the engines differ"), "{text}");
    let end = "base: slab (pollbench 0.1.0, wasmtime 48.0.1)\n\
        candidate: slab (pollbench 0.1.0, wasmtime 48.0.1)\n\
        CPU time: changes up to 3 % do not count, alpha 5 %, 63 of 120 s spent, seed 42, 0.1 % of the processors' time stolen\n\
        again: slab\n";
    assert!(text.ends_with(end), "{text}");
}

#[test]
fn odd_names_do_not_control_the_terminal() {
    for name in ODD {
        for columns in [None, Some(0), Some(1), Some(40), Some(100_000)] {
            let text = render(&all_kinds(name), Format::Table, columns).unwrap();
            assert!(text.chars().all(|it| it == '\n' || !it.is_control()), "{name:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Every cell keeps its line, whatever names do to the columns.
    #[test]
    fn no_name_hides_a_cell(name in any::<String>(), columns in 0_usize..200) {
        let text = table(&all_kinds(&name), columns);
        prop_assert!(text.chars().all(|it| it == '\n' || !it.is_control()));
        let starts = |word: &str| text.lines().filter(|it| it.starts_with(word)).count();
        prop_assert_eq!(starts("SLOWER "), 1);
        prop_assert!(starts("fine ") == 2 && starts("base failed") == 1);
    }
}

/// The words of the rows.
fn standings(text: &str) -> Vec<String> {
    let table = text.lines().skip_while(|it| !it.contains('─')).skip(1);
    let rows = table.take_while(|it| !it.is_empty() && !it.contains("hidden by"));
    let rows = rows.filter(|it| !it.starts_with(' '));
    rows.map(|it| it.split("  ").next().unwrap().to_owned()).collect()
}

#[test]
fn only_some_rows_are_shown_of_the_same_verdict() {
    let comparison = all_kinds("slab");
    let shown = |only: &str, format| {
        let view = View { only: Some(only.parse().unwrap()), columns: None };
        render(&comparison, format, view).unwrap()
    };
    let whole = written(&comparison, Format::Table);
    for (only, expected, hidden) in [
        ("worse", &["FAILED", "SLOWER", "WORSE"][..], "8 rows are hidden by --only worse"),
        ("better", &["faster"], "10 rows are hidden by --only better"),
        (
            "changed",
            &["FAILED", "SLOWER", "WORSE", "not judged", "faster"],
            "6 rows are hidden by --only changed",
        ),
    ] {
        let text = shown(only, Format::Table);
        assert_eq!(standings(&text), expected, "{only}");
        assert!(text.contains(&format!("\n{hidden}.\n")), "{text}");
        assert_eq!(text.lines().next(), whole.lines().next());
        let markdown = shown(only, Format::Markdown);
        let rows = markdown.lines().skip_while(|it| !it.starts_with("| --- ")).skip(1);
        assert_eq!(rows.take_while(|it| !it.is_empty()).count(), expected.len(), "{markdown}");
        assert!(markdown.contains(hidden), "{markdown}");
        // Programs get all of it.
        for format in [Format::Json, Format::Junit, Format::Bmf] {
            assert_eq!(shown(only, format), written(&comparison, format));
        }
    }
    let fine = comparison_of(vec![comparison.cells[0].clone()]);
    let view = View { only: Some(Only::Changed), columns: None };
    let text = render(&fine, Format::Table, view).unwrap();
    assert!(text.starts_with("FINE: ") && text.contains("\n1 row is hidden by --only changed.\n"));
    assert_eq!("same".parse::<Only>(), Err("expected one of changed, worse, better".into()));
}
