//! The self-test, through the binary. What it says of time is for people; what it says
//! of fuel is exact.

use pollbench_reports::trust::{Evidence, Series};

use crate::support::command::Workplace;

#[test]
fn where_it_can_not_write_it_does_not_measure() {
    Workplace::new().refuses(&["self-test", "-o", "."], &["can't write .", "is a directory"]);
}

#[test]
fn a_thousandth_more_fuel_is_found_and_nothing_is_not() {
    let workplace = Workplace::new();
    let cells = ["--workloads", "idle", "--pollables", "20,1000", "--active", "1"];
    let few = ["--same", "2", "--tries", "2", "--budget", "1", "--changes", "0.1%,10%"];
    let ran = workplace.run(&[&["self-test", "-o", "trust.json"][..], &cells, &few].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let series: Vec<Series> = serde_json::from_str(&workplace.read("trust.json")).expect("series");

    let of = |evidence| series.iter().filter(move |it| it.evidence == evidence);
    let fuel: Vec<(f64, u32, u32)> =
        of(Evidence::Fuel).map(|it| (it.change, it.slower, it.same)).collect();
    assert_eq!(fuel, [(0.0, 0, 2), (0.001, 2, 0), (0.1, 2, 0)]);
    // What was burnt is what was asked for, but for the rounds that there is no part of.
    for it in of(Evidence::Fuel).skip(1) {
        assert!(it.found.iter().all(|found| (found / it.change - 1.0).abs() < 0.2), "{it:?}");
    }
    let changes: Vec<f64> = of(Evidence::Time).map(|it| it.change).collect();
    assert_eq!(changes, [0.0, 0.001, 0.1]);
    for it in of(Evidence::Time) {
        assert_eq!(it.tries, it.slower + it.faster + it.same + it.cant_tell);
        assert!(it.tries <= 2 && it.uncorrected <= it.tries, "{it:?}");
        assert_eq!(it.found.len(), it.tries as usize);
    }
    // A row for each, under a line of headings and a rule.
    assert_eq!(ran.stdout.lines().count(), 2 + series.len(), "{}", ran.stdout);
}
