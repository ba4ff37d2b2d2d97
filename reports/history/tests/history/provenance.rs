//! Where a record comes from: what is given, else the CI's variables, else git.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use pollbench_history::Provenance;

fn detect(given: Provenance, variables: &[(&str, &str)], folder: &Path) -> Provenance {
    let variables: BTreeMap<_, _> = variables.iter().copied().collect();
    given.detect_with(|name| variables.get(name).map(|it| (*it).to_owned()), folder)
}

/// A folder that is in no repository.
fn nowhere() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn variables_of_each_ci_are_known() {
    let folder = nowhere();
    for (variables, commit, branch) in [
        (
            &[("GITHUB_SHA", "a1"), ("GITHUB_REF_NAME", "main"), ("GITHUB_HEAD_REF", "")][..],
            "a1",
            "main",
        ),
        (
            &[("GITHUB_SHA", "a1"), ("GITHUB_REF_NAME", "7/merge"), ("GITHUB_HEAD_REF", "fix")],
            "a1",
            "fix",
        ),
        (&[("CI_COMMIT_SHA", "b2"), ("CI_COMMIT_BRANCH", "main")], "b2", "main"),
        (&[("CI_COMMIT_SHA", "b2"), ("CI_COMMIT_REF_NAME", "v1")], "b2", "v1"),
        (&[("BUILDKITE_COMMIT", "c3"), ("BUILDKITE_BRANCH", "x/y")], "c3", "x/y"),
        (&[("CIRCLE_SHA1", "d4"), ("CIRCLE_BRANCH", "main")], "d4", "main"),
        (&[("GIT_COMMIT", "e5\n"), ("GIT_BRANCH", " origin/main ")], "e5", "origin/main"),
    ] {
        let found = detect(Provenance::default(), variables, folder.path());
        assert_eq!(found.commit.as_deref(), Some(commit), "{variables:?}");
        assert_eq!(found.branch.as_deref(), Some(branch), "{variables:?}");
    }
}

#[test]
fn what_is_given_counts_and_nothing_is_made_up() {
    let folder = nowhere();
    let given = Provenance { commit: Some("mine".into()), ..Provenance::default() };
    let found = detect(given, &[("GITHUB_SHA", "a1")], folder.path());
    assert_eq!(found, Provenance { commit: Some("mine".into()), ..Provenance::default() });
    let hostile = [("BUILDKITE_COMMIT", "HEAD"), ("BUILDKITE_BRANCH", "a\u{1b}[31m")];
    assert_eq!(detect(Provenance::default(), &hostile, folder.path()), Provenance::default());
    let absent = folder.path().join("absent");
    assert_eq!(detect(Provenance::default(), &[], &absent), Provenance::default());
}

#[test]
fn git_says_what_the_variables_do_not() {
    let folder = nowhere();
    let git = |words: &[&str]| {
        let identity = ["-c", "user.name=x", "-c", "user.email=x@localhost"];
        let mut command = Command::new("git");
        command.arg("-C").arg(folder.path()).args(identity).args(words);
        command.output().is_ok_and(|it| it.status.success())
    };
    if !git(&["init", "--quiet", "--initial-branch", "topic"]) {
        return eprintln!("left out: git, which is not installed");
    }
    // There is no commit yet.
    let found = detect(Provenance::default(), &[], folder.path());
    assert_eq!((found.commit, found.branch.as_deref()), (None, Some("topic")));

    let message = "=Polls\tless \u{1b}[31m\u{202e}\n\nAnd more.";
    assert!(git(&["commit", "--quiet", "--allow-empty", "--message", message]));
    let found = detect(Provenance::default(), &[], folder.path());
    assert_eq!(found.branch.as_deref(), Some("topic"));
    assert_eq!(found.subject.as_deref(), Some("=Polls less  [31m"));
    let commit = found.commit.clone().unwrap();
    assert!(commit.len() == 40 && commit.chars().all(|it| it.is_ascii_hexdigit()));

    // The branch that is checked out is not that of any commit.
    let given = Provenance { commit: Some(commit.clone()), ..Provenance::default() };
    let other = detect(given, &[], folder.path());
    assert_eq!((other.branch, other.subject), (None, found.subject));
    let option = Provenance { commit: Some("--output=x".into()), ..Provenance::default() };
    assert_eq!(detect(option, &[], folder.path()).subject, None);
    assert!(!folder.path().join("x").exists());
    assert!(git(&["checkout", "--quiet", "--detach"]));
    let detached = detect(Provenance::default(), &[], folder.path());
    assert_eq!((detached.commit, detached.branch), (Some(commit), None));
}
