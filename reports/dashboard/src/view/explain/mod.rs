//! What each workload and executor does, and what the words of the pages mean.

mod guests;
#[cfg(test)]
mod tests;
mod turn;
mod words;
mod workloads;

use schemars::JsonSchema;
use serde::Serialize;

pub use turn::{Finds, Host, List, PICTURED, Runs, Turn};

/// The executors, the workloads and the words, explained.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Explain {
    /// The built-in guests, the simplest first. Each is an executor.
    pub guests: Vec<Guest>,
    /// The workloads.
    pub workloads: Vec<Workload>,
    /// The glossary.
    pub words: &'static [Word],
}

/// A built-in guest.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Guest {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is.
    pub summary: &'static str,
    /// What it keeps from one turn to the next.
    pub keeps: &'static str,
    /// What it hands to the host in a turn.
    pub hands_over: &'static str,
    /// What it does after a poll.
    pub afterwards: &'static str,
    /// What a turn costs, as N (all pollables) and A (the active ones) grow.
    pub costs: &'static str,
    /// Its knobs.
    pub knobs: &'static [Setting],
    /// One of its turns.
    pub turn: Turn,
}

/// A workload.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Workload {
    /// Its name on the command line.
    pub name: &'static str,
    /// The question that it answers.
    pub question: &'static str,
    /// What its tasks do.
    pub tasks: &'static str,
    /// What it asks of an executor.
    pub asks: &'static str,
    /// What a bad design does under it.
    pub bad: &'static str,
    /// Its parameters.
    pub parameters: &'static [Setting],
    /// Which tasks have an event when.
    pub times: &'static [Row],
}

/// A knob of a guest, or a parameter of a workload.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Setting {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// What happens to a task as time goes on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Row {
    /// Who it is.
    pub name: &'static str,
    /// A character for each moment: `-` it waits, a space: it is not there, `*` an event,
    /// `@` an event after which the pollable is dropped and a new one made, `y` a yield,
    /// `o` a timer is set, `!` a timer ends, `x` a timer is cancelled, `s` the task starts,
    /// `#` the task goes on, for all or enough of what it waits for has come.
    pub marks: &'static str,
}

/// A word of the pages.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Word {
    /// The word.
    pub word: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

impl Word {
    /// The word as a part of a link: small letters, and hyphens in place of spaces.
    pub fn id(&self) -> String {
        self.word.to_lowercase().replace(' ', "-")
    }
}

impl Explain {
    /// All of it.
    pub fn all() -> Self {
        Self { guests: guests::all(), workloads: workloads::all(), words: words::WORDS }
    }
}

const fn setting(name: &'static str, meaning: &'static str) -> Setting {
    Setting { name, meaning }
}

const fn row(name: &'static str, marks: &'static str) -> Row {
    Row { name, marks }
}
