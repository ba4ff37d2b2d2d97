use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::session::Progress;

/// A bar with the time left, on a terminal, a line for each part otherwise.
pub struct Display {
    bar: Option<ProgressBar>,
}

impl Display {
    /// For standard error.
    pub fn new() -> Self {
        let style =
            ProgressStyle::with_template("{msg:24} {wide_bar} {percent:>3} % {eta:>4} left");
        let bar = Term::stderr().is_term().then(|| {
            ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
                .with_style(style.expect("a template that is known to be good"))
        });
        Self { bar }
    }

    /// A line of its own.
    pub fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| eprintln!("{line}")),
            None => eprintln!("{line}"),
        }
    }
}

impl Progress for Display {
    fn begin(&self, what: &str, whole: u64) {
        match &self.bar {
            Some(bar) => {
                bar.set_length(whole);
                bar.set_message(what.to_string());
            }
            None => eprintln!("pollbench: {what}"),
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
