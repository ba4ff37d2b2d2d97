use std::fmt;

use itertools::Itertools;
use pollbench_reports::format::count;

use super::{ScriptedStep, TaskScripts};

/// More tasks than this are not told.
const MOST_LINES: usize = 30;

impl TaskScripts {
    /// The scripts in words, a line for each task: `task 0: wait 5 µs, yield`. Tasks that do
    /// the same share a line.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.runs > 1 {
            lines.push(format!("run {} times by one instance:", count(self.runs.into())));
        }
        let is_started = |task: usize| task < self.started as usize;
        let mut first = 0;
        let tasks = self.tasks.iter().enumerate();
        let alike = tasks.chunk_by(|(task, steps)| (is_started(*task), *steps));
        for ((is_started, steps), group) in &alike {
            let last = first + group.count() - 1;
            let which = match last - first {
                0 => format!("task {first}"),
                _ => format!("tasks {first} to {last}"),
            };
            let spawned = if is_started { "" } else { " (spawned)" };
            let does = match steps.is_empty() {
                true => "nothing".into(),
                false => steps.iter().join(", "),
            };
            lines.push(format!("{which}{spawned}: {does}"));
            first = last + 1;
            if lines.len() >= MOST_LINES && first < self.tasks.len() {
                let more = count((self.tasks.len() - first) as u64);
                lines.push(format!("and {more} more tasks"));
                break;
            }
        }
        if self.tasks.is_empty() {
            lines.push("no task".into());
        }
        lines
    }
}

/// What the contract calls the step, and its times.
impl fmt::Display for ScriptedStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wait(delay) => write!(f, "wait {}", exact(*delay)),
            Self::Again(delay) => write!(f, "again {}", exact(*delay)),
            Self::Sleep(nanoseconds) => write!(f, "sleep {}", exact(*nanoseconds)),
            Self::Timeout { event: Some(delay), limit } => {
                write!(f, "timeout {} (ready in {})", exact(*limit), exact(*delay))
            }
            Self::Timeout { event: None, limit } => {
                write!(f, "timeout {} (never ready)", exact(*limit))
            }
            Self::Yield => f.write_str("yield"),
            Self::Race(delays) => write!(f, "race of {}", list(delays)),
            Self::Join(delays) => write!(f, "join of {}", list(delays)),
            Self::Read(delays) => match delays.split_last() {
                Some((end, [])) => write!(f, "read, the end in {}", exact(*end)),
                Some((end, chunks)) => {
                    write!(f, "read chunks in {}, the end in {}", list(chunks), exact(*end))
                }
                None => f.write_str("read"),
            },
            Self::Spawn => f.write_str("spawn"),
            Self::Repeat { times, steps } => {
                write!(f, "{} times ({})", count((*times).into()), steps.iter().join(", "))
            }
        }
    }
}

/// How many delays of a race or a join are named.
const NAMED: usize = 8;

fn list(delays: &[u64]) -> String {
    let named = delays.iter().take(NAMED).map(|it| exact(*it)).join(", ");
    match delays.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {} more", count(more as u64)),
    }
}

/// A time to the nanosecond, in the largest unit of which it is a whole number.
fn exact(nanoseconds: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "µs")];
    let whole = |(size, _): &&(u64, &str)| nanoseconds > 0 && nanoseconds.is_multiple_of(*size);
    let (size, unit) = UNITS.iter().find(whole).unwrap_or(&(1, "ns"));
    format!("{} {unit}", count(nanoseconds / size))
}

#[cfg(test)]
mod tests {
    use super::ScriptedStep::{Again, Race, Repeat, Sleep, Spawn, Timeout, Wait, Yield};
    use super::*;

    #[test]
    fn a_script_is_told_in_a_line_for_each_task() {
        let scripts = TaskScripts {
            runs: 2,
            started: 3,
            tasks: vec![
                vec![Wait(0), Again(5_000)],
                vec![Repeat { times: 1_000, steps: vec![Yield, Sleep(1_001)] }],
                vec![Repeat { times: 1_000, steps: vec![Yield, Sleep(1_001)] }],
                vec![Race(vec![1, 2_000_000]), Spawn],
                vec![Timeout { event: None, limit: 3_000_000_000 }],
                Vec::new(),
            ],
        };
        assert_eq!(
            scripts.lines(),
            [
                "run 2 times by one instance:",
                "task 0: wait 0 ns, again 5 µs",
                "tasks 1 to 2: 1,000 times (yield, sleep 1,001 ns)",
                "task 3 (spawned): race of 1 ns, 2 ms, spawn",
                "task 4 (spawned): timeout 3 s (never ready)",
                "task 5 (spawned): nothing",
            ]
        );
        let none = TaskScripts { runs: 1, ..TaskScripts::default() };
        assert_eq!(none.lines(), ["no task"]);
        let many = TaskScripts::all_started((0..1_000).map(|it| vec![Wait(it)]).collect());
        assert_eq!(many.lines().len(), MOST_LINES + 1);
        assert_eq!(many.lines()[MOST_LINES], "and 970 more tasks");
    }
}
