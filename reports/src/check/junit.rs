//! JUnit's XML: a suite for each group of checks, and a test for each check.

use itertools::Itertools;
use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::{Check, CheckRecord, Finding, Group, Verdict, rule};
use crate::names::visible;

pub fn render(record: &CheckRecord) -> Result<String, SerializeError> {
    let mut report = Report::new("pollbench check");
    for group in Group::ALL {
        let checks = record.checks.iter().filter(|it| it.group == group);
        let tests = checks.map(|check| test(record, check)).collect_vec();
        if tests.is_empty() {
            continue;
        }
        let mut suite = TestSuite::new(group.words());
        for (name, value) in properties(record) {
            suite.add_property((name, visible(&value).as_str()));
        }
        suite.add_test_cases(tests);
        report.add_test_suite(suite);
    }
    report.to_string()
}

/// The conditions of the check.
fn properties(record: &CheckRecord) -> [(&'static str, String); 7] {
    [
        ("started", record.started.clone()),
        ("command", record.command.clone()),
        ("pollbench", record.pollbench.clone()),
        ("engine", record.engine.clone()),
        ("host", record.host.clone()),
        ("seed", record.seed.to_string()),
        ("guest.sha256", record.guest.sha256.clone()),
    ]
}

fn test(record: &CheckRecord, check: &Check) -> TestCase {
    let status = match &check.verdict {
        Verdict::Passed => TestCaseStatus::success(),
        Verdict::NotSupported(reason) => skipped(reason, "not-supported"),
        Verdict::NotRun(reason) => skipped(reason, "not-run"),
        Verdict::Failed(failure) => {
            let finding = record.findings.iter().find(|it| it.kind == failure.kind);
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let message = format!("{}: {}", failure.kind, failure.message);
            status.set_message(visible(&message)).set_type(failure.kind.to_string());
            if let Some(finding) = finding {
                status.set_description(description(finding));
            }
            status
        }
    };
    let mut test = TestCase::new(visible(&check.name), status);
    test.set_classname(visible(&record.guest.name));
    test
}

fn skipped(reason: &str, kind: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(visible(reason)).set_type(kind);
    status
}

/// The script, what would have been right, and how to see it again.
fn description(finding: &Finding) -> String {
    let script = finding.script.iter().flat_map(|it| &it.lines).map(|it| visible(it));
    let rule = [rule(finding.kind).to_string(), format!("again: {}", visible(&finding.again))];
    script.chain(rule).join("\n")
}
