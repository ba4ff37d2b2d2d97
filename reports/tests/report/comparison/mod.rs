//! What a comparison is written as, each read back by somebody else's parser.

pub mod junit;
mod markdown;
mod table;
mod trackers;

use pollbench_reports::comparison::output::{Format, render};
use pollbench_reports::comparison::{Comparison, Outcome};

use crate::support::{ODD, all_kinds, comparison_of};

/// A comparison in a format, without a terminal.
fn written(comparison: &Comparison, format: Format) -> String {
    render(comparison, format, None).unwrap()
}

#[test]
fn formats_are_known_by_their_names() {
    for format in Format::ALL {
        assert_eq!(format.to_string().parse(), Ok(format));
    }
    let names = Format::ALL.map(Format::name).join(" ");
    assert_eq!(names, "table markdown json junit bmf github-action-benchmark");
    let error = "xml".parse::<Format>().unwrap_err();
    assert_eq!(
        error,
        "there is no format \"xml\"; there are table, markdown, json, junit, bmf, github-action-benchmark"
    );
}

#[test]
fn the_json_of_a_comparison_is_read_back_as_the_same() {
    for name in ODD {
        let comparison = all_kinds(name);
        let text = written(&comparison, Format::Json);
        assert_eq!(serde_json::from_str::<Comparison>(&text).unwrap(), comparison);
    }
}

#[test]
fn a_comparison_of_no_cells_is_written_in_every_format() {
    let nothing = comparison_of(Vec::new());
    assert_eq!(nothing.outcome, Outcome::Inconclusive);
    for format in Format::ALL {
        assert!(written(&nothing, format).ends_with('\n'), "{format}");
    }
}
