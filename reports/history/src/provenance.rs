//! Where a record comes from: the commit it was measured at, and its branch.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::Timestamp;

use crate::Error;

/// What a record does not say itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The commit.
    pub commit: Option<String>,
    /// The branch.
    pub branch: Option<String>,
    /// The first line of the commit's message.
    pub subject: Option<String>,
    /// When it was measured; `None`: the record says so.
    pub time: Option<Timestamp>,
    /// Names for the run.
    pub tags: Vec<String>,
}

/// Variables of CI systems with the commit. The first that is set counts.
const COMMITS: [&str; 10] = [
    "GITHUB_SHA",
    "CI_COMMIT_SHA",
    "BUILDKITE_COMMIT",
    "CIRCLE_SHA1",
    "BITBUCKET_COMMIT",
    "DRONE_COMMIT_SHA",
    "CIRRUS_CHANGE_IN_REPO",
    "BUILD_SOURCEVERSION",
    "TRAVIS_COMMIT",
    "GIT_COMMIT",
];
/// And with the branch. Of a pull request it is the one that is to be merged.
const BRANCHES: [&str; 13] = [
    "GITHUB_HEAD_REF",
    "GITHUB_REF_NAME",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
    "CI_COMMIT_BRANCH",
    "BUILDKITE_BRANCH",
    "CIRCLE_BRANCH",
    "BITBUCKET_BRANCH",
    "DRONE_SOURCE_BRANCH",
    "CIRRUS_BRANCH",
    "BUILD_SOURCEBRANCHNAME",
    "TRAVIS_BRANCH",
    "CI_COMMIT_REF_NAME",
    "GIT_BRANCH",
];
/// The longest text, in bytes: an index of PostgreSQL takes no more than some 2,700.
const LONGEST: usize = 1000;
/// As much of a subject as is kept, in characters.
const SUBJECT: usize = 200;

impl Provenance {
    /// Fills in what is not given: from the variables of the CI, else from what `git` says of
    /// a folder, where it is one of a repository.
    pub fn detect(self, folder: &Path) -> Self {
        self.detect_with(|name| env::var(name).ok(), folder)
    }

    /// The same with other variables than those of this process.
    pub fn detect_with(mut self, variable: impl Fn(&str) -> Option<String>, folder: &Path) -> Self {
        let first = |names: &[&str], what| {
            let set = names.iter().filter_map(|name| variable(name));
            // Buildkite's commit may be `HEAD`: no commit yet.
            set.map(|it| it.trim().to_owned())
                .find(|it| it != "HEAD" && check_name(what, it).is_ok())
        };
        let found = |it: &String| check_name("name", it).is_ok();
        let git = |words: &[&str]| git(folder, words).filter(found);
        // A branch belongs to its commit: git's is no help where another is given.
        let given = self.commit.is_some() && self.branch.is_none();
        self.branch = self.branch.or_else(|| first(&BRANCHES, "branch"));
        self.commit = self
            .commit
            .or_else(|| first(&COMMITS, "commit"))
            .or_else(|| git(&["rev-parse", "--verify", "HEAD"]));
        if self.branch.is_none() && !given {
            self.branch = git(&["symbolic-ref", "--quiet", "--short", "HEAD"]);
        }
        if let (None, Some(commit)) = (&self.subject, &self.commit) {
            let show = ["show", "--no-patch", "--format=%s", "--end-of-options", commit];
            self.subject = self::git(folder, &show);
        }
        self.subject = self.subject.map(|it| one_line(&it)).filter(|it| !it.is_empty());
        self
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let names = self.commit.iter().map(|it| ("commit", it));
        let names = names.chain(self.branch.iter().map(|it| ("branch", it)));
        let mut names = names.chain(self.tags.iter().map(|it| ("tag", it)));
        names.try_for_each(|(what, text)| check_name(what, text))
    }
}

/// Refuses what would start another line, turn text round, or not fit into an index.
pub(crate) fn check_name(what: &'static str, text: &str) -> Result<(), Error> {
    let reason = if text.trim().is_empty() {
        "it is empty"
    } else if text.len() > LONGEST {
        "it has more than 1,000 bytes"
    } else if text.contains(is_unseen) {
        "it has characters that can't be seen"
    } else {
        return Ok(());
    };
    Err(Error::Name { what, text: text.chars().take(SUBJECT).collect(), reason })
}

/// Control characters, and those that control the direction of writing.
pub(crate) fn is_unseen(it: char) -> bool {
    let turns = matches!(it, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || it.is_control() || matches!(it, '\u{2028}' | '\u{2029}')
}

/// The first line of a message, which may be of anybody, cut short.
pub(crate) fn one_line(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    line.replace(is_unseen, " ").trim().chars().take(SUBJECT).collect()
}

/// What git prints, or `None` where it can't say or is not there.
fn git(folder: &Path, words: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(words)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = output.status.success().then(|| String::from_utf8(output.stdout).ok())??;
    Some(text.trim().to_owned()).filter(|it| !it.is_empty())
}
