//! A check as text for a terminal: the verdict first, then what was run, then each kind of
//! failure with its script.

use comfy_table::{CellAlignment, Table};

use super::{AgainstFloor, Check, CheckRecord, Finding, Group, ShrunkScript, Verdict, rule};
use crate::format::count;
use crate::names::visible;
use crate::table::STYLE;

/// How many of the checks that failed alike are named.
const NAMED: usize = 5;

/// Renders a check.
pub fn render(record: &CheckRecord) -> String {
    let mut text = format!("{}\n\n{}\n", verdict(record), table(record));
    for it in &record.not_supported {
        text += &format!("not supported: {}: {}\n", it.step, visible(&it.reason));
    }
    if let Some(wait) = &record.longest_wait {
        let polls = plural(wait.polls, "poll");
        text += &format!("longest wait of an event for its task: {polls}, in {}\n", wait.check);
    }
    if let Some(against) = &record.against_floor {
        text += &format!("{}\n", floor(against));
    }
    for finding in &record.findings {
        text += &format!("\n{}", tell(finding));
    }
    text
}

/// The verdict in a line.
fn verdict(record: &CheckRecord) -> String {
    let knobs = record.knobs.iter().map(|(name, value)| format!(" {name}={value}"));
    let guest = visible(&(record.guest.name.clone() + &knobs.collect::<String>()));
    let kinds: Vec<String> = record.findings.iter().map(|it| it.kind.to_string()).collect();
    let all: u64 = record.checks.iter().map(|it| it.runs).sum();
    let runs = plural(all, "run");
    let is_whole = !record.checks.iter().any(|it| matches!(it.verdict, Verdict::NotRun(_)));
    match (kinds.is_empty(), is_whole) {
        (false, _) => format!("FAILED: {guest} is not right: {}.", kinds.join(", ")),
        (true, true) => format!("FINE: nothing is wrong with {guest} in {runs}."),
        (true, false) => {
            format!("INCOMPLETE: nothing is wrong with {guest} in {runs}, but not all was run.")
        }
    }
}

/// How many checks of each group came to what.
fn table(record: &CheckRecord) -> Table {
    let mut table = Table::new();
    let header = ["checks", "runs", "passed", "failed", "not supported", "not run"];
    table.load_style(STYLE).set_header(header);
    for group in Group::ALL {
        let checks: Vec<&Check> = record.checks.iter().filter(|it| it.group == group).collect();
        if checks.is_empty() {
            continue;
        }
        let those = |holds: fn(&Verdict) -> bool| {
            checks.iter().filter(|it| holds(&it.verdict)).count().to_string()
        };
        table.add_row([
            group.words().into(),
            count(checks.iter().map(|it| it.runs).sum()),
            those(|it| matches!(it, Verdict::Passed)),
            those(|it| matches!(it, Verdict::Failed(_))),
            those(|it| matches!(it, Verdict::NotSupported(_))),
            those(|it| matches!(it, Verdict::NotRun(_))),
        ]);
    }
    table.column_iter_mut().skip(1).for_each(|it| it.set_cell_alignment(CellAlignment::Right));
    table
}

fn floor(against: &AgainstFloor) -> String {
    let [polls, floor_polls] = against.polls_an_event();
    let [handles, floor_handles] = against.handles_an_event();
    let AgainstFloor { floor, events, .. } = against;
    format!(
        "over {} events: {polls:.2} polls an event ({floor}: {floor_polls:.2}), {handles:.2} handles an event ({floor}: {floor_handles:.2})",
        count(*events)
    )
}

/// A kind of failure, with the shortest script that shows it.
fn tell(finding: &Finding) -> String {
    let mut text = format!("{}: {}\n", finding.kind, visible(&finding.message));
    text += &format!("  what would have been right: {}\n", rule(finding.kind));
    text += &format!("  it was found in: {}\n", found_in(&finding.checks));
    if let Some(script) = &finding.script {
        text += &format!("  {}:\n", length(script));
        script.lines.iter().for_each(|line| text += &format!("    {line}\n"));
    }
    finding.culprit.iter().for_each(|line| text += &format!("  {line}\n"));
    if !finding.turns.is_empty() {
        text += "  the last turns, in virtual time:\n";
        finding.turns.iter().for_each(|line| text += &format!("    {line}\n"));
    }
    text + &format!("  again: {}\n", visible(&finding.again))
}

/// How long the script is, and how long it was.
fn length(script: &ShrunkScript) -> String {
    let ShrunkScript { written, steps, from, .. } = script;
    let mut length = format!("the script has {}", plural(*written, "step"));
    if steps != written {
        length += &format!(", which make {} with their repetitions", count(*steps));
    }
    if from != steps {
        length += &format!("; it is the shortest that was found, and began with {}", count(*from));
    }
    length
}

fn found_in(checks: &[String]) -> String {
    let shown = checks.iter().take(NAMED).map(|it| visible(it)).collect::<Vec<_>>().join("; ");
    match checks.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown}; and {more} more"),
    }
}

fn plural(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", count(number), if number == 1 { "" } else { "s" })
}
