//! A tuning in sentences: which value to use, and why.

mod compromise;
mod explanation;
mod judgement;
mod setting;

use super::{Bound, Judged, Objective, Part, Standing, Tuned, Tuning};
use crate::comparison::Ratio;
use crate::format;

pub use explanation::explanation;
pub use setting::{
    knobs, names, rows, setting, settings, short, standing as standing_of, value, values,
};

/// What is to be said of a knob under one load, the value to use first. A sentence each.
pub fn answer(tuning: &Tuning, tuned: &Tuned) -> Vec<String> {
    let mut sentences = match (&tuned.compromise, &tuned.judgement) {
        (Some(compromise), _) => compromise::sentences(tuning, tuned, compromise),
        (None, Some(judgement)) => judgement::sentences(tuning, tuned, judgement),
        (None, None) => vec!["Too little was measured to say anything.".into()],
    };
    sentences.extend(failures(tuned));
    sentences.extend(parts(tuned));
    sentences
}

/// A limit for what is not the objective.
pub fn bound(bound: Bound) -> String {
    match bound {
        Bound::P99AtMost(most) => {
            format!("99th percentile of the latency at most {}", format::duration(most))
        }
        Bound::CostAtMost(most) => format!("cost at most {}", format::duration(most)),
    }
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
    let [first, _, ..] = of_knob.as_slice() else { return None };
    let makes = if first.grid.is_some() { "make" } else { "makes" };
    let knobs = knobs(first);
    let known: Vec<(&Tuned, u64)> =
        of_knob.iter().filter_map(|it| Some((*it, it.recommended()?))).collect();
    let common = |value: u64| of_knob.iter().all(|it| it.is_level(value));
    let all = known.iter().find(|(_, value)| common(*value)).map(|(_, value)| *value);
    Some(match all {
        _ if of_knob.iter().all(|it| it.makes_no_difference()) => {
            format!("{knobs} {makes} no difference in any of these.")
        }
        Some(value) => format!(
            "{} is as good as any other, as far as can be told, in all of these.",
            setting(first, value)
        ),
        None => {
            let each: Vec<String> =
                known.iter().map(|(it, at)| format!("{} ({})", value(it, *at), load(it))).collect();
            format!("No one value of {knobs} is best in all of these: {}.", each.join(", "))
        }
    })
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

/// The values with which the guest failed; of a grid, points that failed alike together.
fn failures(tuned: &Tuned) -> Vec<String> {
    let counted = tuned.parts.iter().flat_map(|it| &it.counted);
    let failed = counted.clone().filter_map(|it| Some((it.value, it.why_not.as_ref()?)));
    let mut groups: Vec<(Vec<u64>, &String)> = Vec::new();
    for (value, why) in failed {
        match groups.iter_mut().find(|it| it.1 == why).filter(|_| tuned.grid.is_some()) {
            Some((values, _)) => values.push(value),
            None => groups.push((vec![value], why)),
        }
    }
    let all: Vec<u64> = counted.map(|it| it.value).collect();
    let tell = |(values, why): (Vec<u64>, &String)| match values.as_slice() {
        [one] => format!("With {} the guest comes to nothing: {why}.", setting(tuned, *one)),
        points => {
            let points = setting::points(tuned, points, &all);
            format!("At {points} the guest comes to nothing: {why}.")
        }
    };
    groups.into_iter().map(tell).collect()
}

/// What the works of a mix would each have chosen.
fn parts(tuned: &Tuned) -> Option<String> {
    let own = |part: &Part| {
        let judgement = part.judgement.as_ref()?;
        Some(match judgement.makes_no_difference {
            true => format!("{}: no difference", part.workload),
            false => format!("{}: {}", part.workload, value(tuned, judgement.recommended)),
        })
    };
    let each: Vec<String> = tuned.parts.iter().filter_map(own).collect();
    let (knobs, separator) = (knobs(tuned), if tuned.grid.is_some() { "; " } else { ", " });
    (!each.is_empty())
        .then(|| format!("By itself, each would have {knobs}: {}.", each.join(separator)))
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
