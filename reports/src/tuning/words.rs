//! A tuning in sentences: which value to use, and why.

use super::{
    Compromise, Counted, Explanation, Judged, Judgement, Objective, Part, Plateau, Point, Reason,
    Standing, Trade, Tuned, Tuning,
};
use crate::comparison::Ratio;
use crate::format;

/// What is to be said of a knob under one load, the value to use first. A sentence each.
pub fn answer(tuning: &Tuning, tuned: &Tuned) -> Vec<String> {
    let mut sentences = match (&tuned.compromise, &tuned.judgement) {
        (Some(compromise), _) => compromise_in_words(tuning, tuned, compromise),
        (None, Some(judgement)) => judgement_in_words(tuned, judgement),
        (None, None) => vec!["Too little was measured to say anything.".into()],
    };
    sentences.extend(failures(tuned));
    sentences.extend(parts(tuned));
    sentences
}

/// How the best value of each knob moves from load to load, in one sentence each; empty
/// where there is one load.
pub fn trends(tuning: &Tuning) -> Vec<String> {
    let mut knobs: Vec<&str> = tuning.tuned.iter().map(|it| it.knob.as_str()).collect();
    knobs.dedup();
    knobs.into_iter().filter_map(|knob| trend(tuning, knob)).collect()
}

fn trend(tuning: &Tuning, knob: &str) -> Option<String> {
    let of_knob: Vec<&Tuned> = tuning.tuned.iter().filter(|it| it.knob == knob).collect();
    if of_knob.len() < 2 {
        return None;
    }
    let known: Vec<(&Tuned, u64)> =
        of_knob.iter().filter_map(|it| Some((*it, it.recommended()?))).collect();
    let common = |value: u64| of_knob.iter().all(|it| is_level(it, value));
    let all = known.iter().find(|(_, value)| common(*value)).map(|(_, value)| *value);
    Some(match all {
        _ if of_knob.iter().all(|it| it.makes_no_difference()) => {
            format!("{knob} makes no difference in any of these.")
        }
        Some(value) => {
            format!(
                "{knob} = {value} is as good as any other, as far as can be told, in all of these."
            )
        }
        None => {
            let each: Vec<String> =
                known.iter().map(|(it, value)| format!("{value} ({})", load(it))).collect();
            format!("No one value of {knob} is best in all of these: {}.", each.join(", "))
        }
    })
}

/// What the costs come from, and what sizes would cost that were not measured.
pub fn explanation(it: &Explanation) -> Vec<String> {
    let Explanation { knob, workload, model, trade, predictions } = it;
    let prices = &model.prices;
    let price = |what: &str, price: f64| {
        (price > 0.0).then(|| format!("{} {what}", format::duration(price)))
    };
    let prices: Vec<String> = [
        price("a poll call", prices.poll_calls),
        price("a handle passed", prices.handles),
        price("a handle reported", prices.ready),
        price("a step of a task", prices.tasks),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut sentences = vec![format!(
        "{workload}: a cost model fitted to the counts has {}; leaving one sample out, it errs by {} (median) and {} (most).",
        enumerated(&prices),
        format::percent(model.left_out.median),
        format::percent(model.left_out.largest)
    )];
    if let Some(Trade { saves: Some(saves), pays }) = trade {
        let pays = pays.map_or(String::new(), |it| format!(", and pays with {}", counted(it)));
        sentences.push(format!(
            "Against the worst value tried, the recommended {knob} saves {}{pays}.",
            counted(*saves)
        ));
    }
    if !model.predicts() {
        sentences.push(format!(
            "As it errs by more than {}, nothing is predicted from it.",
            format::percent(super::MOST_ERROR)
        ));
    }
    for prediction in predictions {
        sentences.push(format!(
            "Predicted, not measured: at {} pollables {knob} = {} costs {} an event.",
            format::count(prediction.pollables.into()),
            prediction.value,
            format::duration(prediction.cost)
        ));
    }
    sentences
}

fn counted(what: Counted) -> &'static str {
    match what {
        Counted::PollCalls => "poll calls",
        Counted::Handles => "handles passed",
        Counted::Ready => "handles reported",
        Counted::Tasks => "steps of tasks",
    }
}

/// The load in words, such as `skew, 1,000 pollables, 100 active`.
pub fn load(tuned: &Tuned) -> String {
    let Some(first) = tuned.parts.first() else { return "nothing".into() };
    let name = |part: &Part| match part.weight {
        Some(weight) => format!("{} {weight}", part.workload),
        None => part.workload.clone(),
    };
    let names: Vec<String> = tuned.parts.iter().map(name).collect();
    let mut text =
        format!("{}, {} pollables", names.join(" + "), format::count(first.pollables.into()));
    if first.active > 0 {
        text += &format!(", {} active", format::count(first.active.into()));
    }
    // A parameter that is the workload's default is left out by who makes the record.
    let several = tuned.parts.len() > 1;
    for (name, value) in first.parameters.iter().filter(|_| !several) {
        text += &format!(", {name}={value}");
    }
    text
}

