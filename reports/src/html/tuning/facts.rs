use crate::format;
use crate::tuning::{Tuned, Tuning, text, words};

use super::super::details::Fact;

/// How it was measured: from the whole record, with loads that can be `shown`.
pub(super) fn facts(tuning: &Tuning, shown: &[Tuned]) -> Vec<Fact> {
    let load = |value: Option<f64>| {
        value.map_or_else(|| "not told by the system".into(), |it| format!("{it:.2}"))
    };
    let bound = tuning.bound.map_or_else(|| "none".into(), words::bound);
    let seconds = |it: f64| format!("{it:.1} s");
    let mut facts = vec![
        fact("objective", tuning.objective.unit()),
        fact("bound", bound),
        fact(
            "differences that do not matter",
            format!("up to {}", format::percent(tuning.tolerance)),
        ),
        fact("budget for timing", seconds(tuning.budget_seconds)),
        fact("all of it took", seconds(tuning.seconds)),
        fact("seed", tuning.seed.to_string()),
    ];
    facts.extend(shown.iter().map(rounds));
    let guest = &tuning.guest;
    facts.extend([
        fact("guest", format!("{}, {}, {}", guest.name, guest.origin, format::bytes(guest.bytes))),
        fact("SHA-256 of the guest", &guest.sha256),
        fact("compiler of the guest", &guest.compiler),
        fact("host", format!("{}, {}", text::host(tuning), tuning.engine)),
        fact("processor", format!("{}, {} cores", tuning.cpu.model, tuning.cpu.cores)),
        fact("load before", load(tuning.load_average.before)),
        fact("load after", load(tuning.load_average.after)),
        fact("kernel", &tuning.kernel),
        fact("pollbench", &tuning.pollbench),
        fact("started", &tuning.started),
        fact("record schema", tuning.schema.to_string()),
    ]);
    facts
}

fn rounds(tuned: &Tuned) -> Fact {
    let most = |costs: &[crate::tuning::Costs]| {
        costs.iter().map(|it| it.rounds.len()).max().unwrap_or(0) as u64
    };
    let [choosing, judging] = [&tuned.choosing, &tuned.judging].map(|it| most(it));
    let end = if tuned.settled { "" } else { "; the search had not come to its end" };
    let value = match judging {
        0 => format!("none, as it is judged by exact counts{end}"),
        _ => format!("{choosing} to choose, then {judging} fresh ones to judge{end}"),
    };
    Fact { name: format!("rounds, {}: {}", words::knobs(tuned), words::load(tuned)), value }
}

fn fact(name: &str, value: impl Into<String>) -> Fact {
    Fact { name: name.into(), value: value.into() }
}
