//! The self-test, through the binary. What it says of time is for people; what it says
//! of fuel is exact.

use pollbench_reports::trust::{Difference, Evidence, Series};

use crate::support::command::Workplace;

#[test]
fn where_it_can_not_write_it_does_not_measure() {
    Workplace::new().refuses(&["self-test", "-o", "."], &["can't write .", "is a directory"]);
}

#[test]
fn a_thousandth_more_fuel_is_found_and_another_layout_is_no_change() {
    let workplace = Workplace::new();
    let cells = ["--workloads", "idle", "--pollables", "20,1000", "--active", "1"];
    let few = ["--same", "2", "--layouts", "1", "--tries", "1", "--together", "2"];
    let short = ["--budget", "1", "--changes", "0.1%,10%", "-o", "trust.json"];
    let ran = workplace.run(&[&["self-test"][..], &cells, &few, &short].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let series: Vec<Series> = serde_json::from_str(&workplace.read("trust.json")).expect("series");

    use Difference::{Layout, More, Nothing};
    let of = |evidence| series.iter().filter(move |it| it.evidence == evidence);
    let fuel: Vec<(Difference, u32, u32)> =
        of(Evidence::Fuel).map(|it| (it.difference, it.slower, it.same)).collect();
    assert_eq!(fuel, [(Nothing, 0, 2), (Layout, 0, 2), (More(0.001), 2, 0), (More(0.1), 2, 0)]);
    // What was burnt is what was asked for, but for the rounds that there is no part of.
    for it in of(Evidence::Fuel) {
        if let More(change) = it.difference {
            assert!(it.found.iter().all(|found| (found / change - 1.0).abs() < 0.2), "{it:?}");
        }
    }
    // Each session compares both cells. What it says of them depends on the machine.
    let time: Vec<(Difference, u32, u32, usize)> = of(Evidence::Time)
        .map(|it| (it.difference, it.sessions, it.cells, it.found.len()))
        .collect();
    let session = |difference| (difference, 1, 2, 2);
    assert_eq!(
        time,
        [(Nothing, 2, 4, 4), session(Layout), session(More(0.001)), session(More(0.1))]
    );
    // A row for each, under two lines of headings and a rule.
    assert_eq!(ran.stdout.lines().count(), 3 + series.len(), "{}", ran.stdout);
}
