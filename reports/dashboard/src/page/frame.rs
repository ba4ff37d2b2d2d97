use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pollbench_reports::comparison::Metric;
use pollbench_reports::html;
use sha2::{Digest as _, Sha256};

use super::words;
use crate::links::Links;
use crate::metric;

/// What all pages share.
pub struct Frame {
    pub links: Links,
    /// The branch that is looked at.
    pub branch: Option<String>,
    /// All branches.
    pub branches: Vec<String>,
    /// The page among those of the navigation.
    pub tab: Tab,
}

/// One of several things to choose.
pub struct Choice {
    /// Its value in a form.
    pub value: String,
    pub name: String,
    /// The page with it, where that is one of its own.
    pub href: Option<String>,
    pub is_chosen: bool,
}

/// A page of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    Overview,
    Trends,
    Runs,
    Compare,
    Tunings,
    Profiles,
    Servers,
    Live,
    Explain,
    /// None of them.
    Other,
}

/// The metrics to choose from, each with its page.
pub fn metrics(
    all: &[Metric],
    chosen: Metric,
    href: impl Fn(Metric) -> Option<String>,
) -> Vec<Choice> {
    let choice = |&metric: &Metric| Choice {
        value: metric.name().into(),
        name: metric::title(metric),
        href: href(metric),
        is_chosen: metric == chosen,
    };
    all.iter().map(choice).collect()
}

const DASHBOARD_STYLE: &str = include_str!("../../templates/dashboard.css");

static STYLE: LazyLock<String> = LazyLock::new(|| {
    html::style()
        + &html::style_of_parts()
        + DASHBOARD_STYLE
        + include_str!("../../templates/explain.css")
});

static SCRIPT: LazyLock<String> =
    LazyLock::new(|| html::SORTING.to_owned() + include_str!("../../templates/dashboard.js"));

/// What a page may load: its own style and script, which are in it, and nothing else.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    // A template puts a line break before each of the two.
    let hash = |text: &str| STANDARD.encode(Sha256::digest(format!("\n{text}")));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; \
         connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'",
        hash(&STYLE),
        hash(&SCRIPT),
    )
});

/// The content security policy of every page.
pub fn policy() -> &'static str {
    &POLICY
}

impl Frame {
    pub fn style(&self) -> &'static str {
        &STYLE
    }

    pub fn script(&self) -> &'static str {
        &SCRIPT
    }

    pub fn policy(&self) -> &'static str {
        &POLICY
    }

    /// The branches to choose from.
    pub fn choices(&self) -> Vec<Choice> {
        let all = Choice {
            value: String::new(),
            name: "all".into(),
            href: None,
            is_chosen: self.branch.is_none(),
        };
        let branch = |it: &String| Choice {
            value: it.clone(),
            name: words::name(it),
            href: None,
            is_chosen: self.branch.as_ref() == Some(it),
        };
        // What is looked at is among them, even if it has nothing to show.
        let unknown = self.branch.iter().filter(|it| !self.branches.contains(it));
        let branches = self.branches.iter().chain(unknown).map(branch);
        std::iter::once(all).chain(branches).collect()
    }

    /// `page` for the page one is on, as `aria-current` has it.
    pub fn current(&self, tab: Tab) -> &'static str {
        if self.tab == tab { "page" } else { "false" }
    }
}
