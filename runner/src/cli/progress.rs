use std::cell::RefCell;
use std::time::{Duration, Instant};

use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::streams;
use crate::session::Progress;

/// Shows progress: a bar with the time left on a terminal, otherwise a line now and then.
pub struct Display {
    bar: Option<ProgressBar>,
    /// Without a bar: the kind of part that was last printed, and when.
    said: RefCell<Option<(String, Instant)>>,
}

/// Without a terminal, parts of one kind are printed no more often than this.
const PAUSE: Duration = Duration::from_secs(10);

impl Display {
    /// A display on standard error.
    pub fn new() -> Self {
        let style =
            ProgressStyle::with_template("{msg:24} {wide_bar} {percent:>3} % {eta:>4} left");
        let bar = Term::stderr().is_term().then(|| {
            ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
                .with_style(style.expect("a template that is known to be good"))
        });
        Self { bar, said: RefCell::default() }
    }

    /// Prints a line of its own.
    pub fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| streams::say(line)),
            None => streams::say(line),
        }
    }

    /// Prints a part, unless one of the same kind, which is the text before the comma, was
    /// printed less than [`PAUSE`] ago.
    fn say_part(&self, what: &str) {
        let kind = what.split_once(',').map_or(what, |(kind, _)| kind);
        let mut said = self.said.borrow_mut();
        if said.as_ref().is_some_and(|(last, at)| last == kind && at.elapsed() < PAUSE) {
            return;
        }
        *said = Some((kind.into(), Instant::now()));
        streams::say(&format!("pollbench: {what}"));
    }
}

impl Progress for Display {
    fn begin(&self, what: &str, whole: u64) {
        match &self.bar {
            Some(bar) => {
                bar.set_length(whole);
                bar.set_message(what.to_string());
            }
            None => self.say_part(what),
        }
    }

    fn advance(&self, units: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(units);
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
