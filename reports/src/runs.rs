//! Notes on a record that has cells of several runs.

use std::collections::BTreeSet;

use crate::record::{Environment, Record};

/// A note that there are several runs, and on how many machines; `None` if there is only
/// one.
pub(crate) fn note(record: &Record) -> Option<String> {
    if record.environments.is_empty() {
        return None;
    }
    let machine =
        |it: &Environment| (it.cpu.model.clone(), it.cpu.cores.to_string(), it.kernel.clone());
    let runs = record.environments.len() + 1;
    let machines = record.all_environments().map(machine).collect::<BTreeSet<_>>().len();
    let machines = match machines {
        1 => "on one machine".to_owned(),
        several => format!("on {several} different machines"),
    };
    Some(format!(
        "Merged from {runs} runs {machines}: guests are compared within a run, never between runs."
    ))
}

/// A line for each run, with its number.
pub(crate) fn lines(record: &Record) -> Vec<String> {
    let line = |(index, it): (usize, &Environment)| {
        format!(
            "run {}: {}, {} cores, {}, pollbench {}, {}",
            index + 1,
            it.cpu.model,
            it.cpu.cores,
            it.kernel,
            it.pollbench,
            it.started
        )
    };
    match record.environments.is_empty() {
        true => Vec::new(),
        false => record.all_environments().enumerate().map(line).collect(),
    }
}
