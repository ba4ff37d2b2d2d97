use askama::Template;

use crate::format;
use crate::tuning::{ERROR, Tuning, text, words};

use super::super::details::Fact;
use super::super::{RenderError, SCRIPT, style};
use super::facts::facts;
use super::knob::Knob;

/// What the page has beside the style of all pages.
pub(in super::super) const STYLE: &str = include_str!("../../../templates/tuning.css");

/// Everything the page shows, as its template wants it.
#[derive(Template)]
#[template(path = "tuning.html", blocks = ["main"])]
pub(super) struct Page<'a> {
    guest: String,
    host: String,
    started: &'a str,
    style: String,
    script: &'static str,
    pub banners: Vec<&'static str>,
    knobs: Vec<Knob>,
    trends: Vec<String>,
    facts: Vec<Fact>,
    command: &'a str,
    /// With what probability all intervals of a table hold.
    confidence: String,
}

impl<'a> Page<'a> {
    /// The page of a tuning, whose names can be `shown`; what is long in the record is `whole`
    /// where there is room for it.
    pub fn new(shown: &'a Tuning, whole: &'a Tuning) -> Result<Self, RenderError> {
        let mut banners = Vec::new();
        if shown.interrupted {
            banners.push("The tuning was interrupted: it is judged as far as it had come.");
        }
        if shown.tuned.is_empty() {
            banners.push("Nothing was tuned.");
        }
        Ok(Self {
            guest: text::guest(shown),
            host: text::host(shown),
            started: &shown.started,
            style: style() + STYLE,
            script: SCRIPT,
            banners,
            knobs: Knob::all(shown)?,
            trends: words::trends(shown),
            facts: facts(whole, &shown.tuned),
            confidence: format::percent(1.0 - ERROR),
            command: &whole.command,
        })
    }
}