fn judgement_in_words(tuned: &Tuned, judgement: &Judgement) -> Vec<String> {
    let Judgement { recommended, default, worst, .. } = judgement;
    let knob = &tuned.knob;
    let all: Vec<u64> = judgement.values.iter().flat_map(|it| tuned.same_as(it.value)).collect();
    let (least, most) =
        (all.iter().min().unwrap_or(recommended), all.iter().max().unwrap_or(recommended));
    if judgement.values.len() == 1 && all.len() > 1 {
        return vec![format!(
            "{knob} makes no difference here: with all {} values tried, from {least} to {most}, the guest makes the same calls, and its fuel differs by {} at most. Leave it at {default}.",
            all.len(),
            format::percent(judgement.tolerance)
        )];
    }
    if judgement.makes_no_difference {
        return vec![format!(
            "{knob} makes no difference here: from {least} to {most}, all {} values tried cost the same to within {}. Leave it at {default}.",
            all.len(),
            format::percent(judgement.tolerance),
        )];
    }
    let mut sentences = vec![match judgement.reason {
        Reason::Default => format!(
            "Use {knob} = {recommended}, the default: nothing tried is shown to be better by more than {}.",
            format::percent(judgement.tolerance)
        ),
        Reason::Chosen => format!("Use {knob} = {recommended}."),
        Reason::Revised => format!(
            "Use {knob} = {recommended}: the fresh rounds have shown it to be better than what was chosen before, so it may look a little better than it is."
        ),
    }];
    sentences.extend(plateau_in_words(tuned, judgement));
    if default != recommended
        && let Some(price) = judgement.price_of_default()
    {
        sentences.push(format!("The default, {default}, costs {} as much.", times(price)));
    }
    if worst != recommended
        && worst != default
        && let Some(price) = judgement.price_of_worst()
    {
        sentences
            .push(format!("The worst that was tried, {worst}, costs {} as much.", times(price)));
    }
    sentences.extend(untold_in_words(judgement));
    sentences
}

/// The range of values that are as good, which has those that do the same as its ends.
fn plateau_in_words(tuned: &Tuned, judgement: &Judgement) -> Option<String> {
    let Plateau { low, high, .. } = judgement.plateau;
    let [least, most] = [tuned.same_as(low)[0], *tuned.same_as(high).last()?];
    let inside = judgement.values.iter().filter(|it| (low..=high).contains(&it.value));
    let is_sure = inside.map(|it| it.standing).all(|it| it != Standing::Untold);
    let tolerance = format::percent(judgement.tolerance);
    match (least < most, is_sure) {
        (false, _) => None,
        (true, true) => Some(format!(
            "From {least} to {most} it does not matter: all that was tried there is within {tolerance} of it."
        )),
        (true, false) => Some(format!(
            "From {least} to {most}, nothing that was tried is shown to be worse by more than {tolerance}."
        )),
    }
}

fn untold_in_words(judgement: &Judgement) -> Option<String> {
    let count = judgement.untold.len();
    // Those at the very edge of the tolerance would take for ever.
    let mut more: Vec<u64> = judgement.untold.iter().filter_map(|it| it.more_rounds).collect();
    more.sort_unstable();
    let more = more.get(more.len().saturating_sub(1) / 2).map_or(String::new(), |more| {
        format!("; about {} more rounds would tell half of them", format::count(*more))
    });
    match judgement.untold.as_slice() {
        [] => None,
        [one] => Some(format!("It could not be told whether {} is as good.", one.value)),
        _ => Some(format!(
            "Of {count} of the {} values it could not be told whether they are as good{more}.",
            judgement.values.len()
        )),
    }
}

/// Some values of a knob, as a range where there are many.
pub fn values(values: &[u64]) -> String {
    match values {
        [] => String::new(),
        [one] => one.to_string(),
        [one, other] => format!("{one}, {other}"),
        [first, .., last] => format!("{first} to {last}"),
    }
}

