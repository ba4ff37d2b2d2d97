//! JUnit's XML, as Jenkins, GitLab and others read it: a test for each cell and kind of
//! evidence. What could not be decided is skipped, which is neither passed nor failed.

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::{name, words};
use crate::comparison::{Cell, Comparison, Count, CountVerdict, Problem, Side, Timing, Verdict};

const NO_LIMIT: &str = "there is no limit for any of these counts";

pub fn render(comparison: &Comparison) -> Result<String, SerializeError> {
    let mut suite = TestSuite::new("pollbench");
    for (name, value) in properties(comparison) {
        suite.add_property((name, name::visible(&value)));
    }
    suite.add_test_cases(comparison.cells.iter().flat_map(tests));
    let mut report = Report::new("pollbench");
    report.add_test_suite(suite);
    report.to_string()
}

/// The conditions of the comparison, as properties of the test suite.
fn properties(comparison: &Comparison) -> Vec<(String, String)> {
    let mut all = vec![
        ("outcome".into(), words::outcome(comparison.outcome).to_lowercase()),
        ("summary".into(), words::summary(comparison)),
        ("started".into(), comparison.started.clone()),
        ("command".into(), comparison.command.clone()),
    ];
    for (which, side) in [("base", &comparison.base), ("candidate", &comparison.candidate)] {
        let Side { label, pollbench, engine, guests } = side;
        all.push((which.into(), label.clone()));
        all.push((format!("{which}.pollbench"), pollbench.clone()));
        all.push((format!("{which}.engine"), engine.clone()));
        for guest in guests {
            let value = format!("{} {}", guest.sha256, guest.compiler);
            all.push((format!("{which}.guest.{}", name::visible(&guest.name)), value));
        }
    }
    all.extend(comparison.timing.iter().map(|it| ("timing".into(), words::conditions(it))));
    all.extend(comparison.notes.iter().map(|it| ("note".into(), it.clone())));
    all
}

fn tests(cell: &Cell) -> Vec<TestCase> {
    let guest = cell.problem.iter().map(|it| ("guest", of_problem(it), Vec::new()));
    let guest =
        guest.chain(cell.identical.then(|| ("guest", TestCaseStatus::success(), identical())));
    let counts =
        (!cell.counts.is_empty()).then(|| ("counts", of_counts(&cell.counts), seen(&cell.counts)));
    let time = cell
        .timing
        .iter()
        .map(|it| ("time", of_time(it), vec![words::whole_time(it), words::times(it)]));
    let test = |(kind, status, output): (&str, TestCaseStatus, Vec<String>)| {
        let name = format!("{} {kind}", name::of_both(&cell.identity));
        let mut test = TestCase::new(name, status);
        let class = format!("{}/{}", name::guests(&cell.identity), cell.identity.workload);
        test.set_classname(name::visible(&class));
        if !output.is_empty() {
            test.set_system_out(output.join("\n"));
        }
        test
    };
    guest.chain(counts).chain(time).map(test).collect()
}

fn identical() -> Vec<String> {
    vec![words::IDENTICAL.into()]
}

fn of_problem(problem: &Problem) -> TestCaseStatus {
    let status = match problem {
        Problem::CandidateFailed(_) => TestCaseStatus::non_success(NonSuccessKind::Error),
        Problem::NoLongerSupported(_) => TestCaseStatus::non_success(NonSuccessKind::Failure),
        _ => TestCaseStatus::skipped(),
    };
    let kind = match problem {
        Problem::CandidateFailed(it) | Problem::BaseFailed(it) | Problem::BothFailed(it) => {
            it.kind.to_string()
        }
        Problem::NotSupported(_) | Problem::NoLongerSupported(_) => "not-supported".into(),
        Problem::New => "new".into(),
    };
    with(status, words::problem(problem), &kind)
}

fn of_counts(counts: &[Count]) -> TestCaseStatus {
    let those = |holds: &dyn Fn(&&Count) -> bool| {
        counts.iter().filter(holds).map(words::count).collect::<Vec<_>>().join("; ")
    };
    let worse = those(&|it| it.verdict == CountVerdict::Worse);
    let unjudged = those(&|it| it.is_unjudged());
    if counts.iter().all(|it| it.limit.is_none()) {
        return with(TestCaseStatus::skipped(), NO_LIMIT.into(), "not-judged");
    }
    match (worse.is_empty(), unjudged.is_empty()) {
        (false, _) => with(TestCaseStatus::non_success(NonSuccessKind::Failure), worse, "worse"),
        (true, false) => with(TestCaseStatus::skipped(), unjudged, "not-judged"),
        (true, true) => TestCaseStatus::success(),
    }
}

/// The counts that changed, a line each.
fn seen(counts: &[Count]) -> Vec<String> {
    let changed = counts.iter().filter(|it| it.verdict != CountVerdict::Equal);
    changed.map(|it| format!("{}: {}", words::count_verdict(it), words::count(it))).collect()
}

fn of_time(timing: &Timing) -> TestCaseStatus {
    let message = format!("{}; {}", words::whole_time(timing), words::times(timing));
    let failure = TestCaseStatus::non_success(NonSuccessKind::Failure);
    match timing.verdict {
        Verdict::Slower => with(failure, message, "slower"),
        _ if timing.exceeds_hard_limit() => with(failure, message, "over-limit"),
        Verdict::CantTell => with(TestCaseStatus::skipped(), message, "cant-tell"),
        Verdict::Faster | Verdict::Same => TestCaseStatus::success(),
    }
}

fn with(mut status: TestCaseStatus, message: String, kind: &str) -> TestCaseStatus {
    status.set_message(message).set_type(kind);
    status
}