fn compromise_in_words(tuning: &Tuning, tuned: &Tuned, compromise: &Compromise) -> Vec<String> {
    let knob = &tuned.knob;
    let front = &compromise.trade_off.front;
    let point = |value: u64| compromise.trade_off.points.iter().find(|it| it.value == value);
    let mut sentences = Vec::new();
    match (compromise.chosen, tuning.bound) {
        (None, Some(super::Bound::P99AtMost(most))) => sentences.push(format!(
            "Nothing meets the bound: with no value of {knob} that was tried does the 99th percentile of the latency stay within {}.",
            format::duration(most)
        )),
        (None, _) => sentences.push("No value could be chosen.".into()),
        (Some(value), bound) => {
            let why = match bound {
                Some(super::Bound::P99AtMost(most)) => format!(
                    "the cheapest whose 99th percentile of the latency is within {}",
                    format::duration(most)
                ),
                Some(super::Bound::CostAtMost(most)) => {
                    format!("the soonest that costs at most {}", format::duration(most))
                }
                None if front.len() == 1 => "both cheapest and soonest".into(),
                None if compromise.trade_off.knee.is_none() && value == tuned.default => {
                    "the default, as the front has no knee".into()
                }
                None => "the knee of the front of cost and latency".into(),
            };
            let numbers = point(value).map_or(String::new(), |it| format!(": {}", numbers(it)));
            sentences.push(format!("Use {knob} = {value}, {why}{numbers}."));
        }
    }
    if let (None, Some(chosen), Some(knee)) =
        (tuning.bound, compromise.chosen, compromise.trade_off.knee)
        && chosen != knee
    {
        sentences.push(format!(
            "That was so in the rounds by which it was chosen; in the fresh ones, shown here, the knee is at {knee}."
        ));
    }
    if let (Some(cheapest), Some(soonest)) = (front.first(), front.last())
        && cheapest.value != soonest.value
    {
        sentences.push(format!(
            "Cheapest is {} ({}), soonest {} ({}).",
            cheapest.value,
            numbers(cheapest),
            soonest.value,
            numbers(soonest)
        ));
    }
    if compromise.chosen.is_some_and(|it| it != tuned.default)
        && let Some(default) = point(tuned.default)
    {
        sentences.push(format!("The default, {}, has {}.", tuned.default, numbers(default)));
    }
    if compromise.steps_per_event > 1.0 {
        sentences.push(format!(
            "Other tasks run beside the events, so cost is per event with {} steps of them, as many as with the default.",
            format::quantity(compromise.steps_per_event - 1.0)
        ));
    }
    sentences
}

fn numbers(point: &Point) -> String {
    format!(
        "{} an event, 99 % noticed within {}",
        format::duration(point.cost),
        format::duration(point.p99)
    )
}

/// The values with which the guest failed.
fn failures(tuned: &Tuned) -> Vec<String> {
    let failures = tuned.parts.iter().flat_map(|it| &it.counted);
    let failures = failures.filter_map(|it| Some((it.value, it.why_not.as_ref()?)));
    let tell = |(value, why): (u64, &String)| {
        format!("With {} = {value} the guest comes to nothing: {why}.", tuned.knob)
    };
    failures.map(tell).collect()
}

/// What the works of a mix would each have chosen.
fn parts(tuned: &Tuned) -> Option<String> {
    let own = |part: &Part| {
        let judgement = part.judgement.as_ref()?;
        Some(match judgement.makes_no_difference {
            true => format!("{}: no difference", part.workload),
            false => format!("{}: {}", part.workload, judgement.recommended),
        })
    };
    let each: Vec<String> = tuned.parts.iter().filter_map(own).collect();
    (!each.is_empty())
        .then(|| format!("By itself, each would have {}: {}.", tuned.knob, each.join(", ")))
}

/// Whether a value is as good as the recommended one, as far as can be told.
fn is_level(tuned: &Tuned, value: u64) -> bool {
    match (&tuned.compromise, &tuned.judgement) {
        (Some(compromise), _) => compromise.chosen == Some(value),
        (None, Some(judgement)) => {
            judgement.plateau.values.iter().any(|it| tuned.same_as(*it).contains(&value))
        }
        (None, None) => false,
    }
}

/// A ratio with its interval: `1.21x (1.15x to 1.28x)`; of exact counts the ratio alone.
pub fn times(ratio: Ratio) -> String {
    let estimate = format::ratio(ratio.estimate);
    match ratio.low < ratio.high {
        true => {
            format!("{estimate} ({} to {})", format::ratio(ratio.low), format::ratio(ratio.high))
        }
        false => estimate,
    }
}

/// How a value compares with the recommended one, in a word or two.
pub fn standing(judged: &Judged) -> &'static str {
    match judged.standing {
        Standing::Recommended => "reference",
        Standing::Within => "as good",
        Standing::Worse => "worse",
        Standing::Untold => "can't tell",
    }
}

/// A cost with its unit.
pub fn cost(objective: Objective, is_mix: bool, cost: f64) -> String {
    match objective {
        // The cost of a mix is in units of what the default costs.
        _ if is_mix => format::ratio(cost),
        Objective::NsPerEvent | Objective::P99 => format::duration(cost),
        Objective::GuestFuel | Objective::HandlesPerEvent => format::quantity(cost),
    }
}

fn enumerated(values: &[String]) -> String {
    match values {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
